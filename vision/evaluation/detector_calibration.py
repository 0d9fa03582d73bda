"""Fits what makes confidence the share of right boxes, and says how far off it is.

The maps, the choice among them and the sources are in ``docs/adr/0004-calibrated-confidence.md``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.detect.calibration import Calibration, features, sigmoid
from vision.detect.floors import MIN_CONFIDENCE
from vision.evaluation.detector import Judged
from vision.evaluation.detector_boxes import Boxes, boxes_of, folds
from vision.evaluation.detector_match import Matched
from vision.evaluation.isotonic import at, rising
from vision.registry import CalibrationRow
from vision.types import Detections, Label

Floats = NDArray[np.float64]
Map = Callable[[Floats], Floats]

LEAST = 10
"""Fewest right and fewest wrong boxes for each number that is fitted."""
BINS = 10
UNCHANGED = "unchanged"
ISOTONIC = "isotonic"
FAMILIES: Mapping[str, tuple[tuple[float, float, float], ...]] = {
    "temperature": ((1, 1, 0),),
    "platt": ((1, 1, 0), (0, 0, 1)),
    "beta": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
"""Each fitted number's share in a, b and c; fewest numbers first."""
_EDGES: tuple[tuple[tuple[float, float, float], ...], ...] = (
    ((1, 0, 0), (0, 0, 1)),
    FAMILIES["platt"],
)
"""In place of a beta that would fall: b = 0, or Platt. Not a = 0, which would give boxes that the
network does not believe in at all a confidence above the least that is reported."""
_NEWTON_STEPS = 60


@dataclass(frozen=True, slots=True)
class Fit:
    """The map that was chosen for one class.

    Attributes:
        family: Its name, or ``unchanged``.
        row: Its numbers; None for ``unchanged``.
        boxes: On which it rests.
        right: Of these.
        brier: By name of the map, on pictures that were held out of its fit.
        ece_before: Expected calibration error of the network's confidence.
        ece_after: Likewise of the chosen map, on pictures that were held out of its fit.
    """

    family: str
    row: CalibrationRow | None
    boxes: int
    right: int
    brier: Mapping[str, float]
    ece_before: float | None
    ece_after: float | None


def fit_all(judged: Sequence[Judged]) -> dict[Label, Fit]:
    """Choose a map for every class, from the network's own confidence."""
    return {label: fit_class(boxes_of(judged, label)) for label in Label}


def as_calibration(fits: Mapping[Label, Fit]) -> Calibration:
    """The chosen maps, as the adapters take them."""
    return Calibration.of(
        {label.name.lower(): fit.row for label, fit in fits.items() if fit.row is not None}
    )


def fit_class(every: Boxes) -> Fit:
    """The simplest map that is not clearly worse than a richer one."""
    boxes = every.where(every.confidence >= MIN_CONFIDENCE)
    right = int(boxes.right.sum())
    before = error(boxes.confidence, boxes.right)
    enough = min(right, len(boxes) - right)
    families = [name for name, basis in FAMILIES.items() if enough >= LEAST * len(basis)]
    if not families:
        return Fit(UNCHANGED, None, len(boxes), right, {}, before, before)
    said = {UNCHANGED: boxes.confidence} | {
        name: held_out(boxes, _fitter(name)) for name in families
    }
    family = _simplest(said, boxes)
    row = None if family == UNCHANGED else fit_family(family, boxes.confidence, boxes.right)
    said[ISOTONIC] = held_out(boxes, isotonic)
    brier = {name: _brier(values, boxes.right) for name, values in said.items()}
    return Fit(family, row, len(boxes), right, brier, before, error(said[family], boxes.right))


def held_out(boxes: Boxes, fitter: Callable[[Floats, NDArray[np.bool_]], Map]) -> Floats:
    """Confidence (D,) of every box by a map that was fitted without its picture."""
    said = np.zeros(len(boxes))
    for out in folds(boxes.picture):
        said[out] = fitter(boxes.confidence[~out], boxes.right[~out])(boxes.confidence[out])
    return said


def _simplest(said: Mapping[str, Floats], boxes: Boxes) -> str:
    best = UNCHANGED
    for name in list(said)[1:]:
        errors = [(said[one] - boxes.right) ** 2 for one in (best, name)]
        by_picture = np.bincount(boxes.picture, errors[0] - errors[1])
        gains = by_picture[np.unique(boxes.picture)]
        if gains.sum() > np.sqrt(len(gains)) * gains.std():
            best = name
    return best


def _fitter(family: str) -> Callable[[Floats, NDArray[np.bool_]], Map]:
    def fitter(confidence: Floats, right: NDArray[np.bool_]) -> Map:
        row = fit_family(family, confidence, right)
        return lambda values: sigmoid(features(values) @ np.array([row.a, row.b, row.c]))

    return fitter


def isotonic(confidence: Floats, right: NDArray[np.bool_]) -> Map:
    """The yardstick: rising steps of any shape."""
    steps = rising(confidence, right.astype(np.float64))
    return lambda values: at(values, *steps)


def fit_family(family: str, confidence: Floats, right: NDArray[np.bool_]) -> CalibrationRow:
    """The most likely map of a family; one that would fall is replaced by one that may not.

    Args:
        confidence: (D,).
        right: (D,) bool.
    """
    row = _likeliest(FAMILIES[family], confidence, right)
    if row.min(initial=1.0, where=np.array([True, True, False])) < 0:
        edges = [_likeliest(basis, confidence, right) for basis in _EDGES]
        fitting = [one for one in edges if one[:2].max() > 0 and one[:2].min() >= 0]
        row = min(
            fitting, key=lambda one: _loss(one, confidence, right), default=np.array([1, 1, 0])
        )
    a, b, c = (float(value) for value in np.round(row, 4))
    return CalibrationRow(a=a, b=b, c=c)


def _likeliest(
    basis: tuple[tuple[float, float, float], ...], confidence: Floats, right: NDArray[np.bool_]
) -> Floats:
    """Newton's method on the softened targets: (3,) of a, b and c, whatever their sign."""
    spread = np.array(basis, np.float64)
    x, target = features(confidence) @ spread.T, _softened(right)
    weight = np.zeros(len(spread))
    for _ in range(_NEWTON_STEPS):
        share = sigmoid(x @ weight)
        slope = x.T @ (target - share)
        bend = (x * (share * (1 - share))[:, None]).T @ x + 1e-6 * np.eye(len(weight))
        step = np.linalg.solve(bend, slope)
        weight = weight + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(weight @ spread, np.float64)


def _softened(right: NDArray[np.bool_]) -> Floats:
    """Platt's targets: a little less sure than 0 and 1, as so many boxes allow."""
    hits = int(right.sum())
    return np.where(right, (hits + 1) / (hits + 2), 1 / (len(right) - hits + 2))


def _loss(row: Floats, confidence: Floats, right: NDArray[np.bool_]) -> float:
    share = np.clip(sigmoid(features(confidence) @ row), 1e-12, 1 - 1e-12)
    target = _softened(right)
    return float(-(target * np.log(share) + (1 - target) * np.log(1 - share)).mean())


def _brier(said: Floats, right: NDArray[np.bool_]) -> float:
    return round(float(((said - right) ** 2).mean()), 5)


def error(said: Floats, right: NDArray[np.bool_]) -> float | None:
    """Expected calibration error over ten bins of equal width; None without a box."""
    if not len(said):
        return None
    number = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = np.bincount(number, said - right, BINS)
    return round(float(np.abs(gaps).sum() / len(said)), 4)


def calibrated(judged: Sequence[Judged], calibration: Calibration) -> list[Judged]:
    """What the detector would have said with calibrated confidence; matches stay as they are."""
    if calibration.rows is None:
        return list(judged)
    return [
        replace(
            one,
            found=_found(one.found, calibration),
            matched={
                label: _matched(matched, label, calibration)
                for label, matched in one.matched.items()
            },
        )
        for one in judged
    ]


def _found(found: Detections, calibration: Calibration) -> Detections:
    said = calibration.calibrated(found.confidence.astype(np.float64), found.label)
    return Detections(found.xyxy, said.astype(np.float32), found.label)


def _matched(matched: Matched, label: Label, calibration: Calibration) -> Matched:
    def of(values: Floats) -> Floats:
        return calibration.calibrated(values, np.full(len(values), label, np.int16))

    found = np.where(matched.found > 0, of(matched.found), 0.0)
    return replace(matched, confidence=of(matched.confidence), found=found)
