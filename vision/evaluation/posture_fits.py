"""Plain threshold rules, fitted on the other sittings: what the product's rule has to beat."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.posture_pictures import LabelledPosture, by_sitting
from vision.evaluation.tally import Answer
from vision.types import VerdictKind

NECK_GRID_DEG = range(71)
TRUNK_GRID_DEG = range(61)

Angles = NDArray[np.float64]
"""(N, 2) neck and trunk angle in degrees; NaN where not seen, which never exceeds a limit."""


def _absolute(rows: Sequence[LabelledPosture]) -> Angles:
    values = [
        (row.posture.neck_flexion_deg, row.posture.trunk_inclination_deg)
        if row.posture
        else (None, None)
        for row in rows
    ]
    return np.array(values, np.float64).reshape(-1, 2)


def _from_own_median(rows: Sequence[LabelledPosture]) -> Angles:
    """Against the median of the sitting's own upright pictures: labels of the sitting are used."""
    angles = _absolute(rows)
    upright = angles[~_labels(rows)]
    middles = [_middle(upright[:, column]) for column in range(angles.shape[1])]
    return np.asarray(angles - np.array(middles))


def _middle(angles_deg: NDArray[np.float64]) -> float:
    seen = angles_deg[~np.isnan(angles_deg)]
    return float(np.median(seen)) if len(seen) else 0.0


FITS: dict[str, Callable[[Sequence[LabelledPosture]], Angles]] = {
    "two_lines": _absolute,
    "deviation_from_own_upright_median": _from_own_median,
}


def fitted_answers(
    pictures: Sequence[LabelledPosture],
    angles_of: Callable[[Sequence[LabelledPosture]], Angles],
) -> list[Answer]:
    """Answers of ``neck > a or trunk > b``, with a and b fitted on the other sittings (best F1)."""
    angles = {sitting: angles_of(rows) for sitting, rows in by_sitting(pictures)}
    labels = {sitting: _labels(rows) for sitting, rows in by_sitting(pictures)}
    found: list[Answer] = []
    for sitting in angles:
        rest = [name for name in angles if name != sitting]
        limits = _fit(
            np.concatenate([angles[name] for name in rest]),
            np.concatenate([labels[name] for name in rest]),
        )
        said = np.any(angles[sitting] > limits, axis=1)
        found += map(_answer, labels[sitting].tolist(), said.tolist())
    return found


def _labels(rows: Sequence[LabelledPosture]) -> NDArray[np.bool_]:
    return np.array([row.bad for row in rows])


def _answer(bad: bool, said: bool) -> Answer:
    return bad, VerdictKind.VIOLATION if said else VerdictKind.COMPLIANT


def _fit(angles: Angles, bad: NDArray[np.bool_]) -> NDArray[np.float64]:
    def f1(limits: tuple[int, int]) -> float:
        said = (angles > np.array(limits)).any(axis=1)
        hits = int((said & bad).sum())
        return 2 * hits / max(1, int(said.sum()) + int(bad.sum()))

    return np.array(max(product(NECK_GRID_DEG, TRUNK_GRID_DEG), key=f1), np.float64)
