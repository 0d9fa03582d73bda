"""Sleeping (SZ 一.(三)): the head down on the desk or hung, and nothing moves.

Whoever reads or writes bows the head moderately and moves hand and head; both conditions must
hold. A false accusation is worse than a miss: doubt about either gives UNKNOWN.
"""

from dataclasses import dataclass

import numpy as np

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import SHOULDER_LINE, same_size
from vision.types import Label, Observation, Person, Posture, Verdict

HEAD_DOWN_LIMIT_NORM = 0.1
"""Ears that high above the shoulder line, in shoulder widths, or lower: an upright head has them
0.4 to 0.6 above, a deep slouch 0.15 to 0.4 (docs/posture.md)."""

HEAD_DOWN_DROP_NORM = 0.35
"""And lower than upright by so much: a camera high up sees every head low over the shoulders."""

BOX_DOWN_LIMIT_NORM = 0.25
"""Where no landmarks are found: the person's whole box ends no higher above the upright shoulder
line than this. Upright it reaches 0.9 to 1 shoulder width above, with the head on the arms 0."""

BOX_SIGMA_NORM = 0.1
"""Scatter of a detector box's upper edge."""

CONFIDENCE_Z = 1.645
"""One-sided 95 % bound: this accusation weighs more than slouching."""

HEAD_HUNG_LIMIT_DEG = 45.0
"""By so much more than upright the face looks down: past what reading on a desk asks for, which is
25 to 40 degrees."""

STILL_DOWN_S = 20.0
"""With the head down, nothing may have moved for so long."""

STILL_HUNG_S = 60.0
"""A head hung over a document is also still for a while; so it must last longer."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign of sleep: positive ``excess_sigmas`` speak for it, in standard deviations."""

    reason: str
    measured: dict[str, float]
    excess_sigmas: float
    still_needed_s: float


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
    every_s: float | None = 5.0
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
        signs = _signs(posture, person.baseline)
        if not signs:
            return Verdict.unknown("landmarks_hidden")
        return worst([self._from(sign, person.still_s) for sign in signs])

    def _from_box(self, person: Person) -> Verdict:
        """A head on the arms hides the landmarks; then the box must speak."""
        sign = _box_down(person)
        if sign is None or sign.excess_sigmas <= self.confidence_z:
            return Verdict.unknown("no_pose" if person.posture is None else "landmarks_hidden")
        return self._from(sign, person.still_s)

    def _from(self, sign: _Sign, still_s: float | None) -> Verdict:
        if sign.excess_sigmas <= 0:
            return Verdict.compliant("head_up", **sign.measured)
        if sign.excess_sigmas <= self.confidence_z:
            return Verdict.unknown("within_error", **sign.measured)
        if still_s is None:
            return Verdict.unknown("stillness_unknown", **sign.measured)
        measured = sign.measured | {"still_s": round(still_s, 1)}
        if still_s < sign.still_needed_s:
            return Verdict.unknown("not_still_for_long", **measured)
        return Verdict.violation(_score(still_s, sign.still_needed_s), sign.reason, **measured)


def _score(still_s: float, needed_s: float) -> float:
    """0.6 when just still long enough, towards 1 the longer it lasts."""
    return 1.0 - 0.4 * needed_s / still_s


def _believable(person: Person) -> bool:
    """Whether the landmarks are of the size of the person that the reference knows."""
    posture, baseline = person.posture, person.baseline
    return posture is not None and (baseline is None or same_size(posture, baseline))


def _signs(posture: Posture, baseline: Posture | None) -> list[_Sign]:
    return [sign for sign in (_down(posture, baseline), _hung(posture, baseline)) if sign]


def _down(posture: Posture, baseline: Posture | None) -> _Sign | None:
    height = posture.head_height_norm
    if height is None:
        return None
    upright = baseline.head_height_norm if baseline is not None else None
    relative = HEAD_DOWN_LIMIT_NORM if upright is None else upright - HEAD_DOWN_DROP_NORM
    limit = min(HEAD_DOWN_LIMIT_NORM, relative)
    sigmas = (limit - height) / posture.sigma.head_height_norm
    return _Sign("head_down_still", _below("head_height_norm", height, limit), sigmas, STILL_DOWN_S)


def _box_down(person: Person) -> _Sign | None:
    baseline = person.baseline
    if baseline is None or baseline.shoulder_y_px is None:
        return None
    height = (baseline.shoulder_y_px - float(person.xyxy[1])) / baseline.scale_px
    measured = _below("box_height_over_shoulders_norm", height, BOX_DOWN_LIMIT_NORM)
    sigmas = (BOX_DOWN_LIMIT_NORM - height) / BOX_SIGMA_NORM
    return _Sign("head_on_desk_still", measured, sigmas, STILL_DOWN_S)


def _below(name: str, value: float, limit: float) -> dict[str, float]:
    return {name: round(value, 3), "limit": round(limit, 3), "margin": round(limit - value, 3)}


def _hung(posture: Posture, baseline: Posture | None) -> _Sign | None:
    angle = posture.head_inclination_deg
    upright = baseline.head_inclination_deg if baseline is not None else None
    if angle is None or baseline is None or upright is None:
        return None
    change = angle - upright
    measured = {
        "head_deviation_deg": round(change, 1),
        "limit": HEAD_HUNG_LIMIT_DEG,
        "margin": round(change - HEAD_HUNG_LIMIT_DEG, 1),
    }
    sigma = np.hypot(posture.sigma.head_inclination_deg, baseline.sigma.head_inclination_deg)
    sigmas = float((change - HEAD_HUNG_LIMIT_DEG) / sigma)
    return _Sign("head_hung_still", measured, sigmas, STILL_HUNG_S)
