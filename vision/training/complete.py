"""Fills in what a source left unboxed, from a network that knows the class.

A confident box becomes a label, a doubtful one a place from which nothing is learned, and, where
the teacher may be trusted with the whole picture, the class counts as fully labelled.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vision.errors import MissingExtra
from vision.labelled.pictures import Boxes, Picture
from vision.types import Label

OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Teacher:
    """A network that proposes boxes.

    Attributes:
        checkpoint: An Ultralytics .pt file.
        classes: Class of the product by class of the teacher.
        accept: Lowest confidence of a label.
        doubt: Lowest confidence of a place from which nothing is learned.
        settles: Whether a picture counts as fully labelled for these classes afterwards.
        input_px: Longest side that the teacher sees.
    """

    checkpoint: Path
    classes: Mapping[int, Label]
    accept: float
    doubt: float
    settles: bool
    input_px: int = 512


def wants(teacher: Teacher, picture: Picture) -> bool:
    """Whether the picture lacks labels that the teacher could give."""
    return any(label not in picture.known for label in teacher.classes.values())


def propose(teacher: Teacher, pictures: Iterable[Picture]) -> dict[str, list[list[float]]]:
    """Rows of class, centre x, centre y, width, height, confidence by key of the picture.

    Raises:
        MissingExtra: Without the ``train`` extra.
    """
    try:
        from ultralytics import YOLO
    except ImportError as error:
        raise MissingExtra("train", "completing labels") from error
    network = YOLO(str(teacher.checkpoint))
    network.model.model[-1].end2end = False
    rows: dict[str, list[list[float]]] = {}
    for picture in pictures:
        found = network.predict(
            str(picture.path),
            imgsz=teacher.input_px,
            conf=teacher.doubt,
            classes=list(teacher.classes),
            verbose=False,
        )[0].boxes
        rows[picture.key] = [
            [float(teacher.classes[int(label)]), *map(float, box), float(confidence)]
            for label, box, confidence in zip(found.cls, found.xywhn, found.conf, strict=True)
        ]
    return rows


def complete(picture: Picture, rows: Sequence[Sequence[float]], teacher: Teacher) -> Picture:
    """The picture with the proposals for classes that it did not label itself."""
    wanted = {int(label) for label in teacher.classes.values()} - picture.known
    table = np.array(rows, np.float32).reshape(-1, 6)
    table = table[np.isin(table[:, 0], list(wanted))]
    table = table[[not _beside(row, picture.boxes) for row in table]]
    sure = table[:, 5] >= teacher.accept
    doubtful = table[~sure & (table[:, 5] >= teacher.doubt), :5]
    return replace(
        picture,
        boxes=np.concatenate([picture.boxes, table[sure, :5]]),
        doubtful=np.concatenate([picture.doubtful, doubtful]),
        known=picture.known | wanted if teacher.settles else picture.known,
    )


def _beside(row: Boxes, boxes: Boxes) -> bool:
    """Whether a box of the same class lies there already."""
    same = boxes[boxes[:, 0] == row[0]]
    low = np.maximum(row[1:3] - row[3:5] / 2, same[:, 1:3] - same[:, 3:5] / 2)
    high = np.minimum(row[1:3] + row[3:5] / 2, same[:, 1:3] + same[:, 3:5] / 2)
    both = (high - low).clip(0).prod(axis=1)
    union = row[3:5].prod() + same[:, 3:5].prod(axis=1) - both
    return bool((both > OVERLAP * union).any())


def store(rows: Mapping[str, list[list[float]]], path: Path) -> None:
    """Keep proposals, four decimals, so that a training need not make them again."""
    rounded = {key: [[round(v, 4) for v in row] for row in found] for key, found in rows.items()}
    path.write_text(json.dumps(rounded), encoding="utf-8")


def recall(path: Path) -> dict[str, list[list[float]]]:
    """Proposals kept by :func:`store`."""
    return dict(json.loads(path.read_text(encoding="utf-8")))
