"""Which detections of a class are right: one-to-one matching, picture by picture."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.geometry import box_area, iou

Floats = NDArray[np.float64]
IOU_LIMITS: tuple[float, ...] = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """The boxes of one class in one picture, or in many.

    Attributes:
        xyxy: (D, 4) of the detections, strongest first in their picture.
        confidence: (D,).
        hit: (D,) bool, at the loose limit of the class.
        hits: (D, 10) bool, at IoU 0.50, 0.55 .. 0.95.
        centre: (D,) bool: the middle of the box lies in a labelled box.
        found: (T,) confidence at which each labelled box was found; 0 where it was not.
        size_px: (T,) square root of the labelled area, in pixels of the network's input.
    """

    xyxy: Floats
    confidence: Floats
    hit: NDArray[np.bool_]
    hits: NDArray[np.bool_]
    centre: NDArray[np.bool_]
    found: Floats
    size_px: Floats


def match(
    boxes: Floats, confidence: Floats, truth: Floats, *, limit: float, scale: float
) -> Matched:
    """Match the detections of one class in one picture, strongest first.

    Args:
        boxes: (D, 4) xyxy.
        confidence: (D,).
        truth: (T, 4) xyxy of the labelled boxes.
        limit: Smallest IoU that counts as found.
        scale: Pixels of the network's input per pixel of the picture.
    """
    order = np.argsort(-confidence, kind="stable")
    boxes, confidence = boxes[order].reshape(-1, 4), confidence[order]
    overlap = iou(boxes, truth) if len(boxes) and len(truth) else np.zeros((len(boxes), len(truth)))
    owner = assign(overlap, limit)
    found = np.zeros(len(truth))
    found[owner[owner >= 0]] = confidence[owner >= 0]
    columns = [assign(overlap, step) >= 0 for step in IOU_LIMITS]
    return Matched(
        xyxy=boxes,
        confidence=confidence,
        hit=owner >= 0,
        hits=np.stack(columns, axis=1),
        centre=assign(_centre_inside(boxes, truth), 0.5) >= 0,
        found=found,
        size_px=np.sqrt(box_area(truth)) * scale,
    )


def assign(likeness: Floats, limit: float) -> NDArray[np.int64]:
    """Index of the labelled box that each detection takes, -1 for none; each is taken once.

    Args:
        likeness: (D, T), detections in falling confidence.
        limit: Smallest likeness that counts.
    """
    owner = np.full(len(likeness), -1)
    left = likeness.copy()
    for row in range(len(owner)) if left.shape[1] else ():
        best = int(left[row].argmax())
        if left[row, best] >= limit:
            owner[row] = best
            left[:, best] = -1
    return owner


def _centre_inside(boxes: Floats, truth: Floats) -> Floats:
    centre = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
    inside = (centre >= truth[None, :, :2]) & (centre <= truth[None, :, 2:])
    return np.asarray(inside.all(axis=2), np.float64)


def pool(parts: Iterable[Matched]) -> Matched:
    """The matches of several pictures as one."""
    gathered = list(parts)
    if not gathered:
        return match(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 4)), limit=0.5, scale=1.0)
    names = ("xyxy", "confidence", "hit", "hits", "centre", "found", "size_px")
    return Matched(*(np.concatenate([getattr(part, name) for part in gathered]) for name in names))
