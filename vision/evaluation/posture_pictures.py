"""The labelled posture pictures: read, unsquashed, and with the product's features."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.errors import UnreadableSource
from vision.ports import PoseEstimator
from vision.posture import posture_of
from vision.types import Image, Posture

ASPECT = 4 / 3
"""The pictures were squashed to a square; the cameras had about this ratio of width to height."""

_TAKEN = re.compile(r"(\d{8}_\d{6})")


@dataclass(frozen=True, slots=True)
class LabelledPosture:
    """One picture.

    Attributes:
        name: Of the file, without its ending.
        sitting: Day on which it was taken; one person, one camera set-up.
        taken: When, as text that sorts.
        bad: Whether it is labelled as slouching.
        posture: The product's features; None where pose found nobody.
    """

    name: str
    sitting: str
    taken: str
    bad: bool
    posture: Posture | None


def read_pictures(folder: Path, estimator: PoseEstimator) -> list[LabelledPosture]:
    """Every picture of ``good/`` and ``bad/``, by sitting and time.

    The folder holds ``keypoints.json`` (name to ``label``, ``sitting``) and JPEG pictures; the
    whole picture is given to the estimator, with its proportions restored.

    Raises:
        UnreadableSource: If the index or a picture cannot be read.
    """
    index = folder / "keypoints.json"
    if not index.is_file():
        raise UnreadableSource(f"{index}: expected the index of the labelled posture pictures")
    rows = sorted(json.loads(index.read_text()).items(), key=lambda row: _order(*row))
    return [_labelled(folder, name, row, estimator) for name, row in rows]


def by_sitting(pictures: Sequence[LabelledPosture]) -> Iterator[tuple[str, list[LabelledPosture]]]:
    """Each sitting with its pictures, in order of time."""
    for sitting in sorted({picture.sitting for picture in pictures}):
        yield sitting, [picture for picture in pictures if picture.sitting == sitting]


def _order(name: str, row: dict[str, Any]) -> tuple[str, str]:
    return row["sitting"], _taken(name)


def _taken(name: str) -> str:
    found = _TAKEN.search(name)
    return found[1] if found else name


def _labelled(
    folder: Path, name: str, row: dict[str, Any], estimator: PoseEstimator
) -> LabelledPosture:
    image = _unsquashed(_picture(folder, name))
    (pose,) = estimator.estimate([image])
    height, width = image.shape[:2]
    return LabelledPosture(
        name=name,
        sitting=row["sitting"],
        taken=_taken(name),
        bad=row["label"] == "bad",
        posture=None if pose is None else posture_of(pose, (0, 0, width, height)),
    )


def _picture(folder: Path, name: str) -> Image:
    for kind in ("good", "bad"):
        path = folder / kind / f"{name}.jpg"
        image = cv2.imread(str(path)) if path.is_file() else None
        if image is not None:
            return np.asarray(image, np.uint8)
    raise UnreadableSource(f"{folder}: expected the picture {name}.jpg in good/ or bad/")


def _unsquashed(image: Image) -> Image:
    height = image.shape[0]
    return np.asarray(cv2.resize(image, (round(height * ASPECT), height)), np.uint8)
