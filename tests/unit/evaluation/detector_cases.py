"""Pictures that were judged, without a picture or a detector."""

from pathlib import Path

import numpy as np

from vision.evaluation.detector import Judged
from vision.evaluation.detector_boxes import Boxes
from vision.evaluation.detector_match import match
from vision.labelled.pictures import Picture, no_boxes
from vision.types import Detections, Label

THING = (10.0, 10.0, 50.0, 50.0)
ELSEWHERE = (100.0, 100.0, 140.0, 140.0)


def judged(name, *said, truths=(), label=Label.PHONE, source="hall"):
    """One picture in which only ``label`` is known.

    ``said``: (confidence, box); ``truths``: boxes.
    """
    found = Detections.of([(label, confidence, xyxy) for confidence, xyxy in said])
    truth = np.array(truths, np.float64).reshape(-1, 4)
    matched = match(
        found.xyxy.astype(np.float64), found.confidence.astype(np.float64), truth,
        limit=0.5, scale=1.0,
    )  # fmt: skip
    picture = Picture(Path(f"{name}.png"), source, no_boxes(), frozenset({int(label)}))
    numbered = np.column_stack([np.full(len(truth), float(label)), truth])
    return Judged(picture, numbered, found, {label: matched})


def boxes(*rows):
    """Rows of (confidence, right) or (confidence, right, picture) or with ``vain`` besides."""
    full = [(*row, *(n, False)[len(row) - 2 :]) for n, row in enumerate(rows)]
    confidence, right, picture, vain = zip(*full, strict=True) if full else ((), (), (), ())
    return Boxes(
        np.array(confidence, np.float64),
        np.array(right, bool),
        np.array(picture, np.int64),
        np.array(vain, bool),
    )


def drawn(share_of, count=4000, seed=3):
    """Boxes of even confidence, each right with the chance ``share_of(confidence)``."""
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.05, 0.99, count)
    right = rng.random(count) < share_of(confidence)
    return Boxes(confidence, right, np.arange(count) // 2, np.zeros(count, bool))
