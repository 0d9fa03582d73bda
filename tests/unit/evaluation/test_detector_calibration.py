"""Fitting the maps: known ones are found again, and no map is bent by too few boxes."""

import numpy as np
import pytest

from tests.unit.evaluation.detector_cases import ELSEWHERE, THING, boxes, drawn, judged
from vision.detect.calibration import Calibration, features, sigmoid
from vision.evaluation.detector import of_class
from vision.evaluation.detector_boxes import boxes_of, folds
from vision.evaluation.detector_calibration import (
    as_calibration,
    calibrated,
    error,
    fit_all,
    fit_class,
    fit_family,
    held_out,
    isotonic,
)
from vision.evaluation.detector_curves import average_precision
from vision.registry import CalibrationRow
from vision.types import Label


def true_map(a, b, c):
    return lambda confidence: sigmoid(features(confidence) @ np.array([a, b, c]))


@pytest.mark.parametrize(
    ("family", "row"),
    [
        ("temperature", (2, 2, 0)),
        ("platt", (0.7, 0.7, -1)),
        ("beta", (1.5, 0.4, -0.5)),
        ("beta", (1, 1, 0)),
    ],
)
def test_a_known_map_is_found_again(family, row):
    made = drawn(true_map(*row), count=20_000)
    found = fit_family(family, made.confidence, made.right)
    assert (found.a, found.b, found.c) == pytest.approx(row, abs=0.15)


@pytest.mark.parametrize(
    ("row", "families"),
    [
        ((1, 1, 0), {"unchanged"}),
        ((2.5, 2.5, 0), {"temperature"}),
        ((1, 1, -1.5), {"platt"}),
        ((2.5, 0.1, 0.5), {"beta"}),
    ],
)
def test_the_simplest_map_that_does_it_is_taken(row, families):
    fit = fit_class(drawn(true_map(*row)))
    assert fit.family in families
    assert (fit.row is None) == (fit.family == "unchanged")


def test_the_error_falls_on_pictures_that_were_held_out():
    fit = fit_class(drawn(true_map(1, 1, -1.5)))
    assert fit.ece_before > 0.15
    assert fit.ece_after < 0.04
    assert fit.brier["platt"] < fit.brier["unchanged"]
    assert fit.brier["platt"] == pytest.approx(fit.brier["isotonic"], abs=0.005)


def test_a_confidence_that_means_the_reverse_still_gives_a_map_that_rises():
    made = drawn(lambda confidence: 1 - confidence)
    for family in ("temperature", "platt", "beta"):
        row = fit_family(family, made.confidence, made.right)
        assert min(row.a, row.b) >= 0
        assert row.a + row.b > 0
    assert fit_class(made).ece_after <= fit_class(made).ece_before


@pytest.mark.parametrize(("right", "wrong"), [(9, 500), (500, 9), (0, 0)])
def test_too_few_boxes_of_either_kind_change_nothing(right, wrong):
    rows = [(0.6, True)] * right + [(0.4, False)] * wrong
    fit = fit_class(boxes(*rows))
    assert (fit.family, fit.row, fit.brier) == ("unchanged", None, {})


def test_ten_of_each_may_be_enough_for_a_single_number():
    rows = [(0.6 + n / 100, True) for n in range(30)] + [(0.1 + n / 100, False) for n in range(10)]
    assert fit_class(boxes(*rows)).family == "temperature"


def test_boxes_that_nobody_looks_at_do_not_count():
    rows = [(0.04, False)] * 50 + [(0.6, True)] * 30
    assert (fit_class(boxes(*rows)).boxes, fit_class(boxes(*rows)).right) == (30, 30)


def test_separable_boxes_give_finite_numbers():
    confidence = np.linspace(0.06, 0.94, 60)
    row = fit_family("beta", confidence, confidence > 0.5)
    assert all(np.isfinite(value) for value in (row.a, row.b, row.c))


def test_no_picture_is_on_both_sides_of_a_fold():
    picture = np.repeat(np.arange(7), 3)
    masks = list(folds(picture))
    assert np.sum(masks, axis=0).tolist() == [1] * 21
    assert all(not set(picture[out]) & set(picture[~out]) for out in masks)


def test_what_is_held_out_was_not_fitted_to():
    made = drawn(lambda confidence: np.full_like(confidence, 0.5), count=400)
    seen = isotonic(made.confidence, made.right)(made.confidence)
    assert ((seen - made.right) ** 2).mean() < 0.25
    assert ((held_out(made, isotonic) - made.right) ** 2).mean() > 0.25


@pytest.mark.parametrize(
    ("said", "right", "expected"),
    [
        ([0.95, 0.95], [True, True], 0.05),
        ([0.95, 0.15], [False, False], 0.55),
        ([0.41, 0.49], [True, False], 0.05),  # one bin: 0.45 against 0.5
        ([1.0], [True], 0.0),
        ([], [], None),
    ],
)
def test_the_error_is_the_gap_of_each_bin(said, right, expected):
    found = error(np.array(said, float), np.array(right, bool))
    assert found == (None if expected is None else pytest.approx(expected))


def seen():
    return [
        judged("a", (0.9, THING), (0.6, ELSEWHERE), truths=[THING]),
        judged("b", (0.7, ELSEWHERE), truths=[THING]),
        judged("c", (0.8, THING), truths=[THING, ELSEWHERE]),
    ]


def test_calibrating_changes_confidence_but_neither_matches_nor_average_precision():
    maps = Calibration.of({"phone": CalibrationRow(a=2, b=0.5, c=-1)})
    before, after = (of_class(one, Label.PHONE) for one in (seen(), calibrated(seen(), maps)))
    assert after.hit.tolist() == before.hit.tolist()
    assert (after.confidence < before.confidence).all()
    assert (after.found == 0).tolist() == (before.found == 0).tolist() == [False, True, False, True]
    scores = [average_precision(one.confidence, one.hit, len(one.found)) for one in (before, after)]
    assert scores[0] == scores[1]


def test_boxes_and_matches_are_calibrated_alike():
    maps = Calibration.of({"phone": CalibrationRow(a=2, b=0.5, c=-1)})
    one = calibrated(seen(), maps)[0]
    assert one.found.confidence.tolist() == pytest.approx(
        one.matched[Label.PHONE].confidence.tolist()
    )


def test_without_a_map_nothing_changes():
    before = seen()
    assert calibrated(before, Calibration()) == before
    assert as_calibration(fit_all(before)).rows is None


def test_boxes_know_their_picture_and_whether_it_holds_the_class():
    found = boxes_of([*seen(), judged("d", (0.5, THING))], Label.PHONE)
    assert found.picture.tolist() == [0, 0, 1, 2, 3]
    assert found.vain.tolist() == [False] * 4 + [True]
    assert len(boxes_of(seen(), Label.VEST)) == 0


def test_a_cigarette_is_right_where_its_middle_is():
    stub = (15.0, 25.0, 40.0, 32.0)
    for label, right in ((Label.CIGARETTE, [True]), (Label.PHONE, [False])):
        found = boxes_of([judged("a", (0.9, stub), truths=[THING], label=label)], label)
        assert found.right.tolist() == right
