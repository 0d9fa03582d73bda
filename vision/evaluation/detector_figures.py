"""Figures of a detector, ready for JSON."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector import LOOSE_IOU, USUAL_IOU, Judged, of_class
from vision.evaluation.detector_curves import average_precision, reliability
from vision.evaluation.detector_match import IOU_LIMITS, Matched
from vision.geometry import iou
from vision.types import Detections, Label

SIZE_EDGES_PX = (8.0, 16.0, 32.0)
SIZE_NAMES = ("<8", "8-16", "16-32", ">32")
FORBIDDEN = (Label.PHONE, Label.CIGARETTE, Label.SLIPPERS, Label.VEST, Label.SHORTS)
PEOPLE = (Label.PERSON, Label.SHOES, Label.TROUSERS, Label.SLEEVED_TOP)
"""A picture that holds none of a forbidden thing, but one of these, shows the rule being kept."""
LOOKALIKES = (
    (Label.SLIPPERS, Label.SHOES),
    (Label.VEST, Label.SLEEVED_TOP),
    (Label.SHORTS, Label.TROUSERS),
)


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
    each = (average_precision(matched.confidence, hit, truths) for hit in matched.hits.T)
    steps = [step for step in each if step is not None]
    return {
        "truths": truths,
        "ap50": _rounded(average_precision(matched.confidence, matched.hit, truths)),
        "ap50_95": _rounded(sum(map(float, steps)) / len(IOU_LIMITS)) if steps else None,
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
    """Boxes on pictures that are known to hold none of the class: in all, on people, by source."""
    clean = [one for one in judged if label in one.matched and not len(one.matched[label].found)]
    counts: dict[str, list[int]] = defaultdict(list)
    for one in clean:
        counts[one.picture.source].append(int((one.matched[label].confidence >= threshold).sum()))
    people = [one for one in clean if np.isin(one.truth[:, 0], PEOPLE).any()]
    on_people = sum(int((one.matched[label].confidence >= threshold).sum()) for one in people)
    return {
        "pictures": len(clean),
        "per_1000": _share(1000 * sum(map(sum, counts.values())), len(clean)),
        "compliant_people": {
            "pictures": len(people),
            "boxes": on_people,
            "per_1000": _share(1000 * on_people, len(people)),
        },
        "by_source": {
            name: {"pictures": len(of), "boxes": sum(of)} for name, of in sorted(counts.items())
        },
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
