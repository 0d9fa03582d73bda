"""Slouching (SN 一.2, SZ 二.(二)): how far the posture is from upright, beyond doubt.

The strongest deviation decides. It is a violation only where its lower confidence bound exceeds
the limit, and keeps the rule only where the measured value does not exceed it; what lies between
is UNKNOWN ``within_error``.
"""

from dataclasses import dataclass

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import CONFIDENCE_Z, SHOULDER_LINE, Deviation, deviations, same_view
from vision.types import Label, Observation, Person, Posture, Verdict

SEVERE_SHARE = 2.0
"""From twice the limit on a deviation is severe."""


@dataclass(frozen=True, slots=True)
class SlouchingRule:
    """Judges posture against the person's upright reference.

    Attributes:
        confidence_z: How many standard deviations a deviation must exceed its limit by.
    """

    confidence_z: float = CONFIDENCE_Z
    rule_id: str = "slouching"
    version: int = 1
    labels: frozenset[Label] = frozenset()
    every_s: float | None = 5.0
    target: Target = SHOULDER_LINE

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict; None where pose was not run."""
        if not observation.pose_run:
            return None
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        posture, baseline = person.posture, person.baseline
        if posture is None:
            return Verdict.unknown("no_pose")
        if posture.body_yaw_deg is None:
            return Verdict.unknown("landmarks_hidden")
        if posture.scale_px < self.target.min_px:
            return Verdict.unknown("too_small")
        if baseline is not None and not same_view(posture, baseline):
            return Verdict.unknown("view_unsuitable")
        found = deviations(posture, baseline)
        if not found:
            return Verdict.unknown(_nothing_measured(posture, baseline))
        return self._verdict(found, baseline is not None)

    def _verdict(self, found: list[Deviation], has_baseline: bool) -> Verdict:
        surest = max(found, key=lambda one: one.lower(self.confidence_z))
        if surest.lower(self.confidence_z) > 1.0:
            grade = "severe" if surest.share >= SEVERE_SHARE else "mild"
            score = min(1.0, surest.share / SEVERE_SHARE)
            return Verdict.violation(score, f"{surest.name}_{grade}", **_measured(surest))
        largest = max(found, key=lambda one: one.share)
        if largest.share <= 1.0:
            score = max(0.0, largest.share / SEVERE_SHARE)
            return Verdict.compliant("upright", score, **_measured(largest))
        reason = "within_error" if has_baseline else "no_baseline"
        return Verdict.unknown(reason, **_measured(largest))


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
