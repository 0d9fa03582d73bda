"""Two detectors on the same pictures."""

import numpy as np
import pytest

from tests.unit.evaluation.detector_cases import ELSEWHERE, THING, judged
from vision.evaluation.detector import of_class
from vision.evaluation.detector_compare import compare
from vision.evaluation.detector_curves import average_precision
from vision.types import Label


def shown(count, finds, confidence=0.8):
    """Pictures that hold one thing each; the first ``finds`` are found, the others mistaken."""
    return [
        judged(str(n), (confidence, THING if n < finds else ELSEWHERE), truths=[THING])
        for n in range(count)
    ]


def test_the_same_detector_differs_by_nothing():
    same = compare(shown(30, 20), shown(30, 20), draws=100)[Label.PHONE]
    assert (same.difference, same.low, same.high, same.better) == (0, 0, 0, 0.5)
    assert (same.pictures, same.truths) == (30, 30)


def test_a_clear_gain_has_an_interval_above_nothing():
    gain = compare(shown(60, 50), shown(60, 20), draws=200)[Label.PHONE]
    assert 0 < gain.low < gain.difference < gain.high
    assert gain.better == 1


def test_a_small_gain_on_few_pictures_is_not_one():
    gain = compare(shown(12, 9), shown(12, 8), draws=200)[Label.PHONE]
    assert gain.difference > 0
    assert gain.low <= 0


def test_one_pair_of_pictures_is_drawn_for_both():
    """Were they drawn apart, the spread of each would add up; here each difference is constant."""
    both = compare(shown(40, 20, 0.8), shown(40, 20, 0.4), draws=100)[Label.PHONE]
    assert (both.low, both.high) == (0, 0)


def test_average_precision_is_that_of_the_report():
    rng = np.random.default_rng(2)
    pictures = [
        judged(
            str(n),
            *[(float(rng.random()), THING if rng.random() < 0.6 else ELSEWHERE) for _ in range(2)],
            truths=[THING] * int(rng.integers(0, 2)),
        )
        for n in range(50)
    ]
    one = of_class(pictures, Label.PHONE)
    expected = average_precision(one.confidence, one.hit, len(one.found))
    assert compare(pictures, pictures, draws=5)[Label.PHONE].ap == pytest.approx(expected)


def test_a_detector_that_says_nothing_has_no_precision():
    silent = [judged(str(n), truths=[THING]) for n in range(5)]
    assert compare(silent, shown(5, 5), draws=20)[Label.PHONE].ap == 0


def test_classes_without_a_labelled_box_are_left_out():
    assert list(compare(shown(3, 3), shown(3, 3), draws=5)) == [Label.PHONE]


def test_other_pictures_are_refused():
    with pytest.raises(ValueError, match="the same pictures"):
        compare(shown(3, 3), shown(4, 3))
