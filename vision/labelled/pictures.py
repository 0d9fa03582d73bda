"""Pictures with partial labels: what is boxed, and for which classes nothing else is there.

A source is a folder of ``images/``, ``labels/`` (YOLO rows: class, centre x, centre y, width,
height, all in [0, 1] of the picture) and ``labelled_classes.json``, which lists per picture the
classes that are boxed exhaustively. Any other class may be present without a box.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import ConfigError, Mistake, UnreadableSource
from vision.types import CLASSES, Image

Boxes = NDArray[np.float32]
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})


def no_boxes() -> Boxes:
    """An empty (0, 5) array."""
    return np.zeros((0, 5), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture and what is known of it.

    Attributes:
        path: The picture file.
        source: Name of the folder it came from.
        boxes: (N, 5) float32: class, centre x, centre y, width, height in [0, 1].
        known: Classes of which every instance is boxed.
        doubtful: Boxes of the same form that may or may not be right: no lesson is drawn there.
    """

    path: Path
    source: str
    boxes: Boxes
    known: frozenset[int]
    doubtful: Boxes = field(default_factory=no_boxes)

    @property
    def key(self) -> str:
        """Identifies the picture across sources."""
        return f"{self.source}/{self.path.stem}"


def load_source(folder: Path) -> list[Picture]:
    """All pictures of a source, by name.

    Raises:
        ConfigError: If the list of labelled classes is missing or names an unknown class.
    """
    listing = folder / "labelled_classes.json"
    if not listing.is_file():
        raise ConfigError([Mistake(listing, None, "", "missing; every source needs this list")])
    labelled = json.loads(listing.read_text(encoding="utf-8"))
    paths = sorted(p for p in (folder / "images").iterdir() if p.suffix in PICTURE_SUFFIXES)
    return [
        Picture(
            path=path,
            source=folder.name,
            boxes=read_labels(folder / "labels" / f"{path.stem}.txt"),
            known=_known(listing, path.stem, labelled.get(path.stem, [])),
        )
        for path in paths
    ]


def _known(listing: Path, stem: str, names: Iterable[str]) -> frozenset[int]:
    strange = sorted(set(names) - set(CLASSES))
    if strange:
        problem = f"unknown classes {', '.join(strange)}; expected some of {', '.join(CLASSES)}"
        raise ConfigError([Mistake(listing, None, stem, problem)])
    return frozenset(CLASSES.index(name) for name in names)


def read_labels(path: Path) -> Boxes:
    """(N, 5) rows of a YOLO label file; none if the file is empty or missing."""
    if not path.is_file() or not path.read_text(encoding="ascii").strip():
        return no_boxes()
    return np.loadtxt(path, np.float32, ndmin=2)[:, :5]


def read_image(path: Path) -> Image:
    """(H, W, 3) uint8 BGR.

    Raises:
        UnreadableSource: If the file is missing or no picture.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise UnreadableSource(f"{path}: not a picture that can be read")
    return np.asarray(image, np.uint8)


def blind(picture: Picture) -> Picture:
    """The picture as a plain union would see it: whatever is not boxed counts as absent."""
    return replace(picture, known=frozenset(range(len(CLASSES))), doubtful=no_boxes())
