"""The lowest confidence that an adapter reports, per class."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vision.types import Label

MIN_CONFIDENCE = 0.05
"""Rules set their own thresholds above this; it only keeps noise out of memory."""


def floors(min_confidence: float | Mapping[Label, float]) -> NDArray[np.float32]:
    """(9,) float32 by class index; a class that a mapping leaves out has the default.

    Raises:
        ValueError: If a value lies outside [0, 1].
    """
    if isinstance(min_confidence, Mapping):
        values = [min_confidence.get(label, MIN_CONFIDENCE) for label in Label]
    else:
        values = [min_confidence] * len(Label)
    if not all(0 <= value <= 1 for value in values):
        raise ValueError(f"min_confidence must lie in [0, 1], got {min_confidence}")
    return np.array(values, np.float32)
