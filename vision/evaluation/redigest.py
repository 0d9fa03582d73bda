"""Recorded observations with their postures taken anew: tries other features without pictures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision.observe import Post
from vision.observe.look import pose_box
from vision.pipeline import WindowPlan
from vision.posture import PostureTrack, follow
from vision.types import Observation, Person


def redigest(
    observations: Iterable[Observation], fresh: Mapping[str, PostureTrack] | None = None
) -> Iterator[Observation]:
    """Follow everybody's posture again, from the recorded landmarks and boxes.

    Args:
        observations: Of any windows, each window's in order of time.
        fresh: Window id to where a presence begins there, with its explicit reference.
    """
    begun = fresh or {}
    tracks: dict[tuple[str, int], PostureTrack] = {}
    for one in observations:
        persons = []
        for person in one.persons:
            key = (one.window_id, person.track_id)
            before = tracks.get(key) or begun.get(one.window_id) or PostureTrack()
            tracks[key], again = _again(before, person, one)
            persons.append(again)
        yield replace(one, persons=tuple(persons))


def fresh_tracks(
    observations: Iterable[Observation], windows: Iterable[WindowPlan]
) -> dict[str, PostureTrack]:
    """Where presences begin at these windows, in pictures of the size of those observed."""
    seen = {one.window_id: one.post_px for one in observations}
    return {
        window.window_id: window.post(_size_px(seen[window.window_id], window)).fresh
        for window in windows
        if window.window_id in seen
    }


def _size_px(post_px: NDArray[np.float32], window: WindowPlan) -> tuple[int, int]:
    """Of the picture: the post is known in its pixels, and as shares of it."""
    width, height = post_px.max(axis=0) / np.array(window.polygon_norm).max(axis=0)
    return round(float(width)), round(float(height))


def _again(track: PostureTrack, person: Person, one: Observation) -> tuple[PostureTrack, Person]:
    if not one.pose_run:
        return track, person
    bounds = np.array(pose_box(person.xyxy, _post(one)), np.float32)
    track, reading = follow(track, person.pose, bounds, person.xyxy, one.at)
    return track, replace(person, posture=reading.posture, baseline=reading.baseline)


def _post(one: Observation) -> Post:
    """The post as it was cut; where it reaches over the picture's edge its box is a bit larger."""
    left, top = np.floor(one.post_px.min(axis=0)).astype(int)
    right, bottom = np.ceil(one.post_px.max(axis=0)).astype(int)
    return Post(one.window_id, one.post_px, (int(left), int(top), int(right), int(bottom)))
