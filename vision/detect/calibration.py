"""Turns the network's confidence into the share of boxes that are right at that confidence.

Beta calibration (Kull, Silva Filho and Flach, AISTATS 2017), per class:

    calibrated = sigmoid(a ln s - b ln(1 - s) + c)

with ``a = b`` it is Platt's map of the logit, with ``c = 0`` besides a temperature, and
``a = b = 1, c = 0`` changes nothing. It rises strictly, so no order within a class changes, and no
average precision. The rows stand in ``weights/registry.toml``; ``deportment evaluate detector
--fit-calibration`` prints them. The reasons are in ``docs/adr/0004-calibrated-confidence.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vision.registry import CalibrationRow
from vision.types import Detections, Label

Floats = NDArray[np.float64]

EDGE = 1e-6
"""Confidences nearer to 0 or 1 are taken as this far away: both logarithms stay finite."""

_HALVINGS = 40


def features(confidence: Floats) -> Floats:
    """(N, 3) of ln s, -ln(1 - s) and 1: what a row of parameters is multiplied with."""
    s = np.clip(confidence, EDGE, 1 - EDGE)
    return np.stack([np.log(s), -np.log1p(-s), np.ones_like(s)], axis=-1)


def sigmoid(value: Floats) -> Floats:
    """1 / (1 + exp(-value)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(value / 2)), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The maps of all classes.

    Attributes:
        rows: (9, 3) float64, the parameters a, b and c by class index; None changes nothing.
    """

    rows: Floats | None = None

    @classmethod
    def of(cls, rows: Mapping[str, CalibrationRow]) -> Self:
        """From the registry; a class that it leaves out is left as it is."""
        if not rows:
            return cls()
        same = CalibrationRow(a=1, b=1, c=0)
        found = [rows.get(label.name.lower(), same) for label in Label]
        return cls(np.array([(row.a, row.b, row.c) for row in found], np.float64))

    def calibrated(self, confidence: Floats, label: NDArray[np.int16]) -> Floats:
        """Confidences (N,) of boxes of the classes ``label`` (N,), calibrated."""
        if self.rows is None:
            return confidence
        return sigmoid((features(confidence) * self.rows[label]).sum(axis=-1))

    def raw_floors(self, floors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(9,) confidences of the network just below those that are calibrated to ``floors``."""
        if self.rows is None:
            return floors
        label = np.arange(len(Label), dtype=np.int16)
        low, high = np.zeros(len(Label)), np.ones(len(Label))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.calibrated(middle, label) < floors
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.maximum(low - EDGE, 0).astype(np.float32)

    def apply(self, found: Detections, floors: NDArray[np.float32]) -> Detections:
        """The boxes with calibrated confidence, from the floors (9,) on, strongest first."""
        if self.rows is None:
            return found
        confidence = self.calibrated(found.confidence.astype(np.float64), found.label)
        said = Detections(found.xyxy, confidence.astype(np.float32), found.label)
        return said.where(said.confidence >= floors[said.label]).strongest_first()
