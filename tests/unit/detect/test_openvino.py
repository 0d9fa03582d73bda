"""The adapter over a network made here, whose answer depends on the picture in a known way."""

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from vision.detect.calibration import Calibration
from vision.detect.openvino import OpenVinoDetector
from vision.errors import ModelError
from vision.registry import CalibrationRow
from vision.types import Label

SIDE_PX = 64


def save_network(path, classes=9):
    """Says one box over the middle half of the sheet; its phone confidence is the mean red."""
    picture = ops.parameter([-1, 3, -1, -1], np.float32, name="images")
    red = ops.gather(picture, np.array([0]), np.array(1))
    mean = ops.reduce_mean(red, np.array([1, 2, 3]), keep_dims=False)
    score = ops.reshape(mean, np.array([-1, 1, 1]), special_zero=False)
    size = ops.convert(ops.shape_of(picture), "f32")
    halves = ops.multiply(ops.gather(size, np.array([3, 2, 3, 2]), np.array(0)), np.float32(0.5))
    box = ops.reshape(halves, np.array([1, 4, 1]), special_zero=False)
    before = ops.constant(np.zeros((1, Label.PHONE, 1), np.float32))
    after = ops.constant(np.zeros((1, classes - Label.PHONE - 1, 1), np.float32))
    output = ops.concat([box, before, score, after], axis=1)
    ov.save_model(ov.Model([output], [picture], "fake"), path)
    return path


@pytest.fixture
def detector(tmp_path):
    path = save_network(tmp_path / "fake.xml")
    with OpenVinoDetector(path, input_px=SIDE_PX, cache_dir=tmp_path / "cache") as made:
        yield made


def picture(height, width, red):
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 2] = red
    return image


def test_boxes_come_back_in_pixels_of_their_own_picture_and_in_order(detector):
    images = [picture(64, 64, 255), picture(128, 128, 128), picture(640, 640, 64)]
    found = detector.detect(images)
    assert [box.xyxy.tolist() for box in found] == [
        [[16, 16, 48, 48]],
        [[32, 32, 96, 96]],
        [[160, 160, 480, 480]],
    ]
    assert [float(box.confidence[0]) for box in found] == pytest.approx(
        [1.0, 128 / 255, 64 / 255], abs=0.01
    )
    assert [box.label.tolist() for box in found] == [[Label.PHONE]] * 3


def test_a_wide_picture_is_letterboxed_and_its_box_clipped(detector):
    [found] = detector.detect([picture(32, 128, 255)])
    assert found.xyxy.tolist() == [[32, 0, 96, 32]]


def test_a_tall_picture_gets_a_narrow_sheet_and_its_box_comes_back(tmp_path):
    path = save_network(tmp_path / "fake.xml")
    with OpenVinoDetector(path, input_px=256, cache_dir=tmp_path) as detector:
        tall, square = detector.detect([picture(512, 320, 255), picture(256, 256, 255)])
    assert tall.xyxy.tolist() == [
        [64, 128, 256, 384]
    ]  # the sheet is 192 wide, 16 of it margin on each side
    assert square.xyxy.tolist() == [[64, 64, 192, 192]]


def test_only_a_picture_laid_out_for_the_network_is_looked_at_with_its_whole_input(tmp_path):
    path = save_network(tmp_path / "fake.xml")
    with OpenVinoDetector(
        path, input_px=256, look_px=(192, 128), cache_dir=tmp_path / "cache"
    ) as detector:
        sides = [256, 100, 143, 144, 512]
        found = detector.detect([picture(side, side, 255) for side in sides])
        assert [box.xyxy[0].tolist() for box in found] == [
            [side / 4, side / 4, 3 * side / 4, 3 * side / 4] for side in sides
        ]
        assert sorted(detector._queues) == [(128, 128), (192, 192), (256, 256)]


def test_more_pictures_than_requests_are_all_answered(detector):
    reds = list(range(60, 250, 5))
    found = detector.detect([picture(64, 64, red) for red in reds])
    assert [float(box.confidence[0]) for box in found] == pytest.approx(
        [red / 255 for red in reds], abs=0.01
    )


def test_no_pictures_give_no_answers(detector):
    assert detector.detect([]) == []


def test_what_is_below_the_floor_is_not_reported(tmp_path):
    path = save_network(tmp_path / "fake.xml")
    with OpenVinoDetector(
        path, input_px=SIDE_PX, min_confidence={Label.PHONE: 0.5}, cache_dir=tmp_path, threads=1
    ) as detector:
        found = detector.detect([picture(64, 64, 100), picture(64, 64, 200)])
    assert [len(boxes) for boxes in found] == [0, 1]


def test_confidence_is_calibrated_and_the_floor_is_of_the_calibrated_one(tmp_path):
    path = save_network(tmp_path / "fake.xml")
    tripled = Calibration.of({"phone": CalibrationRow(a=1, b=1, c=np.log(3))})  # odds times three
    with OpenVinoDetector(
        path, input_px=SIDE_PX, min_confidence=0.5, cache_dir=tmp_path, calibration=tripled
    ) as detector:
        found = detector.detect([picture(64, 64, red) for red in (51, 102, 204)])
    assert [boxes.confidence.tolist() for boxes in found] == [
        [],
        pytest.approx([2 / 3], abs=0.01),
        pytest.approx([12 / 13], abs=0.01),
    ]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"none\.xml"):
        OpenVinoDetector(tmp_path / "none.xml", cache_dir=tmp_path)


def test_a_network_of_other_classes_is_refused(tmp_path):
    path = save_network(tmp_path / "coco.xml", classes=80)
    with pytest.raises(ModelError, match=r"coco\.xml: expected 9 classes"):
        OpenVinoDetector(path, input_px=SIDE_PX, cache_dir=tmp_path)


@pytest.mark.parametrize("f32", [True, False])
def test_the_number_format_is_the_processors_own_unless_32_bits_are_asked_for(tmp_path, f32):
    own = ov.Core().get_property("CPU", "INFERENCE_PRECISION_HINT")
    with OpenVinoDetector(save_network(tmp_path / "fake.xml"), input_px=SIDE_PX, f32=f32) as made:
        [queue] = made._queues.values()
        taken = queue[0].get_compiled_model().get_property("INFERENCE_PRECISION_HINT")
    assert taken == (ov.Type.f32 if f32 else own)
