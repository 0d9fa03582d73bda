from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from vision.rules.deviation import deviations, same_view
from vision.rules.sleeping import SleepingRule
from vision.rules.slouching import SlouchingRule
from vision.types import Observation, Person, Posture, PostureSigma, Verdict, View, ViewState

SIGMA = PostureSigma(0.04, 4.0, 6.0, 4.0, 4.0)
NO_SIGMA = PostureSigma()
UPRIGHT_SIDE = Posture(
    head_height_norm=0.55, neck_flexion_deg=12.0, head_inclination_deg=5.0,
    trunk_inclination_deg=3.0, body_yaw_deg=85.0, scale_px=100.0, side_view=True,
)  # fmt: skip
UPRIGHT_FRONT = Posture(
    head_height_norm=0.6, lateral_tilt_deg=1.0, body_yaw_deg=5.0, scale_px=100.0
)


def side(neck_deg=12.0, trunk_deg=3.0, sigma=SIGMA, yaw_deg=85.0, scale_px=100.0):
    return Posture(
        head_height_norm=0.5, neck_flexion_deg=neck_deg, trunk_inclination_deg=trunk_deg,
        body_yaw_deg=yaw_deg, scale_px=scale_px, side_view=True, sigma=sigma,
    )  # fmt: skip


def front(height_norm=0.6, tilt_deg=1.0, sigma=SIGMA):
    return Posture(
        head_height_norm=height_norm, lateral_tilt_deg=tilt_deg, body_yaw_deg=5.0,
        scale_px=100.0, sigma=sigma,
    )  # fmt: skip


def person(posture, baseline=None, track_id=1, top_px=0.0):
    box = np.array([0, top_px, 100, 900], np.float32)
    return Person(track_id, box, 0.9, posture=posture, baseline=baseline)


def observe(*persons, pose_run=True):
    return Observation(
        "A03", "cam-03", datetime(2026, 11, 2, 9, tzinfo=UTC), View(ViewState.OK),
        np.zeros((4, 2), np.float32), persons, pose_run=pose_run,
    )  # fmt: skip


def judge(posture, baseline=None) -> Verdict:
    verdict = SlouchingRule().judge(observe(person(posture, baseline)))
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("posture", "kind", "reason"),
    [
        (side(), "compliant", "upright"),
        # neck limit 25 over 12: undecided from 37 - 0.674 * 4 = 34.3 up to 37 + 1.282 * 4 = 42.1
        (side(neck_deg=34.2, trunk_deg=None), "compliant", "upright"),
        (side(neck_deg=34.4, trunk_deg=None), "unknown", "within_error"),
        (side(neck_deg=42.1, trunk_deg=None), "unknown", "within_error"),
        (side(neck_deg=42.2, trunk_deg=None), "violation", "neck_mild"),
        (side(neck_deg=61.9, trunk_deg=None), "violation", "neck_mild"),
        (side(neck_deg=62.1, trunk_deg=None), "violation", "neck_severe"),
        # trunk limit 20 over 3
        (side(neck_deg=None, trunk_deg=20.2), "compliant", "upright"),
        (side(neck_deg=None, trunk_deg=20.4), "unknown", "within_error"),
        (side(neck_deg=None, trunk_deg=28.2), "violation", "trunk_mild"),
        (side(neck_deg=None, trunk_deg=43.1), "violation", "trunk_severe"),
        # half of each limit is the limit; the sum errs by hypot(4 / 25, 4 / 20) = 0.256
        (side(neck_deg=21.0, trunk_deg=9.0), "compliant", "upright"),
        (side(neck_deg=24.5, trunk_deg=13.0), "unknown", "within_error"),
        (side(neck_deg=30.0, trunk_deg=16.0), "violation", "trunk_and_neck_mild"),
        (side(neck_deg=40.0, trunk_deg=25.0), "violation", "trunk_and_neck_severe"),
        # leaning back does not accuse
        (side(neck_deg=5.0, trunk_deg=-30.0), "compliant", "upright"),
    ],
)
def test_from_the_side_against_the_baseline(posture, kind, reason):
    verdict = judge(posture, UPRIGHT_SIDE)
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("posture", "kind", "reason"),
    [
        (front(), "compliant", "upright"),
        # head drop limit 0.35 under 0.6: 0.323 is surely kept, 0.4013 surely exceeded
        (front(height_norm=0.28), "compliant", "upright"),
        (front(height_norm=0.27), "unknown", "within_error"),
        (front(height_norm=0.20), "unknown", "within_error"),
        (front(height_norm=0.19), "violation", "head_drop_mild"),
        (front(height_norm=-0.11), "violation", "head_drop_severe"),
        (front(height_norm=0.9), "compliant", "upright"),
        # lateral limit 20 from 1, to either side
        (front(tilt_deg=18.0), "compliant", "upright"),
        (front(tilt_deg=-22.0), "unknown", "within_error"),
        (front(tilt_deg=27.0), "violation", "lateral_mild"),
        (front(tilt_deg=-25.0), "violation", "lateral_mild"),
        (front(height_norm=None, tilt_deg=-45.0), "violation", "lateral_severe"),
        (front(height_norm=None, tilt_deg=None), "unknown", "landmarks_hidden"),
    ],
)
def test_from_the_front_against_the_baseline(posture, kind, reason):
    verdict = judge(posture, UPRIGHT_FRONT)
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("posture", "kind", "reason"),
    [
        # the outer frame, with 15.5 degrees of error: neck 25, trunk 20
        (side(neck_deg=14.5, trunk_deg=None), "compliant", "upright"),
        (side(neck_deg=14.6, trunk_deg=None), "unknown", "no_baseline"),
        (side(neck_deg=44.9, trunk_deg=None), "unknown", "no_baseline"),
        (side(neck_deg=45.0, trunk_deg=None), "violation", "neck_mild"),
        (side(neck_deg=None, trunk_deg=40.0), "violation", "trunk_severe"),
        (side(neck_deg=20.0, trunk_deg=15.0), "unknown", "no_baseline"),
        (front(height_norm=0.0), "unknown", "no_baseline"),
        (side(neck_deg=None, trunk_deg=None), "unknown", "landmarks_hidden"),
    ],
)
def test_without_a_baseline_only_the_outer_frame_decides(posture, kind, reason):
    verdict = judge(posture)
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("posture", "baseline", "reason"),
    [
        (None, UPRIGHT_SIDE, "no_pose"),
        (Posture(), UPRIGHT_SIDE, "landmarks_hidden"),
        (side(neck_deg=80.0, scale_px=23.9), None, "too_small"),
        (side(neck_deg=80.0), UPRIGHT_FRONT, "view_unsuitable"),
        (front(height_norm=0.0), UPRIGHT_SIDE, "view_unsuitable"),
        (side(neck_deg=80.0, yaw_deg=49.0), UPRIGHT_SIDE, "view_unsuitable"),
        (side(neck_deg=80.0, scale_px=58.0), UPRIGHT_SIDE, "view_unsuitable"),
        (side(neck_deg=80.0, scale_px=171.0), UPRIGHT_SIDE, "view_unsuitable"),
    ],
)
def test_what_cannot_be_seen_is_unknown(posture, baseline, reason):
    verdict = judge(posture, baseline)
    assert (verdict.kind, verdict.reason) == ("unknown", reason)


@pytest.mark.parametrize(("yaw_deg", "scale_px", "same"), [
    (85.0, 100.0, True), (51.0, 60.0, True), (49.0, 100.0, False), (85.0, 175.0, False),
])  # fmt: skip
def test_same_view(yaw_deg, scale_px, same):
    assert same_view(side(yaw_deg=yaw_deg, scale_px=scale_px), UPRIGHT_SIDE) is same


BOXED_SIGMA = PostureSigma(box_height_norm=0.1)
BOXED = replace(UPRIGHT_FRONT, shoulder_y_px=400.0, box_height_norm=0.95, sigma=BOXED_SIGMA)


@pytest.mark.parametrize(
    ("posture", "top_px", "kind", "reason"),
    [
        # upright the box ends at 305; hidden, the limit 0.3 is surely exceeded from 0.4282 on
        (None, 305.0, "unknown", "no_pose"),
        (None, 347.0, "unknown", "no_pose"),
        (None, 348.0, "violation", "box_drop_mild"),
        (None, 366.0, "violation", "box_drop_severe"),
        (Posture(), 348.0, "violation", "box_drop_mild"),
        (Posture(), 305.0, "unknown", "landmarks_hidden"),
        (side(), 305.0, "unknown", "view_unsuitable"),
        # with landmarks the limit is 0.4; head 0.6 upright; a lowered chair lowers the box alone
        (front(height_norm=0.6), 357.0, "unknown", "within_error"),
        (front(height_norm=0.6), 358.0, "unknown", "box_contradicts"),
        (front(height_norm=0.51), 358.0, "unknown", "box_contradicts"),
        (front(height_norm=0.49), 358.0, "violation", "box_drop_mild"),
        (front(height_norm=0.49), 345.0, "unknown", "within_error"),
        (front(height_norm=0.49), 338.0, "compliant", "upright"),
        (front(height_norm=0.19), 320.0, "violation", "head_drop_mild"),
    ],
)
def test_the_box_speaks_where_a_bent_head_hides_the_landmarks(posture, top_px, kind, reason):
    verdict = SlouchingRule().judge(observe(person(posture, BOXED, 1, top_px)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(("neck_deg", "reason"), [(12.0, "box_contradicts"), (60.0, "neck_mild")])
def test_a_low_box_and_a_bent_neck_agree_although_the_head_is_as_high_as_ever(neck_deg, reason):
    boxed = replace(UPRIGHT_SIDE, shoulder_y_px=400.0, box_height_norm=0.95, sigma=BOXED_SIGMA)
    as_high = replace(side(neck_deg=neck_deg), head_height_norm=0.55)
    verdict = SlouchingRule().judge(observe(person(as_high, boxed, 1, 360.0)))
    assert verdict.reason == reason


OUTLINE = Posture(box_height_norm=1.0, shoulder_y_px=400.0, scale_px=100.0, sigma=BOXED_SIGMA)


@pytest.mark.parametrize(
    ("posture", "top_px", "kind", "reason"),
    [
        (None, 300.0, "unknown", "no_pose"),
        (None, 360.0, "violation", "box_drop_severe"),
        # the bands alone judge landmarks that there is no reference for
        (side(neck_deg=60.0, trunk_deg=None), 300.0, "violation", "neck_severe"),
        (front(), 300.0, "unknown", "no_baseline"),
        (front(), 400.0, "unknown", "no_baseline"),
    ],
)
def test_a_reference_of_the_box_alone(posture, top_px, kind, reason):
    verdict = SlouchingRule().judge(observe(person(posture, OUTLINE, 1, top_px)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


def test_without_pose_the_rule_abstains():
    assert SlouchingRule().judge(observe(person(side(90.0)), pose_run=False)) is None


def test_nobody_is_unknown():
    assert SlouchingRule().judge(observe()).reason == "nobody"


@pytest.mark.parametrize(
    ("postures", "kind", "track_id"),
    [
        ([side(), side(90.0)], "violation", 2),
        ([side(), None], "unknown", 2),
        ([None, side(90.0)], "violation", 2),
        ([side(), side()], "compliant", 1),
    ],
)
def test_of_several_persons_the_worst_speaks_for_the_window(postures, kind, track_id):
    persons = [person(p, UPRIGHT_SIDE, number) for number, p in enumerate(postures, 1)]
    verdict = SlouchingRule().judge(observe(*persons))
    assert (verdict.kind, verdict.track_id) == (kind, track_id)


def test_a_verdict_carries_value_limit_and_margin():
    verdict = judge(side(neck_deg=52.0, trunk_deg=None), UPRIGHT_SIDE)
    assert verdict.measured == {
        "neck_deviation_deg": 40.0, "sigma_deg": 4.0, "limit": 25.0, "margin": 15.0,
    }  # fmt: skip
    assert verdict.score == pytest.approx(0.8)


def test_the_baseline_s_own_error_counts():
    measured = side(neck_deg=43.0, trunk_deg=None)
    vague = Posture(
        neck_flexion_deg=12.0, body_yaw_deg=85.0, scale_px=100.0, side_view=True, sigma=SIGMA
    )
    assert judge(measured, UPRIGHT_SIDE).kind == "violation"
    assert judge(measured, vague).kind == "unknown"


def test_the_score_grows_with_the_deviation():
    decided = (0, 20, 30, 45, 60, 90)
    scores = [judge(side(neck_deg=n, trunk_deg=None), UPRIGHT_SIDE).score for n in decided]
    assert scores == sorted(scores)
    assert scores[0] == 0.0
    assert scores[-1] == 1.0


def test_without_a_baseline_nothing_is_added_up():
    names = [one.name for one in deviations(side(), None)]
    assert names == ["trunk", "neck"]


@pytest.mark.parametrize(
    ("confidence", "posture", "slouching", "sleeping"),
    [
        (0.39, None, "person_doubtful", "person_doubtful"),
        (0.4, None, "box_drop_severe", "head_down_still"),
        (0.39, Posture(), "box_drop_severe", "head_down_still"),
    ],
)
def test_a_weak_box_without_a_body_in_it_may_be_a_chair(confidence, posture, slouching, sleeping):
    seen = replace(person(posture, BOXED, 1, 400.0), confidence=confidence, changed_share=0.0)
    found = [rule.judge(observe(seen)).reason for rule in (SlouchingRule(), SleepingRule())]
    assert found == [slouching, sleeping]
