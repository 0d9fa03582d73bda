"""Thresholds, the limits of what they promise, and what they rest on."""

import numpy as np
import pytest

from tests.unit.evaluation.detector_cases import ELSEWHERE, THING, boxes, judged
from vision.evaluation.detector_threshold import (
    NEVER,
    fit,
    fit_thresholds,
    given,
    lower_limit,
    resting_on,
    threshold_for,
)
from vision.types import Label


@pytest.mark.parametrize(
    ("right", "count", "expected"),
    [
        (59, 59, 0.05 ** (1 / 59)),
        (10, 10, 0.05 ** (1 / 10)),
        (0, 10, 0.0),
        (1, 2, 1 - 0.95**0.5),  # from 1 - (1 - p)^2 = 0.05
        (95, 100, 0.8977),  # tables of Clopper and Pearson, one-sided 95 %
        (1990, 2000, 0.9915),
    ],
)
def test_the_limit_is_the_exact_one(right, count, expected):
    assert lower_limit(right, count, 0.95) == pytest.approx(expected, abs=6e-4)


def test_the_limit_lies_below_the_share_in_the_promised_part_of_samples():
    rng = np.random.default_rng(1)
    hits = rng.binomial(80, 0.95, 2000)
    limits = {int(right): lower_limit(int(right), 80, 0.9) for right in np.unique(hits)}
    covered = np.mean([limits[int(right)] <= 0.95 for right in hits])
    assert 0.9 <= covered <= 0.97


@pytest.mark.parametrize(
    ("right", "level", "expected"),
    [
        (58, None, True),
        (58, 0.95, False),
        (59, 0.95, True),
        (59, 0.99, False),
        (90, 0.99, True),
    ],
)
def test_few_boxes_are_no_proof_however_right_they_are(right, level, expected):
    confidence = np.linspace(0.9, 0.5, right)
    found = threshold_for(0.95, confidence, np.ones(right, bool), level=level)
    assert (found is not None) == expected


def test_a_mistake_among_many_is_allowed_and_the_threshold_goes_as_low_as_it_may():
    right = np.ones(200, bool)
    right[[50, 150]] = False
    confidence = np.linspace(1, 0.5, 200)
    assert threshold_for(0.95, confidence, right, level=0.95) == confidence[-1]
    right[190:] = False
    lowest = threshold_for(0.95, confidence, right, level=0.95)
    assert confidence[196] < lowest <= confidence[189]


def test_mistakes_are_told_apart_by_what_the_picture_holds():
    found = resting_on(
        boxes(
            (0.9, True, 0), (0.8, False, 0), (0.9, False, 1, True), (0.7, False, 1, True),
            (0.4, False, 2, True),
        ),
        0.5,
    )  # fmt: skip
    assert (found.boxes, found.right, found.pictures) == (4, 1, 2)
    assert (found.beside, found.in_vain, found.in_vain_pictures) == (1, 2, 1)
    assert found.precision == 0.25
    assert found.at_least == pytest.approx(1 - 0.95 ** (1 / 4))


def test_nothing_above_a_threshold_rests_on_nothing():
    found = resting_on(boxes((0.4, True)), 0.5)
    assert (found.boxes, found.precision, found.at_least, found.held_out) == (0, None, None, None)


def lucky(seed):
    """Boxes that are right with the chance 0.9, whatever their confidence."""
    rng = np.random.default_rng(seed)
    said, right = rng.random(300).tolist(), (rng.random(300) < 0.9).tolist()
    return boxes(*zip(said, right, strict=True))


def test_held_out_pictures_show_what_choosing_flatters():
    found = [fit(lucky(seed), 0.9) for seed in range(8)]
    assert min(one.precision for one in found) >= 0.9
    assert np.mean([one.held_out for one in found]) < np.mean([one.precision for one in found])


def test_a_class_that_never_gets_there_is_never_believed():
    found = fit(boxes(*[(0.5 + n / 100, n % 2 == 0) for n in range(40)]), 0.95)
    assert (found.value, found.boxes, found.held_out) == (NEVER, 0, None)


def test_thresholds_are_chosen_or_taken_as_given_class_by_class():
    pictures = [judged(str(n), (0.9 - n / 100, THING), truths=[THING]) for n in range(12)]
    pictures.append(judged("x", (0.3, ELSEWHERE)))
    chosen = fit_thresholds(pictures, 0.95)
    assert chosen[Label.PHONE].value == pytest.approx(0.79)
    assert chosen[Label.VEST].value == NEVER
    assert given(pictures, {Label.PHONE: 0.2})[Label.PHONE].in_vain == 1
