import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.bodies import Body
from tests.shared import DATA
from vision.errors import ModelError, UnreadableSource
from vision.evaluation.posture import ASSUMPTIONS, CALIBRATION_PICTURES, evaluate_posture
from vision.evaluation.posture_fits import FITS, fitted_answers
from vision.evaluation.posture_keypoints import check_keypoints
from vision.evaluation.posture_pictures import LabelledPosture, read_pictures
from vision.posture import posture_of
from vision.registry import Registry
from vision.testing.models import ScriptedPose
from vision.types import VerdictKind

POSTURE = DATA / "posture"
FAR = (-1e6, -1e6, 1e6, 1e6)
UPRIGHT = Body(neck_deg=12, trunk_deg=2, px_per_m=150, middle_px=(150, 180))
SLUMPED = Body(neck_deg=60, trunk_deg=40, px_per_m=150, middle_px=(150, 180))


def make_folder(folder: Path, sittings: int, of_each: int, bodies: dict[str, Body]) -> list[Body]:
    """Pictures of every label per sitting, upright ones first; their bodies in reading order."""
    index, order = {}, []
    for sitting in range(sittings):
        for second, label in enumerate(("good",) * of_each + ("bad",) * of_each):
            name = f"image_2024100{sitting}_1000{second:02d}_jpg"
            index[name] = {"label": label, "sitting": f"2024100{sitting}"}
            order.append(bodies[label])
            (folder / label).mkdir(exist_ok=True)
            cv2.imwrite(str(folder / label / f"{name}.jpg"), np.zeros((240, 240, 3), np.uint8))
    (folder / "keypoints.json").write_text(json.dumps(index))
    return order


@pytest.fixture
def easy(tmp_path):
    bodies = make_folder(tmp_path, 2, 14, {"good": UPRIGHT, "bad": SLUMPED})
    return tmp_path, ScriptedPose([body.pose() for body in bodies])


def test_the_squash_is_undone_before_measuring(easy):
    folder, _ = easy
    shapes = []
    read_pictures(folder, ScriptedPose(lambda image: shapes.append(image.shape)))
    assert set(shapes) == {(240, 320, 3)}


def test_pictures_come_by_sitting_and_time(easy):
    pictures = read_pictures(*easy)
    order = [(picture.sitting, picture.taken) for picture in pictures]
    assert order == sorted(order)
    assert [picture.bad for picture in pictures[:28]] == [False] * 14 + [True] * 14


def test_obvious_slouching_is_found_under_every_assumption_that_has_a_reference(easy):
    report = evaluate_posture(*easy)
    assert report.pictures == 56
    assert set(report.protocols) == set(ASSUMPTIONS)
    results = [report.protocols[name].shipped for name in ("calibrated", "surveyed")]
    assert [(r.f1, r.unknown_share) for r in results] == [(1.0, 0.0)] * 2


def test_calibration_pictures_are_not_scored(easy):
    calibrated = evaluate_posture(*easy).protocols["calibrated"].shipped
    assert calibrated.rejections == 2 * (14 - CALIBRATION_PICTURES)
    assert calibrated.hits == 28


def test_a_running_reference_is_learnt_from_what_came_before(easy):
    running = evaluate_posture(*easy).protocols["running"].shipped
    assert (running.unknown_good, running.rejections, running.hits) == (0, 28, 28)


def test_nobody_found_is_unknown_under_every_assumption(easy):
    folder, _ = easy
    report = evaluate_posture(folder, ScriptedPose())
    assert {
        name: one.shipped.unknown_share for name, one in report.protocols.items()
    } == dict.fromkeys(ASSUMPTIONS, 1.0)


def test_more_doubt_never_answers_more(easy):
    curve = evaluate_posture(*easy).protocols["surveyed"].curve
    shares = [point.unknown_share for point in curve]
    assert shares == sorted(shares)


def test_the_report_is_plain_json(easy):
    written = json.loads(json.dumps(evaluate_posture(*easy).as_json()))
    assert written["protocols"]["calibrated"]["shipped"]["f1"] == 1.0


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(UnreadableSource, match=r"keypoints\.json"):
        read_pictures(tmp_path, ScriptedPose())
    (tmp_path / "keypoints.json").write_text('{"one": {"label": "bad", "sitting": "1"}}')
    with pytest.raises(UnreadableSource, match=r"one\.jpg"):
        read_pictures(tmp_path, ScriptedPose())


def labelled(sitting: str, neck_deg: float, bad: bool) -> LabelledPosture:
    posture = posture_of(Body(neck_deg=neck_deg).pose(), FAR)
    return LabelledPosture(f"{sitting}{neck_deg}", sitting, "", bad, posture)


def test_fitted_limits_come_from_the_other_sittings():
    # Each sitting alone would be told apart at 30 or at 60; fitted on the other it cannot.
    low = [labelled("a", 20, False), labelled("a", 40, True)]
    high = [labelled("b", 50, False), labelled("b", 69, True)]
    answers = fitted_answers(low + high, FITS["two_lines"])
    V, C = VerdictKind.VIOLATION, VerdictKind.COMPLIANT  # noqa: N806
    assert answers == [(False, C), (True, C), (False, V), (True, V)]
    by_median = fitted_answers(low + high, FITS["deviation_from_own_upright_median"])
    assert by_median == [(False, C), (True, V), (False, C), (True, V)]


KEYPOINT_HEADER = (
    "nose_x,nose_y,left_shoulder_x,left_shoulder_y,right_shoulder_x,right_shoulder_y,"
    "left_hip_x,left_hip_y,right_hip_x,right_hip_y,class"
)


def keypoint_row(nose_y: float, shoulder_x: float, kind: str) -> str:
    return f"0.5,{nose_y},{shoulder_x},0.4,{shoulder_x},0.4,0.5,0.8,0.5,0.8,{kind}"


def test_keypoints_are_ranked(tmp_path):
    path = tmp_path / "rows.csv"
    rows = [
        keypoint_row(0.20, 0.50, "proper"),
        keypoint_row(0.30, 0.52, "proper"),
        keypoint_row(0.25, 0.60, "slouching"),
        keypoint_row(0.38, 0.45, "slouching"),
        keypoint_row(0.25, 0.50, "crossed_legs"),
        keypoint_row(0.20, 0.70, "reclining"),
    ]
    path.write_text("\n".join([KEYPOINT_HEADER, *rows]))
    check = check_keypoints(path)
    assert check.rows == 6
    assert check.slouching_by_head_height == 0.75
    assert check.slouching_by_trunk_lean == 1.0
    assert check.crossed_legs_by_head_height == 0.5


@pytest.mark.parametrize("text", [None, "nose_x,class\n1,proper", "class\nproper"])
def test_keypoints_that_cannot_be_read_are_named(tmp_path, text):
    path = tmp_path / "rows.csv"
    path.write_text(text or "")
    target = path if text else tmp_path / "none.csv"
    with pytest.raises(UnreadableSource, match="expected rows of landmarks"):
        check_keypoints(target)


@pytest.mark.shared
@pytest.mark.models
@pytest.mark.skipif(not POSTURE.is_dir(), reason="the shared posture pictures are not here")
def test_the_rule_reaches_its_target_on_real_pictures():
    from vision.pose.mediapipe import MediaPipePose

    registry = Registry.load()
    try:
        model = registry.verified(registry.default("pose"))
    except ModelError as error:
        pytest.skip(f"no pose model: {error}")
    with MediaPipePose(model, pool_size=1) as estimator:
        report = evaluate_posture(POSTURE, estimator)
    result = report.protocols["calibrated"].shipped
    assert result.f1 >= 0.90
    assert result.unknown_share <= 0.10
    assert result.f1 > max(fit.f1 for fit in report.fitted.values())
