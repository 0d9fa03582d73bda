"""The signs of sleep in one observation, each with how sure it is."""

from dataclasses import dataclass

import numpy as np

from vision.rules.deviation import box_height_norm
from vision.types import Person, Posture

HEAD_DOWN_LIMIT_NORM = 0.1
"""Ears that high above the shoulder line, in shoulder widths, or lower: an upright head has them
0.4 to 0.6 above, a deep slouch 0.15 to 0.4 (docs/posture.md)."""

HEAD_DOWN_DROP_NORM = 0.35
"""And lower than upright by so much: a camera high up sees every head low over the shoulders."""

HEAD_LOW_LIMIT_NORM = 0.25
"""A head on the arms may stay above the shoulders. Below this the box is asked, too."""

BOX_DOWN_LIMIT_NORM = 0.25
BOX_DOWN_FROM_SIDE_LIMIT_NORM = 0.45
"""With the head on the desk the person's whole box ends no higher above the upright shoulder line
than this. Upright it reaches 0.8 to 1.1 shoulder widths above. Seen from the front and above,
forwards is downwards in the picture, so that a deep slouch gets there, too; from the side it stays
above 0.4 (docs/posture.md)."""

BOX_LOWERED_LIMIT_NORM = 0.6
"""Where landmarks say that the head is down, the box must not contradict: it ends lower than this
above the upright shoulder line."""

BOX_SIGMA_NORM = 0.1
"""Scatter of a detector box's upper edge."""

HEAD_HUNG_LIMIT_DEG = 45.0
"""By so much more than upright the face looks down: past what reading on a desk asks for, which is
25 to 40 degrees."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of sleep.

    Attributes:
        reason: Code of the violation that it would be.
        measured: Value, limit and margin.
        excess_sigmas: How far the value is beyond its limit, in standard deviations.
        contradicted: Whether the person's box says otherwise.
    """

    reason: str
    measured: dict[str, float]
    excess_sigmas: float
    contradicted: bool = False


def landmark_signs(person: Person, posture: Posture) -> list[Sign]:
    """Every sign that the landmarks allow to judge."""
    found = (_down(person, posture), _low(person, posture), _hung(person, posture))
    return [sign for sign in found if sign is not None]


def box_sign(person: Person) -> Sign | None:
    """The head on the desk by the box alone; None without an upright reference."""
    height, baseline = box_height_norm(person), person.baseline
    if height is None or baseline is None:
        return None
    limit = BOX_DOWN_FROM_SIDE_LIMIT_NORM if baseline.side_view else BOX_DOWN_LIMIT_NORM
    measured = _below("box_height_over_shoulders_norm", height, limit)
    return Sign("head_on_desk_still", measured, (limit - height) / BOX_SIGMA_NORM)


def _down(person: Person, posture: Posture) -> Sign | None:
    height, baseline = posture.head_height_norm, person.baseline
    if height is None:
        return None
    upright = baseline.head_height_norm if baseline is not None else None
    relative = HEAD_DOWN_LIMIT_NORM if upright is None else upright - HEAD_DOWN_DROP_NORM
    limit = min(HEAD_DOWN_LIMIT_NORM, relative)
    box_height = box_height_norm(person)
    return Sign(
        reason="head_down_still",
        measured=_below("head_height_norm", height, limit),
        excess_sigmas=(limit - height) / posture.sigma.head_height_norm,
        contradicted=box_height is not None and box_height > BOX_LOWERED_LIMIT_NORM,
    )


def _low(person: Person, posture: Posture) -> Sign | None:
    height = posture.head_height_norm
    return box_sign(person) if height is not None and height < HEAD_LOW_LIMIT_NORM else None


def _hung(person: Person, posture: Posture) -> Sign | None:
    bent = _beyond_upright(posture, person.baseline, "head_inclination_deg")
    if bent is None:
        return None
    margin_deg = bent[0] - HEAD_HUNG_LIMIT_DEG
    measured = {
        "head_deviation_deg": round(bent[0], 1),
        "limit": HEAD_HUNG_LIMIT_DEG,
        "margin": round(margin_deg, 1),
    }
    return Sign("head_hung_still", measured, margin_deg / bent[1])


def _beyond_upright(
    posture: Posture, baseline: Posture | None, feature: str
) -> tuple[float, float] | None:
    """Difference from the reference and its standard deviation; None where either is missing."""
    value, upright = getattr(posture, feature), getattr(baseline, feature, None)
    if value is None or upright is None or baseline is None:
        return None
    sigma = np.hypot(getattr(posture.sigma, feature), getattr(baseline.sigma, feature))
    return value - upright, float(sigma)


def _below(name: str, value: float, limit: float) -> dict[str, float]:
    return {name: round(value, 3), "limit": round(limit, 3), "margin": round(limit - value, 3)}
