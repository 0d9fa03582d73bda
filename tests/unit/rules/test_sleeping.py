from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from vision.rules.sleeping import SleepingRule
from vision.types import Observation, Person, Posture, PostureSigma, View, ViewState

SIGMA = PostureSigma(0.04, 4.0, 6.0, 4.0, 4.0)
UPRIGHT = Posture(
    head_height_norm=0.55, head_inclination_deg=5.0, body_yaw_deg=5.0, shoulder_y_px=400.0,
    scale_px=100.0,
)  # fmt: skip
FROM_ABOVE = Posture(head_height_norm=0.3, body_yaw_deg=5.0, shoulder_y_px=400.0, scale_px=100.0)


def head(height_norm=0.55, head_deg=5.0, scale_px=100.0):
    return Posture(
        head_height_norm=height_norm, head_inclination_deg=head_deg, body_yaw_deg=5.0,
        scale_px=scale_px, sigma=SIGMA,
    )  # fmt: skip


def person(posture, baseline=UPRIGHT, still_s=None, top_px=345.0):
    box = np.array([400, top_px, 600, 900], np.float32)
    return Person(1, box, 0.9, posture=posture, baseline=baseline, still_s=still_s)


def judge(*persons, pose_run=True):
    observation = Observation(
        "A03", "cam-03", datetime(2026, 11, 2, 9, tzinfo=UTC), View(ViewState.OK),
        np.zeros((4, 2), np.float32), persons, pose_run=pose_run,
    )  # fmt: skip
    return SleepingRule().judge(observation)


@pytest.mark.parametrize(
    ("height_norm", "still_s", "kind", "reason"),
    [
        (0.55, 500.0, "compliant", "head_up"),
        (0.10, 500.0, "compliant", "head_up"),
        # limit 0.1, beyond doubt from 0.1 - 1.645 * 0.04 = 0.034
        (0.09, 500.0, "unknown", "within_error"),
        (0.035, 500.0, "unknown", "within_error"),
        (0.033, 500.0, "violation", "head_down_still"),
        (-0.4, 4.0, "violation", "head_down_still"),
        (-0.4, 3.9, "compliant", "moving"),
        (-0.4, 0.0, "compliant", "moving"),
        (-0.4, None, "unknown", "stillness_unknown"),
        (None, 500.0, "compliant", "head_up"),
    ],
)
def test_head_down(height_norm, still_s, kind, reason):
    verdict = judge(person(head(height_norm), still_s=still_s))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("head_deg", "still_s", "kind", "reason"),
    [
        # reading and writing: 25 to 40 degrees more than upright
        (30.0, 500.0, "compliant", "head_up"),
        (45.0, 500.0, "compliant", "head_up"),
        # limit 45 over 5, beyond doubt from 50 + 1.645 * 6 = 59.9
        (51.0, 500.0, "unknown", "within_error"),
        (59.8, 500.0, "unknown", "within_error"),
        (60.0, 500.0, "violation", "head_hung_still"),
        (80.0, 4.0, "violation", "head_hung_still"),
        (80.0, 3.9, "compliant", "moving"),
        (80.0, None, "unknown", "stillness_unknown"),
    ],
)
def test_head_hung(head_deg, still_s, kind, reason):
    verdict = judge(person(head(head_deg=head_deg), still_s=still_s))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("height_norm", "top_px", "still_s", "kind", "reason"),
    [
        # from the side the box must end below 0.45 - 1.645 * 0.1 = 0.2855 over the line at 400
        (0.24, 372.0, 4.0, "violation", "head_on_desk_still"),
        (0.24, 372.0, 3.9, "compliant", "moving"),
        (0.24, 371.0, 500.0, "unknown", "within_error"),
        (0.24, 354.0, 500.0, "compliant", "head_up"),
        (0.26, 372.0, 500.0, "compliant", "head_up"),
    ],
)
def test_a_low_head_in_a_low_box_is_on_the_desk(height_norm, top_px, still_s, kind, reason):
    low = replace(head(height_norm, None), body_yaw_deg=85.0, side_view=True)
    upright = replace(UPRIGHT, body_yaw_deg=85.0, side_view=True)
    verdict = judge(person(low, upright, still_s, top_px))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("top_px", "still_s", "kind", "reason"),
    [
        (300.0, 500.0, "unknown", "no_pose"),
        # the box must end below 0.25 - 1.645 * 0.1 = 0.0855 shoulder widths over the line at 400
        (391.0, 500.0, "unknown", "no_pose"),
        (392.0, 500.0, "violation", "head_on_desk_still"),
        (430.0, 4.0, "violation", "head_on_desk_still"),
        (430.0, 3.9, "compliant", "moving"),
        (430.0, None, "unknown", "stillness_unknown"),
    ],
)
def test_without_a_pose_the_box_speaks(top_px, still_s, kind, reason):
    verdict = judge(person(None, still_s=still_s, top_px=top_px))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("top_px", "reason"),
    [(300.0, "box_contradicts"), (339.0, "box_contradicts"), (341.0, "head_down_still")],
)
def test_a_head_is_not_down_where_the_box_still_reaches_up(top_px, reason):
    assert judge(person(head(-0.2), still_s=500.0, top_px=top_px)).reason == reason


def test_a_hung_head_does_not_lower_the_box():
    verdict = judge(person(head(head_deg=80.0), still_s=60.0, top_px=300.0))
    assert verdict.reason == "head_hung_still"


@pytest.mark.parametrize(("height_norm", "kind"), [(0.55, "unknown"), (0.4, "compliant")])
def test_a_head_that_is_up_in_a_box_that_is_low_decides_nothing(height_norm, kind):
    boxed = replace(UPRIGHT, box_height_norm=1.0)
    verdict = judge(person(head(height_norm), boxed, 500.0, top_px=345.0))
    assert verdict.kind == kind


def test_landmarks_of_another_size_are_not_believed():
    verdict = judge(person(head(-0.5, scale_px=30.0), still_s=500.0))
    assert (verdict.kind, verdict.reason) == ("unknown", "landmarks_hidden")


def test_a_camera_high_up_sees_every_head_low():
    low = head(0.02)
    assert judge(person(low, still_s=500.0)).kind == "violation"
    assert judge(person(low, FROM_ABOVE, still_s=500.0)).kind == "compliant"
    assert judge(person(head(-0.2), FROM_ABOVE, still_s=500.0)).kind == "violation"


@pytest.mark.parametrize(
    ("posture", "baseline", "reason"),
    [
        (None, None, "no_pose"),
        (Posture(), UPRIGHT, "landmarks_hidden"),
        (head(None, None), UPRIGHT, "landmarks_hidden"),
        (head(None, 80.0), None, "landmarks_hidden"),
        (head(-0.5, scale_px=20.0), None, "too_small"),
    ],
)
def test_what_cannot_be_seen_is_unknown(posture, baseline, reason):
    verdict = judge(person(posture, baseline, still_s=500.0))
    assert (verdict.kind, verdict.reason) == ("unknown", reason)


def test_a_head_on_the_desk_needs_no_baseline():
    assert judge(person(head(-0.2), None, still_s=60.0)).reason == "head_down_still"


def test_without_pose_the_rule_abstains_and_nobody_is_unknown():
    assert judge(person(head(-0.5), still_s=500.0), pose_run=False) is None
    assert judge().reason == "nobody"


def test_a_sleeper_beside_a_colleague_is_a_violation():
    verdict = judge(person(head()), person(head(-0.5), still_s=90.0))
    assert verdict.kind == "violation"


def test_a_verdict_carries_value_limit_margin_and_rest():
    verdict = judge(person(head(-0.2), still_s=30.0))
    assert verdict.measured == {
        "head_height_norm": -0.2, "limit": 0.1, "margin": 0.3, "still_s": 30.0,
    }  # fmt: skip
    assert verdict.score == pytest.approx(0.8)


@pytest.mark.parametrize(("still_s", "score"), [(6, 0.64), (60, 1.0), (600, 1.0)])
def test_the_score_grows_with_the_rest(still_s, score):
    assert judge(person(head(-0.2), still_s=still_s)).score == pytest.approx(score)
