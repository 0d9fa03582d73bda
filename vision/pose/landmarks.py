"""Reads the output of MediaPipe's landmark network. Pure numpy.

The steps and their constants are those of MediaPipe's pose landmarks graph:
``TensorsToLandmarks`` and ``RefineLandmarksFromHeatmap``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.types.models import LANDMARK_COUNT

INPUT_PX = 256
_REFINE_FROM = 0.5
_REACH = 3
"""Cells of the heatmap that are looked at to each side (kernel 7)."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the network says of one square.

    Attributes:
        xy_norm: (33, 2) float32, in [0, 1] of the square.
        visibility: (33,) float32 in [0, 1].
        world: (33, 3) float32, metres, axes of the square.
    """

    xy_norm: NDArray[np.float32]
    visibility: NDArray[np.float32]
    world: NDArray[np.float32]


def read(
    points: NDArray[np.float32], heatmap: NDArray[np.float32], world: NDArray[np.float32]
) -> Reading:
    """Make sense of three of the outputs; the fourth, presence, needs no reading.

    Args:
        points: (195,) x, y, z in pixels of the input, visibility and presence as logits, of 39
            points: the 33 landmarks, then ones that only MediaPipe's tracking needs.
        heatmap: (64, 64, 39) logits, one map per point.
        world: (117,) x, y, z in metres of the 39 points.
    """
    rows = points.reshape(-1, 5)[:LANDMARK_COUNT]
    xy_norm = _refined((rows[:, :2] / INPUT_PX).astype(np.float32), heatmap)
    return Reading(xy_norm, sigmoid(rows[:, 3]), world.reshape(-1, 3)[:LANDMARK_COUNT])


def _refined(xy_norm: NDArray[np.float32], heatmap: NDArray[np.float32]) -> NDArray[np.float32]:
    """Move each point to the centre of mass of the heatmap around it, if that is sure enough."""
    height, width, _ = heatmap.shape
    refined = xy_norm.copy()
    for number, (column, row) in enumerate((xy_norm * (width, height)).astype(int)):
        if not (0 <= column < width and 0 <= row < height):
            continue
        left, top = max(0, column - _REACH), max(0, row - _REACH)
        patch = heatmap[top : row + _REACH + 1, left : column + _REACH + 1, number]
        mass = sigmoid(patch)
        if mass.max() < _REFINE_FROM:
            continue
        total = mass.sum()
        x = left + mass.sum(axis=0) @ np.arange(mass.shape[1]) / total
        y = top + mass.sum(axis=1) @ np.arange(mass.shape[0]) / total
        refined[number] = x / width, y / height
    return refined


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits to [0, 1], without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
