"""Things that always lie there: a desk telephone, a calculator, a phone put down.

What is seen at the same place while no hand is near it, while nobody is in the post, or while the
hand beside it has moved and it has not, is part of the furniture. It is nobody's conduct when a
hand later rests beside it; once it moves, its box no longer fits and it counts again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from vision.geometry import distance_to_box, iou
from vision.types import Detections, Label, Landmark, Person

HANDS = (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST, Landmark.LEFT_INDEX, Landmark.RIGHT_INDEX)
HELD = (Label.PHONE, Label.CIGARETTE)
SAME_PLACE_IOU = 0.5
MIN_SIGHTINGS = 2
FORGET_S = 1800.0
"""A thing that was not seen for so long is forgotten."""

AWAY_SHARE = 0.35
"""Of the person's box width: a hand farther than this from a thing does not hold it."""

MOVED_SHARE = 0.2
"""Of the person's box width, 0.1 m: a hand that moved so far took what it held along."""

MIN_CONFIDENCE = 0.2


@dataclass(frozen=True, slots=True)
class Fixture:
    """One thing at its place.

    Attributes:
        label: Class that it was taken for.
        xyxy: Box, pixels of the frame.
        sightings: How often it was seen there and surely not held.
        seen_at: When last.
        hand_xy: Where the nearest hand was when it last counted or first was there; pixels.
    """

    label: int
    xyxy: tuple[float, float, float, float]
    sightings: int
    seen_at: datetime
    hand_xy: tuple[float, float] | None = None


def without_fixtures(found: Detections, fixtures: Sequence[Fixture]) -> Detections:
    """The boxes that are not part of the furniture."""
    known = [fixture for fixture in fixtures if fixture.sightings >= MIN_SIGHTINGS]
    if not known or not len(found):
        return found
    overlap = iou(found.xyxy, np.array([fixture.xyxy for fixture in known]))
    fixed = (overlap >= SAME_PLACE_IOU).any(axis=1)
    return found.where(np.asarray(~(fixed & np.isin(found.label, HELD))))


def learn_fixtures(
    fixtures: Sequence[Fixture], found: Detections, persons: Sequence[Person], at: datetime
) -> tuple[Fixture, ...]:
    """Count the things that nobody can be holding; forget what was long unseen."""
    kept = [one for one in fixtures if (at - one.seen_at).total_seconds() <= FORGET_S]
    things = found.only(*HELD).above(MIN_CONFIDENCE)
    for box, label in zip(things.xyxy, things.label, strict=True):
        left, top, right, bottom = (round(float(value), 1) for value in box)
        place = (left, top, right, bottom)
        match = _match(kept, place)
        before = kept.pop(match) if match is not None else Fixture(int(label), place, 0, at)
        kept.append(replace(_counted(before, box, persons), seen_at=at))
    return tuple(kept)


def _counted(one: Fixture, box: NDArray[np.float32], persons: Sequence[Person]) -> Fixture:
    """The thing with one more sighting if nobody can be holding it now."""
    if _is_out_of_reach(box, persons):
        return replace(one, sightings=one.sightings + 1)
    nearest = _nearest_hand(box, persons)
    if nearest is None:
        return one
    hand_xy, width_px = nearest
    if one.hand_xy is None:
        return replace(one, hand_xy=hand_xy)
    if math.dist(hand_xy, one.hand_xy) < MOVED_SHARE * width_px:
        return one
    return replace(one, sightings=one.sightings + 1, hand_xy=hand_xy)


def _nearest_hand(
    box: NDArray[np.float32], persons: Sequence[Person]
) -> tuple[tuple[float, float], float] | None:
    """Where the hand nearest to a thing is, and how wide its owner's box."""
    hands = [
        (
            distance_to_box(person.pose.xy[hand], box),
            (float(person.pose.xy[hand][0]), float(person.pose.xy[hand][1])),
            float(person.xyxy[2] - person.xyxy[0]),
        )
        for person in persons
        if person.pose is not None
        for hand in HANDS
        if person.pose.seen(hand)
    ]
    return min(hands)[1:] if hands else None


def _match(fixtures: Sequence[Fixture], place: tuple[float, float, float, float]) -> int | None:
    if not fixtures:
        return None
    overlap = iou([place], np.array([fixture.xyxy for fixture in fixtures]))[0]
    best = int(np.argmax(overlap))
    return best if overlap[best] >= SAME_PLACE_IOU else None


def _is_out_of_reach(box: NDArray[np.float32], persons: Sequence[Person]) -> bool:
    """Whether both hands of everybody are seen, and all of them are away from the box."""
    for person in persons:
        if person.pose is None:
            return False
        wrists = (Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST)
        if not all(person.pose.seen(wrist) for wrist in wrists):
            return False
        away_px = AWAY_SHARE * float(person.xyxy[2] - person.xyxy[0])
        seen = [person.pose.xy[hand] for hand in HANDS if person.pose.seen(hand)]
        if min(distance_to_box(point, box) for point in seen) < away_px:
            return False
    return True
