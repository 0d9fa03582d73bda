import numpy as np
import pytest

from tests.unit.training.pictures import EVERY, box, noise, picture
from vision.evaluation.detector import judge, of_class, shrunken
from vision.evaluation.detector_curves import (
    average_precision,
    precision_recall,
    reliability,
)
from vision.evaluation.detector_figures import report
from vision.evaluation.detector_match import assign, match, pool
from vision.evaluation.detector_threshold import NEVER, fit_thresholds, threshold_for
from vision.testing.models import ScriptedDetector
from vision.types import Detections, Label

HALF = dict.fromkeys(Label, 0.5)
WIDTH, HEIGHT = 128, 96
MIDDLE = (32, 24, 96, 72)
"""In pixels, what :func:`box` covers of a picture of 128 x 96."""


def floats(*values):
    return np.array(values, np.float64)


def bools(text):
    return np.array([mark == "+" for mark in text])


@pytest.mark.parametrize(
    ("likeness", "limit", "owner"),
    [
        ([[0.9], [0.8]], 0.5, [0, -1]),
        ([[0.4], [0.8]], 0.5, [-1, 0]),
        ([[0.6, 0.9], [0.7, 0.8]], 0.5, [1, 0]),
        ([[0.5]], 0.5, [0]),
        ([[], []], 0.5, [-1, -1]),
    ],
)
def test_each_labelled_box_is_taken_once_strongest_first(likeness, limit, owner):
    assert assign(np.array(likeness, np.float64), limit).tolist() == owner


def test_a_match_keeps_confidence_size_and_centre_hits():
    truth = np.array([[0, 0, 40, 10], [100, 100, 140, 140]], np.float64)
    boxes = np.array([[0, 0, 40, 12], [10, 0, 30, 9], [300, 300, 310, 310]], np.float64)

    found = match(boxes, floats(0.6, 0.3, 0.9), truth, limit=0.5, scale=0.5)

    assert found.confidence.tolist() == [0.9, 0.6, 0.3]
    assert found.hit.tolist() == [False, True, False]
    assert found.centre.tolist() == [False, True, False]
    assert found.found.tolist() == [0.6, 0.0]
    assert found.size_px.tolist() == [10.0, 20.0]
    assert found.hits[1].tolist() == [True] * 7 + [False] * 3


def test_pooling_nothing_gives_nothing():
    assert len(pool([]).confidence) == 0


@pytest.mark.parametrize(
    ("hits", "truths", "expected"),
    [
        ("++", 2, 1.0),
        ("+-", 1, 1.0),
        ("-+", 1, 0.5),
        ("+", 2, 51 / 101),
        ("-", 3, 0.0),
        ("", 3, 0.0),
        ("-", 0, None),
    ],
)
def test_average_precision_of_small_cases(hits, truths, expected):
    confidence = np.linspace(0.9, 0.1, len(hits))

    assert average_precision(confidence, bools(hits), truths) == pytest.approx(expected)


def test_precision_and_recall_go_by_falling_confidence():
    confidence, precision, recall = precision_recall(floats(0.2, 0.9, 0.5), bools("-+-"), 2)

    assert confidence.tolist() == [0.9, 0.5, 0.2]
    assert precision.tolist() == pytest.approx([1, 1 / 2, 1 / 3])
    assert recall.tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("confidence", "hits", "expected"),
    [
        ((0.9, 0.8, 0.7, 0.6), "+++-", 0.7),
        ((0.9, 0.8, 0.7, 0.6), "++++", 0.6),
        ((0.9, 0.8, 0.7, 0.6), "-+++", None),
        ((0.9, 0.8, 0.7, 0.7), "+++-", 0.8),
        ((0.9,), "+", None),
        ((), "", None),
    ],
)
def test_the_threshold_is_the_lowest_that_keeps_the_precision(confidence, hits, expected):
    assert threshold_for(0.95, floats(*confidence), bools(hits), least=2) == expected


def test_reliability_compares_what_was_said_with_what_was_so():
    rows = reliability(floats(0.95, 0.91, 0.15), bools("+--"))

    assert rows == [
        {"boxes": 1, "mean_confidence": 0.15, "precision": 0.0},
        {"boxes": 2, "mean_confidence": 0.93, "precision": 0.5},
    ]


def detections(*said):
    return Detections.of([(label, confidence, xyxy) for label, confidence, xyxy in said])


def judged(tmp_path, boxes, said, known=EVERY):
    seen = picture(tmp_path, boxes=boxes, known=known, image=noise(1, (HEIGHT, WIDTH)))
    return judge(ScriptedDetector([detections(*said)]), [seen], input_px=256)


def test_a_class_is_scored_only_where_it_is_known(tmp_path):
    said = [(Label.PHONE, 0.9, MIDDLE), (Label.TROUSERS, 0.9, MIDDLE)]

    found = judged(tmp_path, [box(Label.PHONE)], said, known={Label.PHONE})

    assert of_class(found, Label.PHONE).hit.tolist() == [True]
    assert len(of_class(found, Label.TROUSERS).confidence) == 0


def test_cigarettes_are_found_at_a_looser_overlap(tmp_path):
    loose = (32, 24, 96, 48)
    narrow = (32, 24, 96, 40)

    for label, xyxy, hit in [
        (Label.CIGARETTE, narrow, True),
        (Label.PHONE, narrow, False),
        (Label.PHONE, loose, True),
    ]:
        assert of_class(judged(tmp_path, [box(label)], [(label, 0.9, xyxy)]), label).hit == [hit]


def test_the_report_counts_what_a_threshold_leaves(tmp_path):
    said = [(Label.PHONE, 0.9, MIDDLE), (Label.PHONE, 0.6, (0, 0, 9, 9)), (Label.VEST, 0.4, MIDDLE)]

    figures = report(judged(tmp_path, [box(Label.PHONE)], said), HALF)

    phone = figures["classes"]["phone"]
    assert (phone["truths"], phone["precision"], phone["recall"]) == (1, 0.5, 1.0)
    assert phone["by_source"]["source"]["ap50"] == 1.0
    assert phone["recall_by_size_px"][">32"] == {"truths": 1, "recall": 1.0}
    assert figures["false_positives_per_1000"]["vest"]["per_1000"] == 0
    assert figures["false_positives_per_1000"]["phone"]["pictures"] == 0


def test_a_forbidden_thing_that_is_not_there_is_a_false_positive(tmp_path):
    said = [(Label.VEST, 0.9, MIDDLE), (Label.VEST, 0.8, (0, 0, 20, 20))]

    figures = report(judged(tmp_path, [box(Label.SLEEVED_TOP)], said), HALF)

    assert figures["false_positives_per_1000"]["vest"]["per_1000"] == 2000
    assert figures["false_positives_per_1000"]["vest"]["by_source"] == {
        "source": {"pictures": 1, "boxes": 2}
    }


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ([(Label.VEST, 0.9), (Label.SLEEVED_TOP, 0.6)], 1),
        ([(Label.VEST, 0.6), (Label.SLEEVED_TOP, 0.9)], 0),
        ([(Label.VEST, 0.4)], 0),
        ([], 0),
    ],
)
def test_a_confusion_is_the_stronger_wrong_name(tmp_path, said, count):
    boxes = [(label, confidence, MIDDLE) for label, confidence in said]

    figures = report(judged(tmp_path, [box(Label.SLEEVED_TOP)], boxes), HALF)

    tops = figures["confusions"][1]
    assert tops["sleeved_top_called_vest"] == {"count": count, "of": 1}
    assert tops["vest_called_sleeved_top"] == {"count": 0, "of": 0}


def test_a_shrunken_picture_keeps_its_size_and_moves_its_boxes(tmp_path):
    image = noise(1, (HEIGHT, WIDTH))
    seen = picture(tmp_path, boxes=[box(Label.PHONE)], image=image)
    answer = detections((Label.PHONE, 0.9, tuple(v / 2 for v in MIDDLE)))

    found = judge(ScriptedDetector([answer]), [seen], input_px=WIDTH, shrink=0.5)

    phone = of_class(found, Label.PHONE)
    assert shrunken(image, 0.5).shape == image.shape
    assert (shrunken(image, 0.5)[HEIGHT // 2 :] == 114).all()
    assert phone.hit.tolist() == [True]
    assert phone.size_px[0] == pytest.approx((32 * 24) ** 0.5)


def test_pictures_are_shown_in_batches(tmp_path):
    seen = picture(tmp_path)
    detector = ScriptedDetector()

    judge(detector, [seen] * 20)

    assert detector.batches == [16, 4]


def test_a_class_that_never_reaches_the_precision_gets_no_threshold(tmp_path):
    chosen = fit_thresholds(judged(tmp_path, [box(Label.PHONE)], []), 0.95)

    assert {one.value for one in chosen.values()} == {NEVER}
