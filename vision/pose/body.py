"""Reads the output of MediaPipe's person detector. Pure numpy.

Anchors and decoding are those of MediaPipe's pose detector graph: ``SsdAnchorsCalculator`` with
strides 8, 16, 32, 32, 32 and two anchors of fixed size a layer and cell,
``TensorsToDetectionsCalculator`` and the weighted ``NonMaxSuppressionCalculator``.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vision.geometry import iou
from vision.pose.landmarks import sigmoid

INPUT_PX = 224
_ANCHORS_PER_CELL = ((8, 2), (16, 2), (32, 6))
_SAME_BODY_IOU = 0.3


@cache
def anchors() -> NDArray[np.float32]:
    """(2254, 2) float32 centres in [0, 1] of the input."""
    layers: list[NDArray[np.float64]] = []
    for stride, repeats in _ANCHORS_PER_CELL:
        cells = INPUT_PX // stride
        middles = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(middles, middles)
        layers.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeats, axis=0))
    return np.concatenate(layers).astype(np.float32)


def find_body(
    rows: NDArray[np.float32], logits: NDArray[np.float32], min_confidence: float
) -> NDArray[np.float32] | None:
    """Mid-hip and rim of the clearest body; None where there is none.

    Args:
        rows: (2254, 12): box centre and size, then four points, in input pixels off the anchor.
        logits: (2254,) confidence.
        min_confidence: In [0, 1].

    Returns:
        (2, 2) float32, in [0, 1] of the input: mid-hip, and a point of the body's circle towards
        the head; the mean over all boxes of that body, weighted by confidence.
    """
    confidence = sigmoid(logits)
    sure = np.flatnonzero(confidence >= min_confidence)
    if not len(sure):
        return None
    weight, anchor = confidence[sure], anchors()[sure]
    centre = rows[sure, 0:2] / INPUT_PX + anchor
    half = rows[sure, 2:4] / INPUT_PX / 2
    boxes = np.hstack([centre - half, centre + half])
    best = int(weight.argmax())
    same = iou(boxes[best], boxes)[0] > _SAME_BODY_IOU
    points = rows[sure, 4:8].reshape(-1, 2, 2) / INPUT_PX + anchor[:, None]
    mean = np.average(points[same], axis=0, weights=weight[same])
    return np.asarray(mean, np.float32)
