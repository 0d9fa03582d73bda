from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from tests.bodies import BOUNDS, Body
from vision.posture import PostureTrack, calibrated, follow, posture_of
from vision.types import Landmark

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
BOX = (400.0, 300.0, 600.0, 900.0)


def followed(bodies, track=None, every_s=5.0):
    known, readings = track or PostureTrack(), []
    for number, body in enumerate(bodies):
        pose = None if body is None else body.pose()
        at = NINE + timedelta(seconds=number * every_s)
        known, reading = follow(known, pose, BOUNDS, BOX, at)
        readings.append(reading)
    return known, readings


def test_the_baseline_appears_after_three_samples_and_is_that_of_before_the_sample():
    _, readings = followed([Body(neck_deg=10)] * 12 + [Body(neck_deg=60)])
    assert [reading.baseline is None for reading in readings] == [True] * 3 + [False] * 10
    assert round(readings[-1].baseline.neck_flexion_deg) == 10
    assert round(readings[-1].posture.neck_flexion_deg) == 60


@pytest.mark.parametrize(
    ("ears_under_box_norm", "believed"), [(-0.01, False), (0.0, True), (0.4, True), (0.81, False)]
)
def test_landmarks_must_agree_with_the_box(ears_under_box_norm, believed):
    body = Body(0)
    pose = body.pose()
    scale_px = posture_of(pose, BOUNDS).scale_px
    ears_px = float(pose.xy[Landmark.LEFT_EAR, 1])
    box = (400.0, ears_px - ears_under_box_norm * scale_px - 1e-3, 600.0, 900.0)
    _, reading = follow(PostureTrack(), pose, BOUNDS, box, NINE)
    assert (reading.posture.body_yaw_deg is not None) is believed


@pytest.mark.parametrize(
    ("trunk_deg", "neck_deg", "believed"),
    [(-39, 0, True), (-41, 0, False), (0, -39, True), (0, -41, False), (70, 90, True)],
)
def test_a_body_that_leans_back_impossibly_is_not_believed(trunk_deg, neck_deg, believed):
    pose = Body(90, trunk_deg=trunk_deg, neck_deg=neck_deg).pose()
    top_px = float(pose.xy[Landmark.LEFT_EAR, 1]) - 40
    _, reading = follow(PostureTrack(), pose, BOUNDS, (400.0, top_px, 600.0, 900.0), NINE)
    assert (reading.posture.body_yaw_deg is not None) is believed


def test_the_box_is_measured_from_the_shoulder_line():
    _, (reading,) = followed([Body(0)])
    posture = reading.posture
    expected = (posture.shoulder_y_px - BOX[1]) / posture.scale_px
    assert posture.box_height_norm == pytest.approx(expected)
    assert posture.sigma.box_height_norm > 0.05


def test_without_a_pose_there_is_no_posture_but_the_reference():
    known, _ = followed([Body()] * 12)
    _, reading = follow(known, None, BOUNDS, BOX, NINE + timedelta(seconds=60))
    assert reading.posture is None
    assert reading.baseline is not None


def test_without_pose_or_reference_nothing_is_known():
    _, (reading,) = followed([None])
    assert (reading.posture, reading.baseline) == (None, None)


def test_a_calibrated_window_has_its_reference_at_once():
    track = PostureTrack(baseline=calibrated([posture_of(Body().pose(), BOUNDS)]))
    _, (reading,) = followed([Body()], track)
    assert reading.baseline is not None


def test_a_track_goes_on_after_being_stored_as_if_it_had_not_been():
    adapter = TypeAdapter(PostureTrack)
    bodies = [Body(neck_deg=10 + number % 4) for number in range(20)]
    known, _ = followed(bodies)
    restored = adapter.validate_json(adapter.dump_json(known))
    assert restored == known
    later = NINE + timedelta(seconds=200)
    pose = Body().pose()
    assert follow(restored, pose, BOUNDS, BOX, later) == follow(known, pose, BOUNDS, BOX, later)
