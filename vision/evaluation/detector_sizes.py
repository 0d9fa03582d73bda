"""How large a thing must be to be found: what the minimum pixels of a rule follow from."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector_match import Matched
from vision.evaluation.isotonic import rising

Floats = NDArray[np.float64]

WANTED_RECALL = 0.5
LEAST = 10
"""Fewest labelled boxes of at least a size from which its recall is believed."""
SHRINKS = (0.5, 0.25, 0.125)
"""Further scales to show the pictures at, which hold few small things as they are."""


def needs_px(
    size_px: Floats, found: NDArray[np.bool_], recall: float = WANTED_RECALL
) -> float | None:
    """Smallest size from which on a share of the labelled boxes is found.

    Recall is taken to rise with size (monotone regression), so that one lucky small box does not
    decide.

    Args:
        size_px: (T,) square root of the labelled area, in pixels of the network's input.
        found: (T,) bool, at the threshold.
        recall: Share that is wanted.

    Returns:
        None where no size gives it, or too few boxes are that large.
    """
    if not len(size_px):
        return None
    places, fitted = rising(size_px, found.astype(np.float64))
    enough = fitted >= recall
    if not enough.any():
        return None
    smallest = float(places[enough][0])
    return smallest if int((size_px >= smallest).sum()) >= LEAST else None


def sizes(parts: Iterable[Matched], threshold: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Sizes (T,) of labelled boxes, and whether each was found at a threshold."""
    gathered = list(parts)
    size = np.concatenate([np.zeros(0), *(part.size_px for part in gathered)])
    found = np.concatenate([np.zeros(0), *(part.found for part in gathered)])
    return size, np.asarray((found >= threshold) & (found > 0))
