"""Which person boxes are staff in the post, and which are too doubtful to count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.geometry import box_area, ioa, iou, share_inside
from vision.observe.posts import Post
from vision.types import Detections, Label
from vision.types.observation import FIRM_CONFIDENCE

DOUBTFUL_CONFIDENCE = 0.2
"""A person box of at least this confidence that does not count leaves doubt. In the place of
somebody seen there a moment ago it goes on being them: whoever sinks onto the desk is half hidden,
and the detector is less sure."""

HELD_IOA = 0.5
"""Share of a box that must lie in the last one of that presence."""

MIN_SHARE_INSIDE = 0.5
"""Share of the box that must lie in the post's polygon."""

MIN_HEIGHT_SHARE = 0.15
"""Of the post's height: smaller boxes are hands, reflections, or people far behind."""

SAME_PERSON_IOA = 0.8
"""A weaker box that lies this much within a stronger one is the same person seen in part."""


_NO_BOXES = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """The person boxes of one post.

    Attributes:
        present: Those that count, strongest first.
        doubtful: Highest confidence among the rest, and those present that are not firm; 0 without
            any.
    """

    present: Detections
    doubtful: float

    @property
    def firm(self) -> int:
        """How many of them are there by their boxes alone."""
        return int(np.count_nonzero(self.present.confidence >= FIRM_CONFIDENCE))

    @property
    def is_sure(self) -> bool:
        """Whether there is nobody beside those present, for all that the boxes say."""
        return self.doubtful < DOUBTFUL_CONFIDENCE


def staff_in(
    post: Post,
    found: Detections,
    neighbours: Sequence[Post] = (),
    held: NDArray[np.float32] = _NO_BOXES,
) -> Staff:
    """Sort the person boxes (pixels of the frame) of one post.

    Posts overlap where a camera looks along the counter: a person who fits a neighbouring post
    better is that post's, and neither present nor doubtful here.

    Args:
        post: Whose staff.
        found: All boxes.
        neighbours: The camera's other posts.
        held: (K, 4) last boxes of those seen in the post a moment ago.
    """
    people = found.only(Label.PERSON).strongest_first()
    people = people.where(
        np.array([_fits_best(box, post, neighbours) for box in people.xyxy], bool)
    )
    strong = people.confidence >= FIRM_CONFIDENCE
    by_itself = strong & _belongs(post, people)
    counts = by_itself | _goes_on(people, held, by_itself)
    doubtful = people.where(~counts | ~strong).confidence
    present = people.where(counts)
    return Staff(present.where(_distinct(present)), float(doubtful.max()) if len(doubtful) else 0.0)


def _goes_on(
    people: Detections, held: NDArray[np.float32], by_itself: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(N,) bool: the likeliest box in the place of each presence that no box by itself is in."""
    found = np.zeros(len(people), bool)
    within = ioa(people.xyxy, held) >= HELD_IOA
    taken = (iou(people.xyxy, held) > 0) & by_itself[:, None]
    likely = within & (people.confidence >= DOUBTFUL_CONFIDENCE)[:, None]
    for place in np.flatnonzero(~taken.any(axis=0) & likely.any(axis=0)):
        found[np.argmax(likely[:, place])] = True  # strongest first
    return found


def _fits_best(box: NDArray[np.float32], post: Post, neighbours: Sequence[Post]) -> bool:
    own = _misfit(box, post)
    return all(own <= _misfit(box, other) for other in neighbours)


def _misfit(box: NDArray[np.float32], post: Post) -> float:
    """Distance of the box's centre from the post's, in units of the post's size."""
    left, top, right, bottom = post.box_px
    x, y = _centre(box)
    return math.hypot(
        (x - (left + right) / 2) / (right - left), (y - (top + bottom) / 2) / (bottom - top)
    )


def _belongs(post: Post, people: Detections) -> NDArray[np.bool_]:
    least_px = MIN_HEIGHT_SHARE * float(np.ptp(post.polygon_px[:, 1]))
    tall = people.xyxy[:, 3] - people.xyxy[:, 1] >= least_px
    inside = [share_inside(post.polygon_px, box) >= MIN_SHARE_INSIDE for box in people.xyxy]
    return np.asarray(tall & np.array(inside, bool))


def _distinct(people: Detections) -> NDArray[np.bool_]:
    """(N,) bool, for boxes sorted by confidence: not a part of a stronger one."""
    within = np.triu(ioa(people.xyxy, people.xyxy).T, k=1)
    larger = np.triu(box_area(people.xyxy)[:, None] >= box_area(people.xyxy)[None, :], k=1)
    return np.asarray(~((within >= SAME_PERSON_IOA) & larger).any(axis=0))


def items_of(box: NDArray[np.float32], people: Detections, found: Detections) -> Detections:
    """What lies at one person: boxes of other classes mostly within the person's widened box.

    A thing within reach of two people belongs to the one whose centre is nearer.
    """
    things = found.where(found.label != Label.PERSON)
    margin = 0.1 * (box[2] - box[0])
    wide = box + np.array([-margin, 0, margin, margin], np.float32)
    mostly = ioa(things.xyxy, wide)[:, 0] >= 0.5
    centres = (things.xyxy[:, :2] + things.xyxy[:, 2:]) / 2
    own = np.linalg.norm(centres - _centre(box), axis=1)
    others = [np.linalg.norm(centres - _centre(other), axis=1) for other in people.xyxy]
    nearest = np.min(others, axis=0) if others else own
    return things.where(np.asarray(mostly & (own <= nearest + 1e-3)))


def _centre(box: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((box[:2] + box[2:]) / 2, np.float32)
