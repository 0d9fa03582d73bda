"""Monotone regression: the rising steps that lie nearest to given values."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rising(place: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Least-squares steps that never fall, by pooling adjacent violators.

    Args:
        place: (N,), in any order.
        value: (N,), what was seen there.

    Returns:
        The places in rising order, (N,), and the fitted value at each, (N,).
    """
    order = np.argsort(place, kind="stable")
    places, first = np.unique(place[order], return_index=True)
    totals = np.add.reduceat(value[order], first) if len(first) else np.zeros(0)
    counts = np.diff(np.append(first, len(order))).astype(np.float64)
    blocks: list[tuple[float, float, int]] = []
    for total, count in zip(totals.tolist(), counts.tolist(), strict=True):
        block = (total, count, 1)
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    fitted = np.repeat(
        [total / count for total, count, _ in blocks], [width for *_, width in blocks]
    )
    return places, np.asarray(fitted, np.float64)


def at(place: Floats, places: Floats, fitted: Floats) -> Floats:
    """The fitted value at other places: that of the last step at or before each."""
    index = np.searchsorted(places, place, side="right") - 1
    return np.asarray(fitted[np.clip(index, 0, len(fitted) - 1)], np.float64)
