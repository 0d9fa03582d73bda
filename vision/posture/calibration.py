"""An explicit upright reference from footage of one person, or the reason why it is none. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.errors import CalibrationRefused
from vision.posture.baseline import FEATURES, Reference, calibrated, surveyed, unacceptable
from vision.types import Posture, PostureSigma

MIN_PICTURES = 5
"""With fewer, one odd picture decides."""

MOST_EMPTY = MOST_HIDDEN = 0.5
MOST_CROWDED = 0.1
MIN_KIND_SHARE = 0.3
"""Of the pictures: a kind of view, from the front or the side, that is rarer is let go."""

MAX_SPREAD_NEARS = 1.0
"""Most robust scatter of a feature, in units of what a block may differ from a slump
(:attr:`vision.posture.baseline.Feature.near`): 10 degrees, or 0.1 shoulder widths."""

MAX_YAW_SPREAD_DEG = 15.0
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One picture of the post.

    Attributes:
        persons: How many are in the post.
        posture: Of the only one; None where pose found nobody.
    """

    persons: int
    posture: Posture | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """The reference for one kind of view.

    Attributes:
        upright: The posture; its sigma is that of the reference.
        spread: Robust scatter of each feature from picture to picture.
        samples: Of how many pictures.
    """

    upright: Posture
    spread: PostureSigma
    samples: int


def calibrate(glimpses: Sequence[Glimpse], min_scale_px: float, at_work: bool) -> list[Learnt]:
    """The reference for every kind of view that the footage shows well.

    Args:
        glimpses: Pictures about a second apart.
        min_scale_px: What a shoulder width must span to be measured.
        at_work: Whether the person just works; else they were told to sit upright and still.

    Raises:
        CalibrationRefused: If it is no footage of one person who sits upright; says why.
    """
    postures = _of_one_person(glimpses)
    scale_px = float(np.median([posture.scale_px for posture in postures]))
    if scale_px < min_scale_px:
        raise CalibrationRefused(
            f"the view is unsuitable: a shoulder line spans {scale_px:.0f} px, "
            f"expected at least {min_scale_px:.0f}"
        )
    kinds = [[p for p in postures if p.side_view is side] for side in (False, True)]
    least = max(MIN_PICTURES, MIN_KIND_SHARE * len(postures))
    kept = [kind for kind in kinds if len(kind) >= least]
    if not kept:
        raise CalibrationRefused(
            f"the person turns: {len(kinds[0])} pictures from the front, {len(kinds[1])} from the "
            f"side, expected at least {MIN_PICTURES} of one kind"
        )
    return [_learnt(kind, at_work) for kind in kept]


def _of_one_person(glimpses: Sequence[Glimpse]) -> list[Posture]:
    count = len(glimpses)
    if count < MIN_PICTURES:
        raise CalibrationRefused(f"{count} usable pictures, expected at least {MIN_PICTURES}")
    empty = sum(one.persons == 0 for one in glimpses)
    if empty > MOST_EMPTY * count:
        raise CalibrationRefused(
            f"nobody is seen in the post in {empty} of {count} pictures, expected one person"
        )
    crowded = sum(one.persons > 1 for one in glimpses)
    if crowded > MOST_CROWDED * count:
        raise CalibrationRefused(
            f"more than one person is in the post in {crowded} of {count} pictures, expected one"
        )
    alone = [one.posture for one in glimpses if one.persons == 1]
    postures = [one for one in alone if one is not None and one.body_yaw_deg is not None]
    hidden = len(alone) - len(postures)
    if hidden > MOST_HIDDEN * len(alone) or len(postures) < MIN_PICTURES:
        raise CalibrationRefused(
            f"the view is unsuitable: both shoulders are seen in {len(postures)} of {len(alone)} "
            f"pictures of the person"
        )
    return postures


def _learnt(postures: Sequence[Posture], at_work: bool) -> Learnt:
    spread = _spread(postures)
    if not at_work:
        _require_rest(postures, spread)
    faults = list(unacceptable(postures))
    if faults:
        feature, value = faults[0]
        low, high = feature.bounds
        raise CalibrationRefused(
            f"the person does not sit upright: {feature.name} {value:.3g}, "
            f"expected {low:g} to {high:g}"
        )
    baseline = surveyed(postures) if at_work else calibrated(postures)
    reference = _only(baseline.front, baseline.side)
    return Learnt(_widened(reference, spread, len(postures)), spread, len(postures))


def _only(front: Reference, side: Reference) -> Posture:
    upright = front.upright or side.upright
    if upright is None:
        raise CalibrationRefused("nothing of an upright posture is seen")
    return upright


def _spread(postures: Sequence[Posture]) -> PostureSigma:
    """Robust standard deviations; 0 where a feature is seen in less than half of the pictures."""
    found = {}
    for feature in FEATURES:
        values = [v for p in postures if (v := getattr(p, feature.name)) is not None]
        if len(values) * 2 >= len(postures):
            found[feature.name] = _robust(values)
    return PostureSigma(**found)


def _robust(values: Sequence[float]) -> float:
    away = np.abs(np.array(values) - np.median(values))
    return float(_MAD_TO_SIGMA * np.median(away))


def _require_rest(postures: Sequence[Posture], spread: PostureSigma) -> None:
    limits = {feature.name: MAX_SPREAD_NEARS * feature.near for feature in FEATURES}
    for name, limit in limits.items():
        value = getattr(spread, name)
        if value > limit:
            raise CalibrationRefused(
                f"the person moves too much: {name} varies by {value:.3g}, "
                f"expected at most {limit:g}; let them sit still, or give --work"
            )
    yaw_deg = _robust([posture.body_yaw_deg or 0.0 for posture in postures])
    if yaw_deg > MAX_YAW_SPREAD_DEG:
        raise CalibrationRefused(
            f"the person turns: by {yaw_deg:.0f} degrees, expected at most {MAX_YAW_SPREAD_DEG:.0f}"
        )


def _widened(upright: Posture, spread: PostureSigma, count: int) -> Posture:
    """The reference with no less uncertainty than its scatter from picture to picture asks for."""
    sigma = {
        feature.name: max(
            getattr(upright.sigma, feature.name), getattr(spread, feature.name) / np.sqrt(count)
        )
        for feature in FEATURES
    }
    return replace(upright, sigma=PostureSigma(**{k: float(v) for k, v in sigma.items()}))
