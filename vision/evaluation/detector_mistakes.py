"""The worst mistakes of a detector, as small pictures."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector import LOOSE_IOU, Judged, shrunken
from vision.labelled.pictures import read_image
from vision.types import Image, Label

Floats = NDArray[np.float64]

SIDE_PX = 144
"""Of a thumbnail, which is square."""
LEAST_PX = 40.0
"""Of the picture, that a thumbnail shows at least."""
CONTEXT = 2.0
"""Side of what is shown, in lengths of the box."""
GREY = 114
QUALITY = 72
SAID_BGR, MISSED_BGR, TRUE_BGR = (48, 64, 235), (30, 170, 250), (80, 190, 60)


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A box that is wrong, or a thing that was missed.

    Attributes:
        xyxy: (4,) in pixels of the picture as it was shown.
        rank: The larger the worse: confidence of a wrong box, size in pixels of a missed thing.
    """

    judged: Judged
    xyxy: Floats
    rank: float


def wrong_boxes(judged: Sequence[Judged], label: Label, most: int) -> list[Mistake]:
    """The boxes of a class that are wrong, most confident first."""
    return _worst(
        (
            Mistake(one, xyxy, float(confidence))
            for one in judged
            if label in one.matched
            for xyxy, confidence in _wrong(one, label)
        ),
        most,
    )


def _wrong(one: Judged, label: Label) -> Iterator[tuple[Floats, float]]:
    matched = one.matched[label]
    wrong = ~(matched.centre if label in LOOSE_IOU else matched.hit)
    yield from zip(matched.xyxy[wrong], matched.confidence[wrong].tolist(), strict=True)


def missed_things(
    judged: Sequence[Judged], label: Label, threshold: float, most: int
) -> list[Mistake]:
    """The labelled boxes of a class that were not found at its threshold, largest first."""
    return _worst(
        (
            Mistake(one, xyxy, float(size_px))
            for one in judged
            if label in one.matched
            for xyxy, size_px in _missed(one, label, threshold)
        ),
        most,
    )


def _missed(one: Judged, label: Label, threshold: float) -> Iterator[tuple[Floats, float]]:
    matched = one.matched[label]
    missed = (matched.found < threshold) | (matched.found <= 0)
    truth = one.truth[one.truth[:, 0] == label, 1:]
    yield from zip(truth[missed], matched.size_px[missed].tolist(), strict=True)


def _worst(mistakes: Iterator[Mistake], most: int) -> list[Mistake]:
    return sorted(mistakes, key=lambda one: -one.rank)[:most]


def thumbnail(mistake: Mistake, label: Label, *, said: bool) -> str:
    """A JPEG as a ``data:`` address: the surroundings and the boxes.

    Labelled boxes of the class are green; the mistake is red if it was said, amber if missed.

    Args:
        said: Whether the mistake is something said (a wrong box) or something left out.
    """
    one = mistake.judged
    image = shrunken(read_image(one.picture.path), one.shrink)
    square, corner, scale = _cut(image, mistake.xyxy)
    for box in one.truth[one.truth[:, 0] == label, 1:]:
        _draw(square, (box.reshape(2, 2) - corner) * scale, TRUE_BGR)
    colour = SAID_BGR if said else MISSED_BGR
    _draw(square, (mistake.xyxy.reshape(2, 2) - corner) * scale, colour)
    _, data = cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return f"data:image/jpeg;base64,{b64encode(data.tobytes()).decode('ascii')}"


def _cut(image: Image, xyxy: Floats) -> tuple[Image, Floats, float]:
    """A square around a box at the size of a thumbnail, its corner, and thumbnail px per px."""
    centre, length = (xyxy[:2] + xyxy[2:]) / 2, float((xyxy[2:] - xyxy[:2]).max())
    size = np.array([image.shape[1], image.shape[0]], np.float64)
    side = round(max(min(CONTEXT * length, float(size.max())), LEAST_PX))
    room = np.maximum(size - side, (size - side) / 2)  # centred where the picture is narrower
    corner = np.asarray(np.round(np.clip(centre - side / 2, np.minimum(room, 0), room)), np.float64)
    move = np.array([[1, 0, -corner[0]], [0, 1, -corner[1]]], np.float64)
    square = cv2.warpAffine(image, move, (side, side), borderValue=(GREY, GREY, GREY))
    shrinking = side > SIDE_PX
    how = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    small = cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=how)
    return np.asarray(small, np.uint8), corner, SIDE_PX / side


def _draw(square: Image, corners: Floats, colour: tuple[int, int, int]) -> None:
    (left, top), (right, bottom) = np.round(corners).astype(int).tolist()
    cv2.rectangle(square, (left, top), (right, bottom), colour, 2)
