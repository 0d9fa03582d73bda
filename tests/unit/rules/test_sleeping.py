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
BOXED = replace(UPRIGHT, box_height_norm=0.95, sigma=PostureSigma(box_height_norm=0.03))
UPRIGHT_SIDE = Posture(
    neck_flexion_deg=12.0, trunk_inclination_deg=-4.0, body_yaw_deg=85.0, shoulder_y_px=400.0,
    scale_px=100.0, side_view=True,
)  # fmt: skip
OUTLINE = Posture(
    box_height_norm=1.0, shoulder_y_px=400.0, scale_px=100.0,
    sigma=PostureSigma(box_height_norm=0.1),
)  # fmt: skip
RESTING, MOVING = 0.005, 0.08


def head(height_norm=0.55, head_deg=5.0, scale_px=100.0):
    return Posture(
        head_height_norm=height_norm, head_inclination_deg=head_deg, body_yaw_deg=5.0,
        scale_px=scale_px, sigma=SIGMA,
    )  # fmt: skip


def side(neck_deg, trunk_deg=-4.0):
    return Posture(
        neck_flexion_deg=neck_deg, trunk_inclination_deg=trunk_deg, body_yaw_deg=85.0,
        scale_px=100.0, side_view=True, sigma=SIGMA,
    )  # fmt: skip


def person(posture, baseline=UPRIGHT, changed=RESTING, top_px=305.0):
    box = np.array([400, top_px, 600, 900], np.float32)
    return Person(1, box, 0.9, posture=posture, baseline=baseline, changed_share=changed)


def judge(*persons, pose_run=True):
    observation = Observation(
        "A03", "cam-03", datetime(2026, 11, 2, 9, tzinfo=UTC), View(ViewState.OK),
        np.zeros((4, 2), np.float32), persons, pose_run=pose_run,
    )  # fmt: skip
    return SleepingRule().judge(observation)


@pytest.mark.parametrize(
    ("height_norm", "kind", "reason"),
    [
        (0.55, "compliant", "head_up"),
        (0.41, "compliant", "head_up"),
        # lowered by 0.15, beyond doubt from 0.15 + 1.282 * 0.04 = 0.2013
        (0.39, "unknown", "within_error"),
        (0.35, "unknown", "within_error"),
        (0.34, "violation", "head_down_still"),
        (-0.4, "violation", "head_down_still"),
        (None, "compliant", "head_up"),
    ],
)
def test_head_lowered(height_norm, kind, reason):
    verdict = judge(person(head(height_norm)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("head_deg", "kind", "reason"),
    [
        (25.0, "compliant", "head_up"),
        # limit 20 over 5, beyond doubt from 25 + 1.282 * 6 = 32.7
        (26.0, "unknown", "within_error"),
        (32.6, "unknown", "within_error"),
        (32.8, "violation", "head_hung_still"),
    ],
)
def test_head_hung(head_deg, kind, reason):
    verdict = judge(person(head(head_deg=head_deg)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("neck_deg", "trunk_deg", "kind"),
    [
        (12.0, -4.0, "compliant"),
        # slid down in the chair: the trunk back, the chin on the chest
        (27.0, -15.0, "violation"),
        # 15 and 1.282 * hypot(4, 4) = 7.25 more than upright
        (34.2, -4.0, "unknown"),
        (34.3, -4.0, "violation"),
        (50.0, 30.0, "violation"),
        (27.0, None, "compliant"),
    ],
)
def test_chin_on_the_chest_from_the_side(neck_deg, trunk_deg, kind):
    assert judge(person(side(neck_deg, trunk_deg), UPRIGHT_SIDE)).kind == kind


@pytest.mark.parametrize(
    ("neck_deg", "kind"),
    # 40, and 1.282 * hypot(4, 8) = 11.5 more
    [(40.0, "compliant"), (51.4, "unknown"), (51.5, "violation")],
)
def test_a_head_on_the_desk_needs_no_reference_from_the_side(neck_deg, kind):
    assert judge(person(side(neck_deg), None)).kind == kind


@pytest.mark.parametrize(
    ("baseline", "top_px", "kind", "reason"),
    [
        (BOXED, 305.0, "unknown", "no_pose"),
        # 0.06, beyond doubt from 0.06 + 1.282 * 0.03 = 0.0985 under 305
        (BOXED, 314.0, "unknown", "no_pose"),
        (BOXED, 315.0, "violation", "head_down_still"),
        # the box alone is known: from 0.06 + 1.282 * 0.1 = 0.1882 under 300
        (OUTLINE, 318.0, "unknown", "no_pose"),
        (OUTLINE, 319.0, "violation", "head_down_still"),
        (UPRIGHT, 500.0, "unknown", "no_pose"),
        (None, 500.0, "unknown", "no_pose"),
    ],
)
def test_without_a_pose_the_box_speaks(baseline, top_px, kind, reason):
    verdict = judge(person(None, baseline, top_px=top_px))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("changed", "kind", "reason"),
    [
        (0.0, "violation", "head_down_still"),
        (0.02, "violation", "head_down_still"),
        (0.021, "compliant", "moving"),
        (1.0, "compliant", "moving"),
        (None, "unknown", "stillness_unknown"),
    ],
)
@pytest.mark.parametrize("posture", [head(0.0), None], ids=["landmarks", "box alone"])
def test_whoever_moves_is_awake(posture, changed, kind, reason):
    verdict = judge(person(posture, BOXED, changed, top_px=345.0))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("posture", "top_px", "score"), [(head(0.0), 345.0, 0.3), (head(), 305.0, 0.0)]
)
def test_moving_weighs_more_with_the_head_down(posture, top_px, score):
    assert judge(person(posture, BOXED, MOVING, top_px)).score == score


def test_whoever_moves_is_awake_though_nothing_else_is_seen():
    assert judge(person(None, None, MOVING)).kind == "compliant"


def test_landmarks_of_another_size_are_not_believed():
    verdict = judge(person(head(-0.5, scale_px=30.0)))
    assert (verdict.kind, verdict.reason) == ("unknown", "landmarks_hidden")


@pytest.mark.parametrize(
    ("posture", "baseline", "reason"),
    [
        (None, None, "no_pose"),
        (Posture(), UPRIGHT, "landmarks_hidden"),
        (head(None, None), UPRIGHT, "landmarks_hidden"),
        (head(-0.4, 80.0), None, "landmarks_hidden"),
        (head(-0.5, scale_px=20.0), None, "too_small"),
    ],
)
def test_what_cannot_be_seen_is_unknown(posture, baseline, reason):
    verdict = judge(person(posture, baseline))
    assert (verdict.kind, verdict.reason) == ("unknown", reason)


def test_without_pose_the_rule_abstains_and_nobody_is_unknown():
    assert judge(person(head(-0.5)), pose_run=False) is None
    assert judge().reason == "nobody"


def test_a_sleeper_beside_a_colleague_is_a_violation():
    assert judge(person(head(), changed=MOVING), person(head(-0.5))).kind == "violation"


def test_a_verdict_carries_value_limit_margin_and_rest():
    verdict = judge(person(head(0.2)))
    assert verdict.measured == {
        "head_drop_norm": 0.35, "limit": 0.15, "margin": 0.2, "changed_share": 0.005,
    }  # fmt: skip
    assert verdict.score == pytest.approx(1.0)


@pytest.mark.parametrize(("height_norm", "score"), [(0.32, 0.8), (0.24, 1.0), (-0.4, 1.0)])
def test_the_score_grows_with_the_sureness(height_norm, score):
    assert judge(person(head(height_norm))).score == pytest.approx(score)
