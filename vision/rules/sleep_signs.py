"""The signs of sleep in one observation, each with how sure it is."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vision.rules.deviation import box_drop, reference_of
from vision.types import Person, Posture

HEAD_LOWERED_LIMIT_NORM = 0.15
"""Ears lower over the shoulders than upright by so much. Reading and writing lower them as far:
only stillness tells a sleeper from them (docs/posture.md)."""

BOX_LOWERED_LIMIT_NORM = 0.06
"""The person's whole box ends lower than upright by so much, in shoulder widths: more than it
scatters while somebody works. Who has slid down in the chair to sleep lowers it by 0.1 to 0.3."""

HEAD_HUNG_LIMIT_DEG = 20.0
"""By so much more than upright the face looks down."""

CHIN_LIMIT_DEG = 15.0
"""By so much more than upright the neck is bent against the trunk, seen from the side: somebody
who has slid down in the chair has the trunk back and the chin on the chest."""

SLEEPING_LIMITS = MappingProxyType(
    {
        "head_height_norm": -HEAD_LOWERED_LIMIT_NORM,
        "neck_flexion_deg": CHIN_LIMIT_DEG,
        "head_inclination_deg": HEAD_HUNG_LIMIT_DEG,
        "box_height_norm": -BOX_LOWERED_LIMIT_NORM,
    }
)
"""Feature to the difference from upright that is a sign of sleep in whoever is still."""

UNREFERENCED_SIGMA_DEG = 8.0
"""Scatter between people and views of how an upright neck is seen."""

BENT_LIMIT_DEG = 40.0
"""Without a reference a neck is bent by more than work asks for from here on, seen from the side:
reading and writing take 20 to 35."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of sleep.

    Attributes:
        reason: Code of the violation that it would be.
        measured: Value, limit and margin.
        excess_sigmas: How far the value is beyond its limit, in standard deviations.
    """

    reason: str
    measured: dict[str, float]
    excess_sigmas: float


def landmark_signs(person: Person, posture: Posture) -> list[Sign]:
    """Every sign that the landmarks allow to judge."""
    reference = reference_of(person)
    found = (
        _lowered(posture, reference),
        _hung(posture, reference),
        _chin(posture, reference),
        box_sign(person),
    )
    return [sign for sign in found if sign is not None]


def box_sign(person: Person) -> Sign | None:
    """The head down by the box alone; None without an upright reference."""
    drop = box_drop(person)
    if drop is None:
        return None
    excess = (drop.value - BOX_LOWERED_LIMIT_NORM) / drop.sigma
    measured = _measured("box_drop_norm", drop.value, BOX_LOWERED_LIMIT_NORM)
    return Sign("head_down_still", measured, excess)


def _lowered(posture: Posture, reference: Posture | None) -> Sign | None:
    change = _beyond_upright(posture, reference, "head_height_norm")
    if change is None or posture.side_view:
        return None
    excess = (-change[0] - HEAD_LOWERED_LIMIT_NORM) / change[1]
    measured = _measured("head_drop_norm", -change[0], HEAD_LOWERED_LIMIT_NORM)
    return Sign("head_down_still", measured, excess)


def _hung(posture: Posture, reference: Posture | None) -> Sign | None:
    change = _beyond_upright(posture, reference, "head_inclination_deg")
    if change is None:
        return None
    measured = _measured("head_deviation_deg", change[0], HEAD_HUNG_LIMIT_DEG)
    return Sign("head_hung_still", measured, (change[0] - HEAD_HUNG_LIMIT_DEG) / change[1])


def _chin(posture: Posture, reference: Posture | None) -> Sign | None:
    if reference is None:
        return _bent(posture)
    neck = _beyond_upright(posture, reference, "neck_flexion_deg")
    trunk = _beyond_upright(posture, reference, "trunk_inclination_deg")
    if neck is None:
        return None
    lean_deg, lean_sigma = trunk if trunk is not None else (0.0, 0.0)
    value_deg = max(neck[0], neck[0] - lean_deg)
    sigma_deg = float(np.hypot(neck[1], lean_sigma))
    measured = _measured("neck_deviation_deg", value_deg, CHIN_LIMIT_DEG)
    return Sign("head_hung_still", measured, (value_deg - CHIN_LIMIT_DEG) / sigma_deg)


def _bent(posture: Posture) -> Sign | None:
    value_deg = posture.neck_flexion_deg
    if value_deg is None:
        return None
    sigma_deg = float(np.hypot(posture.sigma.neck_flexion_deg, UNREFERENCED_SIGMA_DEG))
    measured = _measured("neck_flexion_deg", value_deg, BENT_LIMIT_DEG)
    return Sign("head_down_still", measured, (value_deg - BENT_LIMIT_DEG) / sigma_deg)


def _beyond_upright(
    posture: Posture, baseline: Posture | None, feature: str
) -> tuple[float, float] | None:
    """Difference from the reference and its standard deviation; None where either is missing."""
    value, upright = getattr(posture, feature), getattr(baseline, feature, None)
    if value is None or upright is None or baseline is None:
        return None
    sigma = np.hypot(getattr(posture.sigma, feature), getattr(baseline.sigma, feature))
    return value - upright, float(sigma)


def _measured(name: str, value: float, limit: float) -> dict[str, float]:
    return {name: round(value, 3), "limit": limit, "margin": round(value - limit, 3)}
