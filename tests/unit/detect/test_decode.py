import numpy as np
import pytest

from vision.detect.decode import MOST_BOXES, class_count, decode, is_end_to_end
from vision.detect.floors import MIN_CONFIDENCE, floors
from vision.types import CLASSES, Label

LOW = floors(0.05)


def one_to_many(rows, anchors=50):
    """(13, A) output with these ``(label, confidence, centre x, centre y, width, height)``."""
    output = np.zeros((4 + len(CLASSES), anchors), np.float32)
    for number, (label, confidence, *box) in enumerate(rows):
        output[:4, number] = box
        output[4 + label, number] = confidence
    return output


def one_to_one(rows, count=30):
    """(K, 6) output with these ``(label, confidence, left, top, right, bottom)``."""
    output = np.zeros((count, 6), np.float32)
    for number, (label, confidence, *box) in enumerate(rows):
        output[number] = [*box, confidence, label]
    return output


def rows_of(found):
    return [
        (Label(int(label)), pytest.approx(float(confidence)), box.tolist())
        for label, confidence, box in zip(found.label, found.confidence, found.xyxy, strict=True)
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([(Label.PHONE, 0.9, 50, 60, 20, 10)], [(Label.PHONE, 0.9, [40, 55, 60, 65])]),
        ([(Label.PHONE, 0.04, 50, 60, 20, 10)], []),
        (  # doubles of one class become one, the strongest
            [(Label.PHONE, 0.6, 50, 60, 20, 10), (Label.PHONE, 0.9, 51, 60, 20, 10)],
            [(Label.PHONE, 0.9, [41, 55, 61, 65])],
        ),
        (  # another class in the same place stays
            [(Label.PHONE, 0.6, 50, 60, 20, 10), (Label.CIGARETTE, 0.9, 50, 60, 20, 10)],
            [(Label.CIGARETTE, 0.9, [40, 55, 60, 65]), (Label.PHONE, 0.6, [40, 55, 60, 65])],
        ),
        (  # neighbours stay
            [(Label.PERSON, 0.6, 50, 60, 20, 10), (Label.PERSON, 0.7, 75, 60, 20, 10)],
            [(Label.PERSON, 0.7, [65, 55, 85, 65]), (Label.PERSON, 0.6, [40, 55, 60, 65])],
        ),
    ],
)
def test_the_one_to_many_head(rows, expected):
    assert rows_of(decode(one_to_many(rows), LOW)) == [
        (label, pytest.approx(confidence), box) for label, confidence, box in expected
    ]


def test_the_one_to_one_head_is_taken_as_it_is_in_order_of_confidence():
    output = one_to_one(
        [
            (Label.SHOES, 0.3, 1, 2, 3, 4),
            (Label.SLIPPERS, 0.8, 1, 2, 3, 4),
            (Label.VEST, 0.01, 1, 2, 3, 4),
        ]
    )
    assert rows_of(decode(output, LOW)) == [
        (Label.SLIPPERS, pytest.approx(0.8), [1, 2, 3, 4]),
        (Label.SHOES, pytest.approx(0.3), [1, 2, 3, 4]),
    ]


def test_an_anchor_counts_for_its_strongest_class_only():
    output = one_to_many([(Label.SLIPPERS, 0.7, 50, 50, 10, 10)])
    output[4 + Label.SHOES, 0] = 0.6
    assert [row[0] for row in rows_of(decode(output, LOW))] == [Label.SLIPPERS]


def test_every_class_has_its_own_floor():
    output = one_to_many(
        [(Label.CIGARETTE, 0.2, 50, 50, 10, 10), (Label.PERSON, 0.2, 90, 50, 10, 10)]
    )
    found = decode(output, floors({Label.PERSON: 0.3}))
    assert [row[0] for row in rows_of(found)] == [Label.CIGARETTE]


def test_the_weakest_of_too_many_boxes_are_left_out():
    rows = [(Label.PERSON, 0.1 + n / 1000, 20 * n, 20, 10, 10) for n in range(MOST_BOXES + 50)]
    found = decode(one_to_many(rows, len(rows)), LOW)
    assert len(found) == MOST_BOXES
    assert found.confidence.min() == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("shape", "end_to_end", "classes"),
    [((1, 13, 3549), False, 9), ((1, 84, 3549), False, 80), ((1, 300, 6), True, 9)],
)
def test_the_head_is_told_by_the_shape(shape, end_to_end, classes):
    assert is_end_to_end(shape) is end_to_end
    assert class_count(shape) == classes


def test_floors_are_given_for_all_or_per_class():
    assert floors(0.2).tolist() == pytest.approx([0.2] * 9)
    assert floors({Label.PHONE: 0.4}).tolist() == pytest.approx(
        [MIN_CONFIDENCE, 0.4, *[MIN_CONFIDENCE] * 7]
    )


@pytest.mark.parametrize("value", [-0.1, 1.1, {Label.PHONE: 2.0}])
def test_a_floor_outside_the_unit_interval_is_refused(value):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        floors(value)
