"""Figures from matched detections: average precision and reliability."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RECALL_STEPS = np.linspace(0, 1, 101)


def precision_recall(
    confidence: Floats, hit: NDArray[np.bool_], truths: int
) -> tuple[Floats, Floats, Floats]:
    """Confidence, precision and recall, (D,) each, by falling confidence."""
    order = np.argsort(-confidence, kind="stable")
    right = hit[order].cumsum()
    count = np.arange(1, len(order) + 1)
    return confidence[order], right / count, right / max(truths, 1)


def average_precision(confidence: Floats, hit: NDArray[np.bool_], truths: int) -> float | None:
    """Mean of the precision envelope at 101 recalls, as COCO defines it; None without a truth."""
    if not truths:
        return None
    _, precision, recall = precision_recall(confidence, hit, truths)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    place = np.searchsorted(recall, RECALL_STEPS, side="left")
    reached = place < len(envelope)
    return (
        float(np.where(reached, envelope[np.minimum(place, len(envelope) - 1)], 0).mean())
        if (len(envelope))
        else 0.0
    )


def reliability(
    confidence: Floats, hit: NDArray[np.bool_], bins: int = 10
) -> list[dict[str, float | int]]:
    """Share of right boxes by confidence, for the bins that hold any."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "boxes": int((number == b).sum()),
            "mean_confidence": round(float(confidence[number == b].mean()), 3),
            "precision": round(float(hit[number == b].mean()), 3),
        }
        for b in np.unique(number).tolist()
    ]
