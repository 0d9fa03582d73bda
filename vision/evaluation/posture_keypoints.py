"""The second check: keypoint rows of many persons, without pictures, ears or time.

Nothing says whose rows belong together, so there is no upright reference of a person, and without
ears and world landmarks the product's features cannot be had. What can be checked is the idea: a
lower head and a leaning trunk separate slouching from proper sitting in strangers, too.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.errors import UnreadableSource

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KeypointCheck:
    """Areas under the ROC curve, 0.5 being chance; rows of the class against ``proper`` rows.

    Attributes:
        rows: How many were read.
        slouching_by_head_height: Nose over shoulders in trunk lengths, lower against higher.
        slouching_by_trunk_lean: Unsigned lean of the trunk, larger against smaller.
        crossed_legs_by_head_height: An upright trunk; should be near 0.5.
        reclining_by_trunk_lean: Leaning back, which the rule does not accuse of slouching.
    """

    rows: int
    slouching_by_head_height: float
    slouching_by_trunk_lean: float
    crossed_legs_by_head_height: float
    reclining_by_trunk_lean: float


def check_keypoints(path: Path) -> KeypointCheck:
    """Measure how well head height and trunk lean separate the classes.

    Args:
        path: CSV with columns ``nose_x``, ``nose_y``, ..., ``class``.

    Raises:
        UnreadableSource: If the file is missing or lacks a column.
    """
    try:
        with path.open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        kinds = np.array([row["class"] for row in rows])
        height, lean = _features(rows)
    except (OSError, KeyError, ValueError) as error:
        raise UnreadableSource(f"{path}: expected rows of landmarks and class: {error}") from error

    def auc(values: Array, kind: str) -> float:
        return _auc(values[kinds == kind], values[kinds == "proper"])

    return KeypointCheck(
        rows=len(rows),
        slouching_by_head_height=auc(-height, "slouching"),
        slouching_by_trunk_lean=auc(lean, "slouching"),
        crossed_legs_by_head_height=auc(-height, "crossed_legs"),
        reclining_by_trunk_lean=auc(lean, "reclining"),
    )


def _features(rows: list[dict[str, str]]) -> tuple[Array, Array]:
    shoulders = (_points(rows, "left_shoulder") + _points(rows, "right_shoulder")) / 2
    hips = (_points(rows, "left_hip") + _points(rows, "right_hip")) / 2
    trunk = hips - shoulders
    length = np.linalg.norm(trunk, axis=1)
    height = (shoulders[:, 1] - _points(rows, "nose")[:, 1]) / length
    lean_deg = np.degrees(np.arctan2(np.abs(trunk[:, 0]), trunk[:, 1]))
    return height, lean_deg


def _points(rows: list[dict[str, str]], name: str) -> Array:
    return np.array([_point(row, name) for row in rows])


def _point(row: Mapping[str, str], name: str) -> tuple[float, float]:
    return float(row[f"{name}_x"]), float(row[f"{name}_y"])


def _auc(positive: Array, negative: Array) -> float:
    """Chance that a positive row lies above a negative one, ties counting half."""
    above = (positive[:, None] > negative[None, :]).mean()
    ties = (positive[:, None] == negative[None, :]).mean()
    return round(float(above + ties / 2), 4)
