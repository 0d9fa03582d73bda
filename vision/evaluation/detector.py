"""What a detector says of labelled pictures, matched with what is there.

A class is scored only on pictures in which it is boxed exhaustively. Cigarettes count as found
from IoU 0.3 on, because their labels are loose; every other class from 0.5 on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector_match import Matched, match, pool
from vision.labelled.pictures import Picture, read_image
from vision.ports import Detector
from vision.types import Detections, Image, Label

BATCH = 16
LOOSE_IOU = {Label.CIGARETTE: 0.3}
USUAL_IOU = 0.5
GREY = 114


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the detector said of one picture.

    Attributes:
        truth: (N, 5) float64: class and xyxy in pixels of the picture that was shown.
        matched: By class that is known in the picture.
        shrink: Factor by which the picture was shown smaller.
    """

    picture: Picture
    truth: NDArray[np.float64]
    found: Detections
    matched: Mapping[Label, Matched]
    shrink: float = 1.0


def judge(
    detector: Detector, pictures: Sequence[Picture], *, input_px: int = 416, shrink: float = 1.0
) -> list[Judged]:
    """Run the detector over pictures and match what it says.

    Args:
        input_px: Side of the network's input, in whose pixels object sizes are given.
        shrink: Show each picture reduced by this factor on a grey ground of its old size, as a
            camera farther away would.

    Raises:
        UnreadableSource: If a picture cannot be read.
    """
    return [
        _judged(picture, shape, found, input_px, shrink)
        for batch in _batches(pictures)
        for picture, shape, found in _shown(detector, batch, shrink)
    ]


def _batches(pictures: Sequence[Picture]) -> Iterator[Sequence[Picture]]:
    for start in range(0, len(pictures), BATCH):
        yield pictures[start : start + BATCH]


def _shown(
    detector: Detector, pictures: Sequence[Picture], shrink: float
) -> Iterator[tuple[Picture, tuple[int, int], Detections]]:
    images = [shrunken(read_image(picture.path), shrink) for picture in pictures]
    shapes = [(image.shape[0], image.shape[1]) for image in images]
    yield from zip(pictures, shapes, detector.detect(images), strict=True)


def shrunken(image: Image, factor: float) -> Image:
    """The picture at a smaller scale, top left on a grey ground of its old size."""
    if factor >= 1:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    ground = np.full_like(image, GREY)
    ground[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return ground


def _judged(
    picture: Picture, shape: tuple[int, int], found: Detections, input_px: int, shrink: float
) -> Judged:
    truth = _pixels(picture, shape, min(shrink, 1.0))
    scale = input_px / max(shape)
    matched = {}
    for label in (Label(number) for number in sorted(picture.known)):
        mine = found.only(label)
        matched[label] = match(
            mine.xyxy.astype(np.float64),
            mine.confidence.astype(np.float64),
            truth[truth[:, 0] == label, 1:],
            limit=LOOSE_IOU.get(label, USUAL_IOU),
            scale=scale,
        )
    return Judged(picture, truth, found, matched, min(shrink, 1.0))


def _pixels(picture: Picture, shape: tuple[int, int], shrink: float) -> NDArray[np.float64]:
    boxes = picture.boxes.astype(np.float64)
    size = np.array([shape[1], shape[0]]) * shrink
    centre, half = boxes[:, 1:3] * size, boxes[:, 3:5] * size / 2
    return np.column_stack([boxes[:, 0], centre - half, centre + half])


def of_class(judged: Iterable[Judged], label: Label) -> Matched:
    """The matches of one class over all pictures in which it is known."""
    return pool(one.matched[label] for one in judged if label in one.matched)
