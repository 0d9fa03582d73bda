"""Who of the last look is who of this one: by overlap of boxes, never by appearance."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from vision.geometry import ioa, iou

MIN_IOU = 0.2
"""Staff hardly move between looks a second or two apart."""

SAME_PLACE_IOA = 0.5
"""A box of which so much lies in the last one, or the other way round, where neither fits any
better: whoever bends over the desk is half hidden, and has a box of another size."""

FORGET_S = 10.0
"""How long a person may be missing and still be the same presence."""


@dataclass(frozen=True, slots=True)
class Track:
    """One presence in a post.

    Attributes:
        track_id: Counts up within the window; never an identity.
        xyxy: Last box, pixels.
        since: First seen.
        seen_at: Last seen.
    """

    track_id: int
    xyxy: tuple[float, float, float, float]
    since: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class TrackerState:
    """The presences of one post."""

    tracks: tuple[Track, ...] = ()
    next_id: int = 1


def associate(
    state: TrackerState, boxes: NDArray[np.float32], at: datetime
) -> tuple[TrackerState, tuple[int, ...]]:
    """Match (N, 4) boxes, strongest first, to the presences known so far.

    Returns:
        The new state, and the track id of each box.
    """
    known = [track for track in state.tracks if (at - track.seen_at).total_seconds() <= FORGET_S]
    overlap = _overlap(boxes, np.array([track.xyxy for track in known]))
    ids, next_id, current = [], state.next_id, []
    for number, box in enumerate(boxes):
        match = _best(overlap, number)
        track_id, since = next_id, at
        if match is not None:
            overlap[:, match] = 0
            track_id, since = known[match].track_id, known[match].since
        next_id += match is None
        ids.append(track_id)
        left, top, right, bottom = (float(value) for value in box)
        current.append(Track(track_id, (left, top, right, bottom), since, at))
    missing = [track for track in known if track.track_id not in ids]
    return TrackerState((*current, *missing), next_id), tuple(ids)


def held_boxes(state: TrackerState, at: datetime) -> NDArray[np.float32]:
    """(K, 4) last boxes of everybody who may still be there at ``at``."""
    boxes = [one.xyxy for one in state.tracks if (at - one.seen_at).total_seconds() <= FORGET_S]
    return np.array(boxes, np.float32).reshape(-1, 4)


def _overlap(boxes: NDArray[np.float32], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, K) IoU; where a box fits no track and lies in its place, just enough to match."""
    overlap = np.array(iou(boxes, known), np.float64)
    if not overlap.size:
        return overlap
    inside = np.maximum(ioa(boxes, known), ioa(known, boxes).T)
    loose = (overlap.max(axis=1) < MIN_IOU)[:, None] & (overlap.max(axis=0) < MIN_IOU)[None, :]
    overlap[loose & (inside >= SAME_PLACE_IOA)] = MIN_IOU
    return overlap


def _best(overlap: NDArray[np.float64], row: int) -> int | None:
    if overlap.shape[1] == 0:
        return None
    column = int(np.argmax(overlap[row]))
    return column if overlap[row, column] >= MIN_IOU else None
