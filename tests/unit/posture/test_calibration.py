"""An explicit reference: what is learnt, and every reason to refuse."""

import re
from dataclasses import replace

import pytest

from tests.bodies import BOUNDS, Body
from vision.errors import CalibrationRefused
from vision.posture import posture_of
from vision.posture.calibration import Glimpse, calibrate

NOBODY, TWO, NO_POSE = Glimpse(0), Glimpse(2), Glimpse(1)


def seen(**body) -> Glimpse:
    return Glimpse(1, posture_of(Body(**body).pose(), BOUNDS))


SIDE = seen(yaw_deg=90, neck_deg=12, trunk_deg=3)
FRONT = seen(yaw_deg=0)
FAR = seen(px_per_m=60)
REFUSALS = {
    "too few pictures": ([SIDE] * 4, "4 usable pictures, expected at least 5"),
    "nobody": ([NOBODY] * 6 + [SIDE] * 5, "nobody is seen in the post in 6 of 11 pictures"),
    "two persons": ([SIDE] * 8 + [TWO] * 2, "more than one person is in the post in 2 of 10"),
    "hidden shoulders": ([NO_POSE] * 6 + [SIDE] * 5, "the view is unsuitable: both shoulders are"),
    "too far away": ([FAR] * 9, "the view is unsuitable: a shoulder line spans 20 px"),
    "turning": ([SIDE, FRONT] * 4, "the person turns: 4 pictures from the front, 4 from the side"),
    "moving": (
        [seen(neck_deg=neck) for neck in (-14, 0, 14, 28, -14, 0, 14, 28)],
        "the person moves too much: neck_flexion_deg varies by",
    ),
    "slumped": ([seen(neck_deg=50)] * 9, "the person does not sit upright: neck_flexion_deg 50"),
    "leaning": ([seen(trunk_deg=45)] * 9, "the person does not sit upright: trunk_inclination_deg"),
}


@pytest.mark.parametrize(("glimpses", "why"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_no_reference_is_refused_with_the_reason(glimpses, why):
    with pytest.raises(CalibrationRefused, match=re.escape(why)):
        calibrate(glimpses, 24, at_work=False)


@pytest.mark.parametrize(
    "glimpses",
    [
        [SIDE] * 5,
        [NOBODY] * 5 + [SIDE] * 5,
        [SIDE] * 9 + [TWO],
        [NO_POSE] * 5 + [SIDE] * 5,
        [SIDE] * 9 + [seen(neck_deg=80)] * 2,
    ],
    ids=["just enough", "late", "somebody passes", "half hidden", "two odd pictures"],
)
def test_one_person_who_sits_upright_is_learnt(glimpses):
    (one,) = calibrate(glimpses, 24, at_work=False)
    assert one.upright.side_view
    assert one.upright.neck_flexion_deg == pytest.approx(12, abs=0.5)
    assert one.upright.trunk_inclination_deg == pytest.approx(3, abs=0.5)


def test_a_view_from_the_front_supports_no_angle_of_the_trunk():
    (one,) = calibrate([FRONT] * 6, 24, at_work=False)
    assert (one.upright.side_view, one.upright.trunk_inclination_deg) == (False, None)
    assert one.upright.head_height_norm is not None


def test_both_kinds_of_view_are_kept_where_both_are_seen_often():
    kinds = calibrate([SIDE] * 6 + [FRONT] * 5, 24, at_work=False)
    assert [(one.upright.side_view, one.samples) for one in kinds] == [(False, 5), (True, 6)]


def test_a_rare_glance_aside_is_let_go():
    (one,) = calibrate([SIDE] * 20 + [FRONT] * 5, 24, at_work=False)
    assert (one.upright.side_view, one.samples) == (True, 20)


def test_of_ordinary_work_the_upright_part_counts():
    work = [seen(neck_deg=neck) for neck in (8, 10, 12, 30, 45, 50, 28, 9)]
    (one,) = calibrate(work, 24, at_work=True)
    assert 8 <= one.upright.neck_flexion_deg <= 12
    with pytest.raises(CalibrationRefused, match="moves too much"):
        calibrate(work, 24, at_work=False)


def test_more_scatter_means_more_doubt():
    calm = [SIDE] * 9
    restless = [
        seen(yaw_deg=90, neck_deg=12 + n, trunk_deg=3) for n in (-8, -6, 0, 0, 0, 6, 8, 7, -7)
    ]
    doubts = [
        calibrate(rows, 24, at_work=False)[0].upright.sigma.neck_flexion_deg
        for rows in (calm, restless)
    ]
    assert doubts[0] < doubts[1]


def test_a_feature_that_is_mostly_hidden_is_none_of_the_reference():
    bare = Glimpse(1, replace(SIDE.posture, trunk_inclination_deg=None))
    (one,) = calibrate([bare] * 6 + [SIDE] * 4, 24, at_work=False)
    assert one.upright.trunk_inclination_deg is None
