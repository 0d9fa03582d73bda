"""Reads the raw output of a YOLO head. Pure numpy, but for the suppression of doubles."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import CLASSES, Detections

NMS_IOU = 0.6
"""Boxes of one class that overlap more are one object (the value of training's validation)."""
MOST_BOXES = 300
_ROWS_OF_BOX = 4
_END_TO_END_COLUMNS = 6


def is_end_to_end(shape: tuple[int, ...]) -> bool:
    """Whether the output of one picture is (K, 6): boxes that need no suppression.

    The other head gives (4 + classes, anchors).
    """
    return shape[-1] == _END_TO_END_COLUMNS


def decode(output: NDArray[np.float32], floors: NDArray[np.float32]) -> Detections:
    """Boxes of one picture in pixels of the network's square, strongest first.

    Args:
        output: (K, 6) float32 of left, top, right, bottom, confidence, class; or
            (4 + C, A) float32 of centre x, centre y, width, height and C scores.
        floors: (C,) float32, the lowest confidence to report per class.
    """
    if is_end_to_end(output.shape):
        found = Detections(
            np.ascontiguousarray(output[:, :4]), output[:, 4].copy(), output[:, 5].astype(np.int16)
        )
        kept = found.where(found.confidence >= floors[found.label])
    else:
        kept = _without_doubles(_candidates(output, floors))
    order = np.argsort(-kept.confidence, kind="stable")[:MOST_BOXES]
    return Detections(kept.xyxy[order], kept.confidence[order], kept.label[order])


def _candidates(output: NDArray[np.float32], floors: NDArray[np.float32]) -> Detections:
    scores = output[_ROWS_OF_BOX:]
    label = scores.argmax(axis=0)
    confidence = scores[label, np.arange(scores.shape[1])]
    strong = confidence >= floors[label]
    centre, size = output[:2, strong].T, output[2:_ROWS_OF_BOX, strong].T
    return Detections(
        np.hstack([centre - size / 2, centre + size / 2]).astype(np.float32),
        confidence[strong].astype(np.float32),
        label[strong].astype(np.int16),
    )


def _without_doubles(found: Detections) -> Detections:
    if not len(found):
        return found
    xywh = np.hstack([found.xyxy[:, :2], found.xyxy[:, 2:] - found.xyxy[:, :2]])
    kept = cv2.dnn.NMSBoxesBatched(
        xywh.tolist(), found.confidence.tolist(), found.label.tolist(), 0.0, NMS_IOU
    )
    mask = np.zeros(len(found), bool)
    mask[np.asarray(kept, int).ravel()] = True
    return found.where(mask)


def class_count(shape: tuple[int, ...]) -> int:
    """Number of classes that an output of that shape tells apart, as far as it shows it."""
    return len(CLASSES) if is_end_to_end(shape) else shape[-2] - _ROWS_OF_BOX
