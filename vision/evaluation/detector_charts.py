"""Places of curves, dots and bars in the drawings of the detector's page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detect.floors import MIN_CONFIDENCE
from vision.evaluation.detector import of_class
from vision.evaluation.detector_boxes import Boxes, boxes_of
from vision.evaluation.detector_curves import precision_recall, reliability
from vision.evaluation.detector_figures import SIZE_EDGES_PX, SIZE_NAMES
from vision.evaluation.detector_report import Evaluation
from vision.types import Label

Floats = NDArray[np.float64]

PLOT_PX = 200.0
"""Side of a drawing's square, in which both axes go from 0 to 1."""
MOST_POINTS = 150
DOT_PX = (2.5, 9.0)
"""Smallest and largest radius of a dot."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot at a place, with words."""

    x_px: float
    y_px: float
    radius_px: float
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that stands on the axis.

    Attributes:
        height_px: 0 where nothing was found, or nothing was there.
        label: Under it.
        value: On it.
        count: Of labelled boxes.
    """

    x_px: float
    width_px: float
    height_px: float
    label: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Charts:
    """The drawings of one class.

    Attributes:
        curve: Points of precision over recall, for a ``polyline``; empty without a truth.
        mark: Where the threshold stands on it; None where no box reaches it.
        before: Share of right boxes over the network's confidence.
        after: Likewise over calibrated confidence.
        bars: Recall by size.
    """

    curve: str
    mark: Dot | None
    before: tuple[Dot, ...]
    after: tuple[Dot, ...]
    bars: tuple[Bar, ...]


def charts(found: Evaluation, label: Label) -> Charts:
    """The drawings of a class."""
    raw, boxes = boxes_of(found.raw, label), boxes_of(found.judged, label)
    seen = raw.confidence >= MIN_CONFIDENCE
    return Charts(
        *_curve(found, label),
        before=_dots(raw.where(seen)),
        after=_dots(boxes.where(seen)),
        bars=_bars(*found.sizes(label)),
    )


def _curve(found: Evaluation, label: Label) -> tuple[str, Dot | None]:
    matched = of_class(found.judged, label)
    truths = len(matched.found)
    if not truths or not len(matched.confidence):
        return "", None
    confidence, precision, recall = precision_recall(matched.confidence, matched.hit, truths)
    kept = np.unique(np.linspace(0, len(recall) - 1, MOST_POINTS).round().astype(int))
    points = " ".join(f"{_x(recall[n])},{_y(precision[n])}" for n in np.append(0, kept))
    above = int((confidence >= found.thresholds[label].value).sum())
    if not above:
        return points, None
    at = (float(recall[above - 1]), float(precision[above - 1]))
    words = f"{found.thresholds[label].value:.3f}: P {at[1]:.3f}, R {at[0]:.3f}"
    return points, Dot(_x(at[0]), _y(at[1]), 5.0, words)


def _dots(boxes: Boxes) -> tuple[Dot, ...]:
    rows = reliability(boxes.confidence, boxes.right)
    most = max((row["boxes"] for row in rows), default=1)
    small, large = DOT_PX
    return tuple(
        Dot(
            _x(row["mean_confidence"]),
            _y(row["precision"]),
            round(small + (large - small) * float(np.sqrt(row["boxes"] / most)), 1),
            f"{row['mean_confidence']:.2f} → {row['precision']:.2f}, n = {row['boxes']}",
        )
        for row in rows
    )


def _bars(size_px: Floats, found: NDArray[np.bool_]) -> tuple[Bar, ...]:
    place = np.digitize(size_px, SIZE_EDGES_PX)
    step = PLOT_PX / len(SIZE_NAMES)
    bars = []
    for number, name in enumerate(SIZE_NAMES):
        here = found[place == number]
        share = float(here.mean()) if len(here) else 0.0
        value = f"{share:.2f}" if len(here) else "–"
        height = round(PLOT_PX * share, 1)
        bars.append(Bar(number * step + 6, step - 12, height, name, value, len(here)))
    return tuple(bars)


def _x(share: float) -> float:
    return round(PLOT_PX * float(share), 1)


def _y(share: float) -> float:
    return round(PLOT_PX * (1 - float(share)), 1)
