"""A reference from elsewhere: judged by at once, corrected by little, never pulled into a slump."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.posture.test_baseline import NINE, after, front, neck_of, side
from vision.posture import Baseline, learn, seeded
from vision.posture.baseline import Reference
from vision.types import Posture


def given(neck_deg: float = 12.0) -> Baseline:
    known = replace(side(neck_deg), shoulder_y_px=None)
    return seeded(replace(front(), shoulder_y_px=None), known)


def line_of(baseline: Baseline) -> float | None:
    upright = baseline.upright(side_view=True)
    assert upright is not None
    return upright.shoulder_y_px


def test_it_is_there_before_the_first_sample():
    assert neck_of(given()) == 12.0
    assert line_of(given()) is None


@pytest.mark.parametrize(("samples", "known"), [(2, None), (3, 400.0)])
def test_where_the_shoulders_are_is_learnt_of_whoever_comes(samples, known):
    assert line_of(after([side()] * samples, baseline=given())) == known


@pytest.mark.parametrize(
    ("neck_deg", "learnt"), [(12.0, True), (21.0, True), (23.0, False), (50.0, False)]
)
def test_whoever_comes_slumped_is_not_learnt_from(neck_deg, learnt):
    known = after([side(neck_deg)] * 40, baseline=given())
    assert (line_of(known) is not None) is learnt
    assert neck_of(known) <= 18.0


def test_a_slump_of_hours_leaves_it_where_it_was():
    known = after([*[side()] * 20, *[side(45.0, 20.0)] * 2000], baseline=given())
    assert neck_of(known) == pytest.approx(12.0, abs=0.1)


@pytest.mark.parametrize(("own_deg", "reached_deg"), [(0.0, 2.0), (20.0, 18.0)])
def test_the_person_at_hand_corrects_it_by_little(own_deg, reached_deg):
    assert neck_of(after([side(own_deg)] * 400, baseline=given())) == pytest.approx(reached_deg)


def test_the_shoulder_line_follows_from_the_first_block_by_no_more_than_ever():
    lines = [replace(side(), shoulder_y_px=400.0)] * 3 + [
        replace(side(), shoulder_y_px=412.0)
    ] * 400
    known = line_of(after(lines, baseline=given()))
    assert known is not None
    assert 400.0 < known <= 406.0


def test_a_feature_that_only_a_later_block_shows_cannot_follow_a_slump_either():
    hidden = [replace(side(), neck_flexion_deg=None)] * 3
    known = after([*hidden, *[side(14.0)] * 12], every_s=5.0)
    assert neck_of(known) == 14.0
    at = NINE + timedelta(seconds=200)
    for number in range(600):
        known = learn(known, side(23.0), at + timedelta(seconds=5 * number))
    assert neck_of(known) <= 20.0


def test_without_a_view_of_one_kind_the_other_stands_in():
    known = seeded(None, side())
    assert known.front == Reference()
    assert known.upright(side_view=False) == side()
    assert isinstance(known.usual, Posture)
