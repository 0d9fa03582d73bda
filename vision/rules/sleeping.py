"""Sleeping (SZ 一.(三)): the head down on the desk or hung, and nothing moves.

Whoever reads or writes bows the head moderately and moves hand and head; both conditions must
hold. A false accusation is worse than a miss: doubt about the head gives UNKNOWN, and whoever
moved a moment ago is awake, so that the dwell of the rule is one without movement.
"""

from dataclasses import dataclass

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import SHOULDER_LINE, box_contradicts, same_size
from vision.rules.sleep_signs import Sign, box_sign, landmark_signs
from vision.types import Label, Observation, Person, Verdict

CONFIDENCE_Z = 1.645
"""One-sided 95 % bound: this accusation weighs more than slouching."""

STILL_S = 4.0
"""Who has not moved for so long may be asleep: one sample of pose after the last movement."""

MOVING_SCORE = 0.3
"""Of somebody whose head is down and who moves: more than nothing, less than asleep."""

LONG_STILL_S = 60.0
"""From here on stillness adds nothing to the score."""


@dataclass(frozen=True, slots=True)
class SleepingRule:
    """Judges head position and stillness.

    Attributes:
        confidence_z: How many standard deviations the head must be beyond its limit.
    """

    confidence_z: float = CONFIDENCE_Z
    rule_id: str = "sleeping"
    version: int = 1
    labels: frozenset[Label] = frozenset()
    every_s: float | None = 4.0
    target: Target = SHOULDER_LINE

    def judge(self, observation: Observation) -> Verdict | None:
        """The window's verdict; None where pose was not run."""
        if not observation.pose_run:
            return None
        return worst([about(person, self._of(person)) for person in observation.persons])

    def _of(self, person: Person) -> Verdict:
        posture = person.posture
        if posture is None or posture.body_yaw_deg is None or not _believable(person):
            return self._from_box(person)
        if posture.scale_px < self.target.min_px:
            return Verdict.unknown("too_small")
        if box_contradicts(person):
            return Verdict.unknown("box_contradicts")
        signs = landmark_signs(person, posture)
        if not signs:
            return Verdict.unknown("landmarks_hidden")
        return worst([self._from(sign, person.still_s) for sign in signs])

    def _from_box(self, person: Person) -> Verdict:
        """A head on the arms hides the landmarks; then the box must speak."""
        sign = box_sign(person)
        if sign is None or sign.excess_sigmas <= self.confidence_z:
            return Verdict.unknown("no_pose" if person.posture is None else "landmarks_hidden")
        return self._from(sign, person.still_s)

    def _from(self, sign: Sign, still_s: float | None) -> Verdict:
        if sign.excess_sigmas <= 0:
            return Verdict.compliant("head_up", **sign.measured)
        if sign.excess_sigmas <= self.confidence_z:
            return Verdict.unknown("within_error", **sign.measured)
        if sign.contradicted:
            return Verdict.unknown("box_contradicts", **sign.measured)
        if still_s is None:
            return Verdict.unknown("stillness_unknown", **sign.measured)
        measured = sign.measured | {"still_s": round(still_s, 1)}
        if still_s < STILL_S:
            return Verdict.compliant("moving", MOVING_SCORE, **measured)
        return Verdict.violation(_score(still_s), sign.reason, **measured)


def _score(still_s: float) -> float:
    """From 0.6 towards 1, the longer the stillness lasts."""
    return 0.6 + 0.4 * min(1.0, still_s / LONG_STILL_S)


def _believable(person: Person) -> bool:
    """Whether the landmarks are of the size of the person that the reference knows."""
    posture, baseline = person.posture, person.baseline
    return posture is not None and (baseline is None or same_size(posture, baseline))
