from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bodies import BOUNDS, NECK_M, SHOULDER_M, Body
from vision.posture import posture_of
from vision.types import Landmark, Pose, Posture

L = Landmark
EARS = frozenset({L.LEFT_EAR, L.RIGHT_EAR})
HIPS = frozenset({L.LEFT_HIP, L.RIGHT_HIP})
FEATURES = (
    "head_height_norm",
    "neck_flexion_deg",
    "head_inclination_deg",
    "trunk_inclination_deg",
    "lateral_tilt_deg",
)


def measure(body: Body) -> Posture:
    return posture_of(body.pose(), BOUNDS)


@pytest.mark.parametrize("yaw_deg", [90.0, -90.0])
@pytest.mark.parametrize(
    ("trunk_deg", "neck_deg", "head_deg"),
    [(0, 0, 0), (20, 25, 10), (-15, 5, -20), (45, 70, 60), (60, 100, 80)],
)
def test_angles_from_the_side_whichever_side(yaw_deg, trunk_deg, neck_deg, head_deg):
    posture = measure(Body(yaw_deg, trunk_deg, neck_deg, head_deg))
    assert posture.side_view
    assert posture.trunk_inclination_deg == pytest.approx(trunk_deg, abs=0.1)
    assert posture.neck_flexion_deg == pytest.approx(neck_deg, abs=0.1)
    assert posture.head_inclination_deg == pytest.approx(head_deg, abs=0.1)
    assert posture.lateral_tilt_deg is None


@pytest.mark.parametrize(
    ("yaw_deg", "side_view"), [(0, False), (44, False), (46, True), (90, True), (135, True)]
)
def test_a_body_turned_by_45_degrees_or_more_is_a_side_view(yaw_deg, side_view):
    posture = measure(Body(yaw_deg))
    assert posture.side_view is side_view
    assert (posture.neck_flexion_deg is None) is not side_view
    assert (posture.trunk_inclination_deg is None) is not side_view
    assert (posture.lateral_tilt_deg is None) is side_view


@pytest.mark.parametrize("yaw_deg", [0, 30, 60, 90, -90])
def test_head_height_is_in_shoulder_widths_from_every_side(yaw_deg):
    posture = measure(Body(yaw_deg, neck_deg=0))
    assert posture.scale_px == pytest.approx(SHOULDER_M * 400, rel=0.01)
    assert posture.head_height_norm == pytest.approx(NECK_M / SHOULDER_M, rel=0.01)


@pytest.mark.parametrize("tilt_deg", [-25, 0, 12])
def test_lateral_tilt_is_positive_where_the_right_end_is_lower(tilt_deg):
    posture = measure(Body(0, tilt_deg=tilt_deg))
    assert posture.lateral_tilt_deg == pytest.approx(tilt_deg, abs=0.1)


def test_head_inclination_is_not_read_off_the_back_of_a_head():
    assert measure(Body(180)).head_inclination_deg is None
    assert measure(Body(0)).head_inclination_deg is not None


@pytest.mark.parametrize(
    ("hidden", "absent"),
    [
        ({L.LEFT_SHOULDER}, set(FEATURES)),
        (HIPS, {"trunk_inclination_deg"}),
        (EARS, {"neck_flexion_deg", "head_inclination_deg"}),
        (EARS | {L.NOSE}, {"head_height_norm", "neck_flexion_deg", "head_inclination_deg"}),
        ({L.NOSE}, {"head_inclination_deg"}),
        ({L.LEFT_EAR}, set()),
    ],
)
def test_hidden_landmarks_are_never_used(hidden, absent):
    posture = measure(Body(hidden=frozenset(hidden)))
    missing = {name for name in FEATURES if getattr(posture, name) is None}
    assert missing == absent | {"lateral_tilt_deg"}


def test_landmarks_outside_the_picture_are_never_used():
    body = Body(middle_px=(500, 999.0))
    assert posture_of(body.pose(), BOUNDS).trunk_inclination_deg is not None
    cut_above_the_hips = (0, 0, 1000, 950)
    assert posture_of(body.pose(), cut_above_the_hips).trunk_inclination_deg is None


def test_the_nose_stands_in_for_hidden_ears_with_more_doubt():
    ears, nose = measure(Body(0)), measure(Body(0, hidden=EARS))
    assert nose.head_height_norm is not None
    assert nose.sigma.head_height_norm > ears.sigma.head_height_norm


def test_nobody_is_measured_where_the_shoulders_are_implausibly_wide():
    pose = Body(0).pose()
    world = pose.world.copy()
    world[L.LEFT_SHOULDER, 0] += 1.0
    assert posture_of(Pose(pose.xy, pose.visibility, world), BOUNDS) == Posture()


def test_landmarks_that_are_not_numbers_are_never_used():
    pose = Body().pose()
    xy = pose.xy.copy()
    xy[L.LEFT_SHOULDER] = np.nan
    assert posture_of(Pose(xy, pose.visibility, pose.world), BOUNDS) == Posture()


def test_small_pictures_are_less_certain():
    large, small = measure(Body(px_per_m=400)), measure(Body(px_per_m=40))
    assert small.sigma.neck_flexion_deg > 1.3 * large.sigma.neck_flexion_deg
    assert small.sigma.head_height_norm > large.sigma.head_height_norm


def test_hips_are_less_certain_than_shoulders():
    sigma = measure(Body()).sigma
    by_length = sigma.trunk_inclination_deg * 0.45, sigma.neck_flexion_deg * 0.2
    assert by_length[0] > by_length[1]


bodies = st.builds(
    Body,
    yaw_deg=st.floats(-180, 180),
    trunk_deg=st.floats(-30, 60),
    neck_deg=st.floats(-20, 80),
    head_deg=st.floats(-40, 70),
    tilt_deg=st.floats(-20, 20),
)


@given(bodies, st.floats(80, 700), st.floats(-300, 300), st.floats(-100, 250))
def test_features_do_not_depend_on_place_or_size(body, px_per_m, dx_px, dy_px):
    far = 1e6
    bounds = (-far, -far, far, far)
    one = posture_of(body.pose(), bounds)
    moved = replace(body, px_per_m=px_per_m, middle_px=(500 + dx_px, 600 + dy_px))
    other = posture_of(moved.pose(), bounds)
    assert (one.side_view, one.body_yaw_deg) == (other.side_view, other.body_yaw_deg)
    for name in FEATURES:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=0.05)


@given(bodies)
def test_sigmas_are_positive_where_there_is_a_value(body):
    posture = posture_of(body.pose(), BOUNDS)
    sigmas = [getattr(posture.sigma, name) for name in FEATURES]
    present = [getattr(posture, name) is not None for name in FEATURES]
    assert [sigma > 0 for sigma in sigmas] == present
