"""Recorded observations with their postures taken anew: tries other features without pictures."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from vision.observe import Post
from vision.observe.look import pose_box
from vision.posture import PostureTrack, follow
from vision.types import Observation, Person


def redigest(
    observations: Iterable[Observation], fresh: PostureTrack | None = None
) -> Iterator[Observation]:
    """Follow everybody's posture again, from the recorded landmarks and boxes.

    Args:
        observations: Of any windows, each window's in order of time.
        fresh: Where a presence begins; an explicit reference may be in it.
    """
    tracks: dict[tuple[str, int], PostureTrack] = {}
    for one in observations:
        persons = []
        for person in one.persons:
            key = (one.window_id, person.track_id)
            before = tracks.get(key, fresh or PostureTrack())
            tracks[key], again = _again(before, person, one)
            persons.append(again)
        yield replace(one, persons=tuple(persons))


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
