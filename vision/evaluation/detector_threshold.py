"""Thresholds from the precision that an accusation needs, and what they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector import Judged
from vision.evaluation.detector_boxes import Boxes, boxes_of, folds
from vision.evaluation.detector_curves import precision_recall
from vision.types import Label

Floats = NDArray[np.float64]

NEVER = 1.01
"""No box reaches it: the threshold of a class for which no confidence is good enough."""
LEAST = 10
USUAL_LEVEL = 0.95
"""Confidence level of a lower limit where none is asked for."""
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold, and the boxes at or above it.

    Attributes:
        value: Confidence; :data:`NEVER` where none gives the precision.
        boxes: At or above it.
        right: Of these.
        pictures: In which these boxes lie.
        beside: Wrong boxes on pictures that do hold the class: doubled, misplaced, another thing.
        in_vain: Wrong boxes on pictures that hold none: each of them would accuse somebody.
        in_vain_pictures: On how many pictures those lie. Boxes of one picture are no independent
            mistakes.
        at_least: Lower confidence limit of the precision; None without a box.
        held_out: Precision on pictures on which the threshold was not chosen; None without a box.
    """

    value: float
    boxes: int
    right: int
    pictures: int
    beside: int
    in_vain: int
    in_vain_pictures: int
    at_least: float | None
    held_out: float | None

    @property
    def precision(self) -> float | None:
        """Share of right boxes."""
        return self.right / self.boxes if self.boxes else None


def fit_thresholds(
    judged: Sequence[Judged], precision: float, level: float | None = None
) -> dict[Label, Threshold]:
    """The lowest threshold of each class at which its boxes reach a precision.

    Args:
        level: Confidence level at which the precision must hold; None if it need only be seen.
    """
    return {label: fit(boxes_of(judged, label), precision, level) for label in Label}


def fit(boxes: Boxes, precision: float, level: float | None = None) -> Threshold:
    """The threshold of one class."""
    value = threshold_for(precision, boxes.confidence, boxes.right, level=level)
    kept, right = 0, 0
    for out in folds(boxes.picture):
        chosen = threshold_for(precision, boxes.confidence[~out], boxes.right[~out], level=level)
        strong = out & (boxes.confidence >= (NEVER if chosen is None else chosen))
        kept, right = kept + int(strong.sum()), right + int(boxes.right[strong].sum())
    held_out = right / kept if kept else None
    return resting_on(boxes, NEVER if value is None else value, level, held_out)


def given(
    judged: Sequence[Judged], thresholds: Mapping[Label, float], level: float | None = None
) -> dict[Label, Threshold]:
    """Thresholds that were chosen elsewhere, with what they rest on here."""
    return {
        label: resting_on(boxes_of(judged, label), value, level)
        for label, value in thresholds.items()
    }


def resting_on(
    boxes: Boxes, value: float, level: float | None = None, held_out: float | None = None
) -> Threshold:
    """A threshold with the boxes at or above it."""
    strong = boxes.where(boxes.confidence >= value)
    right, vain = int(strong.right.sum()), strong.vain & ~strong.right
    return Threshold(
        value=value,
        boxes=len(strong),
        right=right,
        pictures=len(np.unique(strong.picture)),
        beside=int((~strong.right & ~strong.vain).sum()),
        in_vain=int(vain.sum()),
        in_vain_pictures=len(np.unique(strong.picture[vain])),
        at_least=lower_limit(right, len(strong), level or USUAL_LEVEL) if len(strong) else None,
        held_out=held_out,
    )


def threshold_for(
    precision: float,
    confidence: Floats,
    right: NDArray[np.bool_],
    *,
    least: int = LEAST,
    level: float | None = None,
) -> float | None:
    """Lowest confidence at which the boxes at or above it are right often enough.

    The limit holds for the point that is chosen. Choosing the best of many points favours lucky
    ones; the precision on held-out pictures shows by how much.

    Args:
        precision: Share of right boxes that is wanted.
        confidence: (D,).
        right: (D,) bool.
        least: Fewest boxes on which such a share is believed.
        level: Confidence level at which the share must be at least ``precision``; None if it is
            enough that the boxes seen have it.

    Returns:
        None where no confidence gives it.
    """
    values, reached, _ = precision_recall(confidence, right, 1)
    count = np.arange(1, len(values) + 1)
    last_of_value = np.append(values[1:] != values[:-1], True)[: len(values)]
    good = (reached >= precision) & (count >= least) & last_of_value
    for index in reversed(np.flatnonzero(good).tolist()):
        hits = round(reached[index] * count[index])
        if level is None or _tail(hits, index + 1, precision) <= 1 - level:
            return float(values[index])
    return None


def lower_limit(right: int, boxes: int, level: float) -> float:
    """One-sided lower limit of a share (Clopper and Pearson 1934): exact, so never too high."""
    low, high = 0.0, right / boxes
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(right, boxes, middle) <= 1 - level else (low, middle)
    return low


def _tail(right: int, boxes: int, share: float) -> float:
    """Chance of at least so many right boxes, were each right with the chance ``share``."""
    if share <= 0:
        return float(right == 0)
    if share >= 1:
        return 1.0
    wrong = np.arange(boxes - right + 1)
    ways = np.cumsum(np.append(0.0, np.log((boxes - wrong[1:] + 1) / wrong[1:])))
    chances = ways + wrong * np.log1p(-share) + (boxes - wrong) * np.log(share)
    return float(np.exp(chances).sum())
