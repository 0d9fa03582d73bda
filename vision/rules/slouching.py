"""Slouching (SN 一.2, SZ 二.(二)): how far the posture is from upright, beyond doubt.

It is a violation where the lower confidence bound of any deviation exceeds its limit, and keeps
the rule where the upper bounds of all of them keep theirs; what lies between is UNKNOWN
``within_error``.
"""

from dataclasses import dataclass

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import (
    COMPLIANT_Z,
    HIDDEN_BOX_DROP_LIMIT_NORM,
    SHOULDER_LINE,
    VIOLATION_Z,
    Deviation,
    box_contradicts,
    box_drop,
    deviations,
    reference_of,
    same_view,
)
from vision.types import Label, Observation, Person, Posture, Verdict

SEVERE_SHARE = 2.0
"""From twice the limit on a deviation is severe."""


@dataclass(frozen=True, slots=True)
class SlouchingRule:
    """Judges posture against the person's upright reference.

    Attributes:
        violation_z: How many standard deviations a deviation must exceed its limit by.
        compliant_z: How many standard deviations all of them must stay below.
    """

    violation_z: float = VIOLATION_Z
    compliant_z: float = COMPLIANT_Z
    rule_id: str = "slouching"
    version: int = 3
    labels: frozenset[Label] = frozenset()
    every_s: float | None = 4.0
    target: Target = SHOULDER_LINE

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict; None where somebody is there and pose was not run."""
        if observation.persons and not observation.pose_run:
            return None
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        posture, reference = person.posture, reference_of(person)
        if posture is None and not person.is_firm:
            return Verdict.unknown("person_doubtful")  # they may have left an empty chair
        blind = self._blind(posture, reference)
        if posture is None or blind is not None:
            # Bending hides the landmarks; whoever only passes does not stay for the dwell.
            box = box_drop(person, HIDDEN_BOX_DROP_LIMIT_NORM)
            if box is not None and box.bound(-self.violation_z) > 1.0:
                return self._verdict([box], has_baseline=True)
            return Verdict.unknown(blind or "no_pose")
        if box_contradicts(person):
            return Verdict.unknown("box_contradicts")
        found = deviations(posture, reference)
        if not found:
            return Verdict.unknown(_nothing_measured(posture, reference))
        box = box_drop(person)
        if box is not None and reference is not None and not posture.side_view:
            found.append(box)
        return self._verdict(found, reference is not None)

    def _blind(self, posture: Posture | None, baseline: Posture | None) -> str | None:
        """Why the landmarks cannot be judged; None if they can."""
        if posture is None:
            return "no_pose"
        if posture.body_yaw_deg is None:
            return "landmarks_hidden"
        if posture.scale_px < self.target.min_px:
            return "too_small"
        if baseline is not None and not same_view(posture, baseline):
            return "view_unsuitable"
        return None

    def _verdict(self, found: list[Deviation], has_baseline: bool) -> Verdict:
        surest = max(found, key=lambda one: one.bound(-self.violation_z))
        if surest.bound(-self.violation_z) > 1.0:
            grade = "severe" if surest.share >= SEVERE_SHARE else "mild"
            return Verdict.violation(_score(surest), f"{surest.name}_{grade}", **_measured(surest))
        nearest = max(found, key=lambda one: one.bound(self.compliant_z))
        if nearest.bound(self.compliant_z) <= 1.0:
            return Verdict.compliant("upright", _score(nearest), **_measured(nearest))
        reason = "within_error" if has_baseline else "no_baseline"
        return Verdict.unknown(reason, **_measured(nearest))


def _score(one: Deviation) -> float:
    """0.5 at the limit, 1 from where it is severe."""
    return min(1.0, max(0.0, one.share / SEVERE_SHARE))


def _nothing_measured(posture: Posture, baseline: Posture | None) -> str:
    """Why nothing could be compared: the view lacks a reference, or hides the landmarks."""
    if baseline is None and not posture.side_view:
        return "no_baseline"
    return "landmarks_hidden"


def _measured(one: Deviation) -> dict[str, float]:
    return {
        f"{one.name}_deviation_{one.unit}": round(one.value, 3),
        f"sigma_{one.unit}": round(one.sigma, 3),
        "limit": one.limit,
        "margin": round(one.value - one.limit, 3),
    }
