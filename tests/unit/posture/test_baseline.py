from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from vision.posture import Baseline, calibrated, learn, surveyed
from vision.posture.baseline import FEATURES
from vision.types import Posture, PostureSigma

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
SIGMA = PostureSigma(0.05, 5.0, 6.0, 4.0, 5.0)


def side(neck_deg: float = 12.0, trunk_deg: float = 3.0, height_norm: float = 0.55) -> Posture:
    return Posture(
        head_height_norm=height_norm,
        neck_flexion_deg=neck_deg,
        head_inclination_deg=5.0,
        trunk_inclination_deg=trunk_deg,
        body_yaw_deg=85.0,
        shoulder_y_px=400.0,
        scale_px=100.0,
        side_view=True,
        confidence=0.9,
        sigma=SIGMA,
    )


def front(height_norm: float = 0.6, shoulder_y_px: float = 400.0) -> Posture:
    return Posture(
        head_height_norm=height_norm,
        lateral_tilt_deg=1.0,
        body_yaw_deg=5.0,
        shoulder_y_px=shoulder_y_px,
        scale_px=100.0,
        confidence=0.9,
        sigma=SIGMA,
    )


def after(
    postures: Iterable[Posture],
    every_s: float = 5.0,
    baseline: Baseline | None = None,
    start: datetime = NINE,
) -> Baseline:
    known = baseline or Baseline()
    for number, posture in enumerate(postures):
        known = learn(known, posture, start + timedelta(seconds=number * every_s))
    return known


def neck_of(baseline: Baseline) -> float:
    upright = baseline.upright(side_view=True)
    assert upright is not None
    assert upright.neck_flexion_deg is not None
    return upright.neck_flexion_deg


@pytest.mark.parametrize(
    ("samples", "every_s", "known"),
    [
        (2, 5.0, False),
        (3, 5.0, True),
        (3, 3.9, False),
        (3, 4.0, True),
        (4, 2.0, False),
        (5, 2.0, True),
        (80, 0.1, False),
        (81, 0.1, True),
        (3, 119.0, True),
        (40, 121.0, False),
    ],
)
def test_a_reference_needs_enough_samples_over_enough_time(samples, every_s, known):
    baseline = after([side()] * samples, every_s)
    assert (baseline.upright(side_view=True) is not None) is known


def test_the_reference_is_the_more_upright_part_of_the_block():
    assert neck_of(after([side(neck_deg=n) for n in (10.0, 14.0, 30.0)])) == pytest.approx(12.0)


def test_later_blocks_count_by_the_minute():
    first = after([side(neck_deg=12.0)] * 3)
    raised = [
        neck_of(after([side(neck_deg=2.0)] * samples, 5.0, first, NINE + timedelta(minutes=1)))
        for samples in (11, 12, 24, 36)
    ]
    assert raised == [12.0, 10.0, 8.0, 6.0]


@pytest.mark.parametrize(
    ("later_deg", "reference_deg"), [(14.0, 14.0), (22.0, 18.0), (22.1, 12.0), (50.0, 12.0)]
)
def test_ordinary_work_relaxes_the_reference_and_a_slump_does_not(later_deg, reference_deg):
    first = after([side(neck_deg=12.0)] * 3)
    work = [side(neck_deg=later_deg)] * 720
    assert neck_of(after(work, 5.0, first, NINE + timedelta(minutes=1))) == reference_deg


def test_one_absurd_sample_does_not_set_the_reference():
    assert neck_of(surveyed([side(neck_deg=-60.0)] + [side()] * 11)) == pytest.approx(12.0)


def test_a_slump_from_nine_is_still_a_slump_at_eleven():
    upright = after([side()] * 3)
    two_hours = after([side(45.0, 30.0, 0.3)] * 1440, 5.0, upright, NINE + timedelta(minutes=1))
    reference = two_hours.upright(side_view=True)
    assert neck_of(two_hours) == neck_of(upright)
    assert (reference.trunk_inclination_deg, reference.head_height_norm) == (3.0, 0.55)


@pytest.mark.parametrize(
    ("slumped", "known"),
    [
        (side(neck_deg=34.9), True),
        (side(neck_deg=35.1), False),
        (side(trunk_deg=30.1), False),
        (side(height_norm=0.14), False),
    ],
)
def test_who_arrives_slumped_does_not_make_that_the_reference(slumped, known):
    assert (after([slumped] * 12).usual is not None) is known


def test_a_reference_is_awaited_until_the_person_sits_up():
    waiting = after([side(neck_deg=50.0)] * 30)
    upright = after([side()] * 12, 5.0, waiting, NINE + timedelta(minutes=10))
    assert (waiting.usual, neck_of(upright)) == (None, 12.0)


def test_a_reference_lies_within_the_acceptable_band():
    reference = after([side(neck_deg=32.0, trunk_deg=27.0)] * 12).usual
    assert (reference.neck_flexion_deg, reference.trunk_inclination_deg) == (25.0, 20.0)


def test_who_sits_up_later_raises_the_reference_slowly_and_not_without_end():
    slack = after([side(neck_deg=24.0)] * 3)
    later = NINE + timedelta(minutes=1)
    one_block = after([side(neck_deg=2.0)] * 12, 5.0, slack, later)
    one_hour = after([side(neck_deg=2.0)] * 720, 5.0, slack, later)
    assert neck_of(one_block) == pytest.approx(22.0)
    assert neck_of(one_hour) == pytest.approx(14.0)


def test_views_from_the_front_and_from_the_side_have_references_of_their_own():
    baseline = after([front()] * 12)
    assert baseline.upright(side_view=False).side_view is False
    assert baseline.upright(side_view=True) is baseline.upright(side_view=False)
    both = after([side()] * 24, 5.0, baseline, NINE + timedelta(minutes=5))
    assert both.upright(side_view=True).side_view is True
    assert both.upright(side_view=False).side_view is False
    assert both.usual.side_view is True


@pytest.mark.parametrize(
    ("later_px", "height_norm", "line_px"),
    [
        # a slump lowers shoulders and head: however long it lasts, the line stays
        (440.0, 0.2, 400.0),
        (470.0, 0.2, 400.0),
        # sliding down a little relaxes it by little, ten times at most
        (410.0, 0.6, 406.0),
        # a chair raised for good is followed slowly, and not without end
        (390.0, 0.6, 390.0),
        (368.0, 0.6, 370.0),
        # shoulders far lower with the head as high over them: sat down
        (470.0, 0.6, 470.0),
    ],
)
def test_the_shoulder_line_does_not_drift_into_a_slump(later_px, height_norm, line_px):
    first = after([front()] * 3)
    work = [front(height_norm, later_px)] * 720
    later = after(work, 5.0, first, NINE + timedelta(minutes=1))
    assert later.usual.shoulder_y_px == pytest.approx(line_px)


def test_the_shoulder_line_is_that_of_sitting_once_the_person_sat():
    standing = after([front(shoulder_y_px=250.0)] * 12)
    seated = after([front()] * 12, 5.0, standing, NINE + timedelta(minutes=5))
    again = after([front(shoulder_y_px=250.0)] * 12, 5.0, seated, NINE + timedelta(minutes=9))
    assert [b.usual.shoulder_y_px for b in (standing, seated, again)] == [250.0, 400.0, 400.0]


def test_postures_that_show_nothing_change_nothing():
    baseline = after([side()] * 5)
    assert learn(baseline, Posture(), NINE + timedelta(minutes=1)) is baseline


def test_a_feature_seen_in_less_than_half_of_the_samples_has_no_reference():
    hidden = [Posture(body_yaw_deg=85.0, side_view=True, scale_px=100.0, shoulder_y_px=1.0)] * 2
    reference = after([*hidden, side()]).upright(side_view=True)
    assert reference.neck_flexion_deg is None


def test_the_reference_is_surer_than_one_measurement():
    first = after([side()] * 3)
    later = after([side()] * 12, 5.0, first, NINE + timedelta(minutes=1))
    sigmas = [b.usual.sigma.neck_flexion_deg for b in (first, later)]
    assert sigmas == [pytest.approx(5.0 / 3**0.5), pytest.approx(5.0 / 12**0.5)]


def test_a_calibration_is_the_median_and_never_learns():
    fixed = calibrated([side(neck_deg=8.0), side(neck_deg=30.0), side(neck_deg=10.0), front()])
    assert neck_of(fixed) == 10.0
    assert fixed.upright(side_view=False).head_height_norm == 0.6
    assert after([side(neck_deg=0.0)] * 50, 5.0, fixed) is fixed


def test_a_survey_takes_the_upright_part_within_the_acceptable_band():
    assert neck_of(surveyed([side(neck_deg=d) for d in (10, 20, 30, 40, 50)])) == 20.0
    assert surveyed([side(neck_deg=60.0)]).usual is None


@pytest.mark.parametrize("from_footage", [calibrated, surveyed])
@pytest.mark.parametrize("postures", [[], [Posture()]])
def test_a_calibration_without_a_body_is_refused(from_footage, postures):
    with pytest.raises(ValueError, match="shoulders"):
        from_footage(postures)


def test_a_baseline_survives_being_stored():
    adapter = TypeAdapter(Baseline)
    baseline = after([side()] * 17 + [front()] * 3)
    assert adapter.validate_json(adapter.dump_json(baseline)) == baseline


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-5, 35), min_size=24, max_size=120))
def test_the_reference_stays_within_its_bounds_and_near_its_first_value(necks_deg):
    first = after([side(neck_deg=n) for n in necks_deg[:3]])
    last = after([side(neck_deg=n) for n in necks_deg[3:]], 5.0, first, NINE + timedelta(minutes=1))
    feature = next(feature for feature in FEATURES if feature.name == "neck_flexion_deg")
    low, high = feature.bounds
    assert low <= neck_of(last) <= high
    assert neck_of(first) - feature.room <= neck_of(last) <= neck_of(first) + feature.relax_room
