"""How large things are in this view: pixels per metre, and whether that is enough.

A rule whose target would be smaller than its model can make out answers UNKNOWN, and the
integrator is told on the day of installation.
"""

import math
from dataclasses import dataclass

from vision.rules.base import Target
from vision.types import Landmark, Observation, Person

SHOULDER_WIDTH_M = 0.37
"""Between the shoulder joints, as landmarks mark them. Biacromial breadth of adults: ISO 7250."""

SEATED_BOX_WIDTH_M = 0.55
"""Typical width of a seated person's box, elbows included: elbow-to-elbow breadth, ISO 7250."""

POST_HEIGHT_M = 1.5
"""What a post usually spans upwards: a seated person and the desk, or a standing person."""


@dataclass(frozen=True, slots=True)
class Assessability:
    """Whether a view supports a rule.

    Attributes:
        rule_id: The rule.
        supported: Whether the target is large enough.
        target: What the rule must make out.
        target_px: How many pixels it spans here, by estimate.
        needs_px: How many it needs.
        basis: ``persons seen`` or ``size of the post``.
    """

    rule_id: str
    supported: bool
    target: str
    target_px: float
    needs_px: float
    basis: str

    def __str__(self) -> str:
        spans = f"a {self.target} would span {self.target_px:.0f} px; needs {self.needs_px:.0f}"
        answer = "assessable" if self.supported else "not assessable here"
        return f"{self.rule_id}: {answer}, {spans} (by {self.basis})"


def px_per_m(person: Person) -> float:
    """Scale at a person, from the shoulders where both are seen, else from the box."""
    from_box = float(person.xyxy[2] - person.xyxy[0]) / SEATED_BOX_WIDTH_M
    pose = person.pose
    if pose is None or not (
        pose.seen(Landmark.LEFT_SHOULDER) and pose.seen(Landmark.RIGHT_SHOULDER)
    ):
        return from_box
    left, right = pose.xy[Landmark.LEFT_SHOULDER], pose.xy[Landmark.RIGHT_SHOULDER]
    # Seen from the side the shoulders fall together; the box then knows better.
    return max(math.dist(left, right) / SHOULDER_WIDTH_M, 0.5 * from_box)


def too_small(person: Person, target: Target) -> bool:
    """Whether the target would be smaller at this person than the model can make out."""
    return px_per_m(person) * target.size_m < target.min_px


def scale_of(seen: Observation) -> float | None:
    """Pixels per metre at the nearest person of an observation; None without anybody."""
    return max((px_per_m(person) for person in seen.persons), default=None)


def assess(
    rule_id: str, target: Target, post_height_px: float, person_px_per_m: float | None
) -> Assessability:
    """What a view supports, from the persons seen in it if any, else from the post's size."""
    if person_px_per_m is not None:
        scale, basis = person_px_per_m, "persons seen"
    else:
        scale, basis = post_height_px / POST_HEIGHT_M, "size of the post"
    target_px = scale * target.size_m
    return Assessability(
        rule_id, target_px >= target.min_px, target.name, target_px, target.min_px, basis
    )
