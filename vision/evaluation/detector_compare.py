"""Two detectors on the same pictures: is one better, or was it luck?

Pictures are drawn again with replacement, the same ones for both detectors (paired bootstrap, Efron
and Tibshirani 1993), because boxes of one picture stand and fall together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector import Judged
from vision.evaluation.detector_curves import RECALL_STEPS
from vision.types import Label

Floats = NDArray[np.float64]
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """AP50 of one detector less that of the other, for one class.

    Attributes:
        pictures: In which the class is known.
        truths: Labelled boxes in them.
        ap: Of the one.
        against: Of the other.
        low: Lower limit of the difference (95 %, two-sided).
        high: Upper limit.
        better: Share of the draws in which the one is better.
    """

    pictures: int
    truths: int
    ap: float
    against: float
    low: float
    high: float
    better: float

    @property
    def difference(self) -> float:
        """As measured."""
        return self.ap - self.against


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Boxes of one detector by falling confidence: (D,) right or not, and picture number."""

    right: NDArray[np.bool_]
    picture: NDArray[np.int64]


def compare(
    judged: Sequence[Judged], against: Sequence[Judged], *, draws: int = DRAWS, seed: int = 0
) -> dict[Label, Difference]:
    """The difference per class that has a labelled box.

    Args:
        judged: Of the one detector.
        against: Of the other, on the same pictures in the same order.
    """
    if [one.picture.path for one in judged] != [one.picture.path for one in against]:
        raise ValueError("both detectors must have been shown the same pictures, in order")
    return {
        label: _difference(judged, against, label, np.random.default_rng(seed), draws)
        for label in Label
        if any(label in one.matched and len(one.matched[label].found) for one in judged)
    }


def _difference(
    judged: Sequence[Judged],
    against: Sequence[Judged],
    label: Label,
    rng: np.random.Generator,
    draws: int,
) -> Difference:
    known = [n for n, one in enumerate(judged) if label in one.matched]
    truths = np.array([len(judged[n].matched[label].found) for n in known], np.float64)
    pair = [_said([side[n] for n in known], label) for side in (judged, against)]
    once = np.ones(len(known))
    ap, other = (_ap(said, truths, once) for said in pair)
    drawn = np.array([
        [_ap(said, truths, times) for said in pair]
        for times in rng.multinomial(len(known), once / len(known), draws).astype(np.float64)
        if times @ truths
    ])  # fmt: skip
    gains = drawn[:, 0] - drawn[:, 1]
    low, high = np.quantile(gains, (0.025, 0.975))
    better = float((gains > 0).mean() + (gains == 0).mean() / 2)
    return Difference(len(known), int(truths.sum()), ap, other, float(low), float(high), better)


def _said(judged: Sequence[Judged], label: Label) -> _Said:
    parts = [one.matched[label] for one in judged]
    confidence = np.concatenate([part.confidence for part in parts])
    order = np.argsort(-confidence, kind="stable")
    picture = np.repeat(np.arange(len(parts)), [len(part.confidence) for part in parts])
    return _Said(np.concatenate([part.hit for part in parts])[order], picture[order])


def _ap(said: _Said, truths: Floats, times: Floats) -> float:
    """Average precision with each picture counted so many times.

    As :func:`vision.evaluation.detector_curves.average_precision`, but without copying boxes.
    """
    weight = times[said.picture]
    seen = weight.cumsum()
    right = (weight * said.right).cumsum()
    drawn = weight > 0
    precision, recall = right[drawn] / seen[drawn], right[drawn] / (times @ truths)
    if not len(precision):
        return 0.0
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    place = np.searchsorted(recall, RECALL_STEPS, side="left")
    reached = place < len(envelope)
    return float(np.where(reached, envelope[np.minimum(place, len(envelope) - 1)], 0).mean())
