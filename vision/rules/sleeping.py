"""Sleeping (SZ 一.(三)): the head down on the desk or hung, and nothing moves.

Whoever reads or writes bows the head moderately and moves hand and head; both conditions must
hold. A false accusation is worse than a miss: doubt about either gives UNKNOWN.
"""

from dataclasses import dataclass

import numpy as np

from vision.rules.base import Target
from vision.rules.combine import about, worst
from vision.rules.deviation import SHOULDER_LINE
from vision.types import Label, Observation, Person, Posture, Verdict

HEAD_DOWN_LIMIT_NORM = 0.1
"""Ears that high above the shoulder line, in shoulder widths, or lower: an upright head has them
0.45 to 0.6 above, a deep slouch 0.15 to 0.4 (docs/posture.md)."""

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
        if person.posture is None:
            return Verdict.unknown("no_pose")
        signs = _signs(person.posture, person.baseline)
        if not signs:
            return Verdict.unknown("landmarks_hidden")
        if person.posture.scale_px < self.target.min_px:
            return Verdict.unknown("too_small")
        return worst([self._from(sign, person.still_s) for sign in signs])

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


def _signs(posture: Posture, baseline: Posture | None) -> list[_Sign]:
    return [sign for sign in (_down(posture), _hung(posture, baseline)) if sign is not None]


def _down(posture: Posture) -> _Sign | None:
    height = posture.head_height_norm
    if height is None:
        return None
    margin = HEAD_DOWN_LIMIT_NORM - height
    measured = {
        "head_height_norm": round(height, 3),
        "limit": HEAD_DOWN_LIMIT_NORM,
        "margin": round(margin, 3),
    }
    sigmas = margin / posture.sigma.head_height_norm
    return _Sign("head_down_still", measured, sigmas, STILL_DOWN_S)


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
