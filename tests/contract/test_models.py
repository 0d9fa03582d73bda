"""What every detector and every pose estimator promises, whatever stands behind it."""

import numpy as np
import pytest

from vision.detect.openvino import OpenVinoDetector
from vision.errors import ModelError
from vision.pose.mediapipe import MediaPipePose
from vision.pose.openvino import OpenVinoPose
from vision.registry import Registry
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Label, Pose

SIZES = [(480, 640), (300, 120), (40, 500), (1, 1), (64, 64)]
PICTURES = [
    np.random.default_rng(number).integers(0, 255, (*size, 3), np.uint8)
    for number, size in enumerate(SIZES)
]


def path_of(role):
    registry = Registry.load()
    try:
        return registry.verified(registry.default(role))
    except ModelError as error:
        pytest.skip(str(error))


def scripted_detector():
    return ScriptedDetector(
        lambda image: Detections.of([(Label.PERSON, 0.9, (0, 0, image.shape[1], image.shape[0]))])
    )


def scripted_pose():
    empty = Pose(*(np.zeros(shape, np.float32) for shape in ((33, 2), (33,), (33, 3))))
    return ScriptedPose(lambda image: empty if image.shape[0] > 100 else None)


@pytest.fixture(
    params=[
        pytest.param(scripted_detector, id="scripted"),
        pytest.param(
            lambda: OpenVinoDetector(path_of("detector"), min_confidence=0.001),
            id="openvino",
            marks=pytest.mark.models,
        ),
    ],
    scope="module",
)
def detector(request):
    with request.param() as made:
        yield made


@pytest.fixture(
    params=[
        pytest.param(scripted_pose, id="scripted"),
        pytest.param(
            lambda: MediaPipePose(path_of("pose"), min_confidence=0.01),
            id="mediapipe",
            marks=pytest.mark.models,
        ),
        pytest.param(
            lambda: OpenVinoPose(path_of("pose"), min_confidence=0.01),
            id="openvino",
            marks=pytest.mark.models,
        ),
    ],
    scope="module",
)
def pose(request):
    with request.param() as made:
        yield made


def test_nothing_in_nothing_out(detector, pose):
    assert detector.detect([]) == []
    assert pose.estimate([]) == []


def test_boxes_lie_in_their_picture(detector):
    found = detector.detect(PICTURES)
    assert len(found) == len(PICTURES)
    for boxes, (height, width) in zip(found, SIZES, strict=True):
        assert np.all(boxes.xyxy >= 0)
        assert np.all(boxes.xyxy <= [width, height, width, height])
        assert np.all(boxes.xyxy[:, :2] <= boxes.xyxy[:, 2:])
        assert np.all((boxes.confidence >= 0) & (boxes.confidence <= 1))
        assert set(boxes.label.tolist()) <= set(Label)


def test_boxes_have_the_promised_types(detector):
    [found] = detector.detect(PICTURES[:1])
    assert (found.xyxy.dtype, found.confidence.dtype, found.label.dtype) == (
        np.float32,
        np.float32,
        np.int16,
    )


def test_a_picture_gives_the_same_boxes_alone_and_in_company(detector):
    together = detector.detect(PICTURES)
    alone = [detector.detect([picture])[0] for picture in PICTURES]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.xyxy, other.xyxy)
        np.testing.assert_array_equal(one.confidence, other.confidence)


def test_pictures_stay_as_they_were(detector, pose):
    copies = [picture.copy() for picture in PICTURES]
    detector.detect(PICTURES)
    pose.estimate(PICTURES)
    assert all(map(np.array_equal, copies, PICTURES))


def test_a_slice_of_a_picture_is_as_good_as_a_copy(detector, pose):
    view = PICTURES[0][100:420, 200:400]
    [from_view], [from_copy] = detector.detect([view]), detector.detect([view.copy()])
    np.testing.assert_array_equal(from_view.xyxy, from_copy.xyxy)
    poses = pose.estimate([view, view.copy()])
    assert (poses[0] is None) == (poses[1] is None)


def test_every_crop_has_an_answer(pose):
    found = pose.estimate(PICTURES * 3)
    assert len(found) == 3 * len(PICTURES)
    assert found[3] is None
    shapes = {(each.xy.shape, each.xy.dtype) for each in found if each is not None}
    assert shapes <= {((33, 2), np.dtype(np.float32))}


def test_the_same_crops_give_the_same_answers(pose):
    first, second = pose.estimate(PICTURES), pose.estimate(PICTURES)
    assert [each is None for each in first] == [each is None for each in second]
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(getattr(one, "xy", 0), getattr(other, "xy", 0))


def test_a_fake_answers_in_the_order_of_its_script():
    one = Detections.of([(Label.PHONE, 0.5, (1, 2, 3, 4))])
    detector = ScriptedDetector([one, Detections.empty(), one])
    assert [len(found) for found in detector.detect(PICTURES[:2])] == [1, 0]
    assert [len(found) for found in detector.detect(PICTURES[:2])] == [1, 0]
    assert detector.batches == [2, 2]


def test_a_fake_pose_runs_out_into_nobody():
    pose = ScriptedPose([scripted_pose().estimate([PICTURES[0]])[0]])
    assert [each is None for each in pose.estimate(PICTURES[:3])] == [False, True, True]
    assert pose.batches == [3]


@pytest.mark.models
@pytest.mark.parametrize("make", [MediaPipePose, OpenVinoPose])
def test_what_is_no_bundle_is_named(make, tmp_path):
    (tmp_path / "body.task").write_bytes(b"no zip")
    with pytest.raises(ModelError, match=r"body\.task"):
        make(tmp_path / "body.task")
