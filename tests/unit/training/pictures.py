"""Small sources on disk, for the tests of this folder."""

import json
from pathlib import Path

import cv2
import numpy as np

from vision.labelled.pictures import Picture
from vision.types import CLASSES, Label

EVERY = frozenset(range(len(CLASSES)))


def noise(seed, size=(96, 128)):
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return cv2.resize(blocks, size[::-1], interpolation=cv2.INTER_CUBIC)


def write_source(folder: Path, pictures, labelled):
    """``pictures``: stem to (image, label rows); ``labelled``: stem to class names."""
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    for stem, (image, rows) in pictures.items():
        cv2.imwrite(str(folder / "images" / f"{stem}.png"), image)
        text = "\n".join(" ".join(str(value) for value in row) for row in rows)
        (folder / "labels" / f"{stem}.txt").write_text(text)
    (folder / "labelled_classes.json").write_text(json.dumps(labelled))
    return folder


def picture(tmp_path, *, boxes=(), known=EVERY, doubtful=(), image=None, name="one"):
    path = tmp_path / f"{name}.png"
    cv2.imwrite(str(path), noise(0) if image is None else image)
    return Picture(path, "source", rows(boxes), frozenset(known), rows(doubtful))


def rows(boxes):
    return np.array(boxes, np.float32).reshape(-1, 5)


def box(label: Label, x=0.5, y=0.5, width=0.5, height=0.5):
    return (int(label), x, y, width, height)
