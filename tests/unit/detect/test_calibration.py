"""Confidence as a share: the map itself, its floors, and both adapters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detect.calibration import Calibration
from vision.detect.floors import floors
from vision.registry import CalibrationRow
from vision.types import Detections, Label

BOX = (0, 0, 9, 9)
SHAPES = st.tuples(
    st.floats(0.05, 4), st.floats(0, 4), st.floats(-4, 4)
)  # fmt: skip


def calibration(label=Label.PHONE, a=1.0, b=1.0, c=0.0):
    return Calibration.of({label.name.lower(): CalibrationRow(a=a, b=b, c=c)})


def said(*rows):
    return Detections.of([(label, confidence, BOX) for label, confidence in rows])


@pytest.mark.parametrize(
    ("a", "b", "c", "raw", "expected"),
    [
        (1, 1, 0, 0.3, 0.3),
        (1, 1, np.log(3), 0.5, 0.75),
        (2, 2, 0, 0.75, 0.9),
        (1, 0, np.log(2), 0.5, 0.5),
        (0, 1, np.log(0.5), 0.5, 0.5),
        (1, 1, 0, 0.0, 1e-6),
        (1, 1, 0, 1.0, 1 - 1e-6),
    ],
)
def test_the_map_at_points_that_can_be_worked_out(a, b, c, raw, expected):
    found = calibration(a=a, b=b, c=c).apply(said((Label.PHONE, raw)), floors(0.0))
    assert found.confidence.tolist() == pytest.approx([expected], abs=1e-6)


def test_without_rows_nothing_changes():
    found = said((Label.PHONE, 0.123), (Label.VEST, 0.7))
    assert Calibration.of({}).apply(found, floors(0.5)) is found
    assert Calibration().raw_floors(floors(0.3)).tolist() == floors(0.3).tolist()


def test_a_class_without_a_row_keeps_its_confidence_and_the_order_is_by_the_new_one():
    maps = calibration(Label.PHONE, c=np.log(3))
    found = maps.apply(said((Label.VEST, 0.6), (Label.PHONE, 0.5), (Label.VEST, 0.1)), floors(0.2))
    assert found.label.tolist() == [Label.PHONE, Label.VEST]
    assert found.confidence.tolist() == pytest.approx([0.75, 0.6])


@given(SHAPES, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_the_order_within_a_class_stays(shape, one, other):
    a, b, c = shape
    maps = calibration(a=a, b=b, c=c)
    label = np.full(2, Label.PHONE, np.int16)
    low, high = sorted((one, other))
    before = maps.calibrated(np.array([low, high + 1e-3]), label)
    assert before[0] < before[1]


@given(SHAPES, st.floats(0.01, 0.99), st.floats(0.001, 0.999))
def test_a_floor_keeps_exactly_what_is_calibrated_above_it(shape, floor, raw):
    a, b, c = shape
    maps = calibration(a=a, b=b, c=c)
    found, limits = said((Label.PHONE, raw)), floors(floor)
    asked = found.where(found.confidence >= maps.raw_floors(limits)[found.label])
    assert len(maps.apply(asked, limits)) == len(maps.apply(found, limits))


def test_a_floor_of_one_or_nought_is_no_trouble():
    maps = calibration(a=2, b=0.5, c=1)
    assert maps.raw_floors(floors(0.0))[Label.PHONE] == 0
    assert maps.raw_floors(floors(1.0))[Label.PHONE] == pytest.approx(1, abs=1e-4)
