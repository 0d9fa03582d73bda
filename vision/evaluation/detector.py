"""Accuracy of a detector on labelled pictures.

A class is scored only on pictures in which it is boxed exhaustively. Cigarettes count as found
from IoU 0.3 on, because their labels are loose; every other class from 0.5 on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector_curves import average_precision, reliability
from vision.evaluation.detector_match import IOU_LIMITS, Matched, match, pool
from vision.geometry import iou
from vision.labelled.pictures import Picture, read_image
from vision.ports import Detector
from vision.types import Detections, Image, Label

BATCH = 16
LOOSE_IOU = {Label.CIGARETTE: 0.3}
USUAL_IOU = 0.5
SIZE_EDGES_PX = (8.0, 16.0, 32.0)
SIZE_NAMES = ("<8", "8-16", "16-32", ">32")
FORBIDDEN = (Label.PHONE, Label.CIGARETTE, Label.SLIPPERS, Label.VEST, Label.SHORTS)
LOOKALIKES = (
    (Label.SLIPPERS, Label.SHOES),
    (Label.VEST, Label.SLEEVED_TOP),
    (Label.SHORTS, Label.TROUSERS),
)
GREY = 114


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the detector said of one picture.

    Attributes:
        truth: (N, 5) float64: class and xyxy in pixels of the picture that was shown.
        matched: By class that is known in the picture.
    """

    picture: Picture
    truth: NDArray[np.float64]
    found: Detections
    matched: Mapping[Label, Matched]


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
    return Judged(picture, truth, found, matched)


def _pixels(picture: Picture, shape: tuple[int, int], shrink: float) -> NDArray[np.float64]:
    boxes = picture.boxes.astype(np.float64)
    size = np.array([shape[1], shape[0]]) * shrink
    centre, half = boxes[:, 1:3] * size, boxes[:, 3:5] * size / 2
    return np.column_stack([boxes[:, 0], centre - half, centre + half])


def report(judged: Sequence[Judged], thresholds: Mapping[Label, float]) -> dict[str, object]:
    """All figures, ready for JSON.

    Args:
        thresholds: Confidence at which a box of a class counts as evidence.
    """
    return {
        "pictures": len(judged),
        "classes": {
            label.name.lower(): _class_figures(label, judged, thresholds[label]) for label in Label
        },
        "confusions": [_confusion(judged, pair, thresholds) for pair in LOOKALIKES],
        "false_positives_per_1000": {
            label.name.lower(): _false_positives(judged, label, thresholds[label])
            for label in FORBIDDEN
        },
    }


def of_class(judged: Iterable[Judged], label: Label) -> Matched:
    """The matches of one class over all pictures in which it is known."""
    return pool(one.matched[label] for one in judged if label in one.matched)


def _class_figures(label: Label, judged: Sequence[Judged], threshold: float) -> dict[str, object]:
    sources: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if label in one.matched:
            sources[one.picture.source].append(one)
    every = of_class(judged, label)
    figures = _figures(every, threshold)
    if label in LOOSE_IOU:
        ap = average_precision(every.confidence, every.centre, len(every.found))
        figures["ap_centre_hit"] = _rounded(ap)
        strong = every.confidence >= threshold
        figures["precision_centre_hit"] = _share(int(every.centre[strong].sum()), int(strong.sum()))
        figures["recall_centre_hit"] = _share(int(every.centre[strong].sum()), len(every.found))
    return figures | {
        "recall_by_size_px": _by_size(every, threshold),
        "reliability": reliability(every.confidence, every.hit),
        "by_source": {
            name: _figures(of_class(ones, label), threshold)
            for name, ones in sorted(sources.items())
            if any(len(one.matched[label].found) for one in ones)
        },
    }


def _figures(matched: Matched, threshold: float) -> dict[str, object]:
    truths = len(matched.found)
    strong = matched.confidence >= threshold
    steps = [average_precision(matched.confidence, hit, truths) for hit in matched.hits.T]
    return {
        "truths": truths,
        "ap50": _rounded(average_precision(matched.confidence, matched.hit, truths)),
        "ap50_95": _rounded(sum(step or 0.0 for step in steps) / len(IOU_LIMITS)),
        "threshold": round(threshold, 3),
        "precision": _share(int(matched.hit[strong].sum()), int(strong.sum())),
        "recall": _share(int((matched.found >= threshold).sum()), truths),
    }


def _by_size(matched: Matched, threshold: float) -> dict[str, object]:
    place = np.digitize(matched.size_px, SIZE_EDGES_PX)
    return {
        name: {
            "truths": int((place == index).sum()),
            "recall": _share(
                int((matched.found[place == index] >= threshold).sum()),
                int((place == index).sum()),
            ),
        }
        for index, name in enumerate(SIZE_NAMES)
    }


def _confusion(
    judged: Sequence[Judged], pair: tuple[Label, Label], thresholds: Mapping[Label, float]
) -> dict[str, object]:
    """How often labelled boxes of the one are called the other, and the reverse."""
    rows: dict[str, object] = {}
    for label, other in (pair, pair[::-1]):
        called = [
            name
            for one in judged
            for box in one.truth[one.truth[:, 0] == label, 1:]
            for name in _called(one.found, box, (label, other), thresholds)
        ]
        key = f"{label.name.lower()}_called_{other.name.lower()}"
        total = sum(int((one.truth[:, 0] == label).sum()) for one in judged)
        rows[key] = {"count": called.count(other), "of": total}
    return rows


def _called(
    found: Detections,
    box: NDArray[np.float64],
    labels: tuple[Label, Label],
    thresholds: Mapping[Label, float],
) -> list[Label]:
    """The class of the strongest box over a labelled one, if any counts as evidence."""
    rivals = found.only(*labels)
    floor = np.array([thresholds[Label(int(number))] for number in rivals.label])
    near = (iou(rivals.xyxy, box[None])[:, 0] >= USUAL_IOU) & (rivals.confidence >= floor)
    best = rivals.where(near).strongest_first()
    return [Label(int(best.label[0]))] if len(best) else []


def _false_positives(judged: Sequence[Judged], label: Label, threshold: float) -> dict[str, object]:
    """Boxes on pictures that are known to hold none of the class, per source and in all."""
    clean = [one for one in judged if label in one.matched and not len(one.matched[label].found)]
    counts: dict[str, list[int]] = defaultdict(list)
    for one in clean:
        counts[one.picture.source].append(int((one.matched[label].confidence >= threshold).sum()))
    return {
        "pictures": len(clean),
        "per_1000": _share(1000 * sum(map(sum, counts.values())), len(clean)),
        "by_source": {
            name: {"pictures": len(of), "boxes": sum(of)} for name, of in sorted(counts.items())
        },
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
