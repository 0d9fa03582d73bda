"""The adapter over a stand-in for the package, which is no part of the core suite."""

import sys

import numpy as np
import pytest

from vision.detect.calibration import Calibration
from vision.detect.ultralytics import UltralyticsDetector
from vision.errors import MissingExtra, ModelError
from vision.registry import CalibrationRow
from vision.types import CLASSES, Label

STAND_IN = """
import numpy as np

class Tensor:
    def __init__(self, values): self.values = np.array(values)
    def cpu(self): return self
    def numpy(self): return self.values

class Boxes:
    xyxy = Tensor([[1, 2, 3, 4], [5, 6, 7, 8]])
    conf = Tensor([0.9, 0.2])
    cls = Tensor([1.0, 2.0])

class Result:
    boxes = Boxes()

class YOLO:
    def __init__(self, path, task):
        self.names = dict(enumerate(path.read_text().split()))
    def predict(self, images, **settings):
        YOLO.settings = settings
        return [Result() for _ in images]
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "ultralytics.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ultralytics", raising=False)
    yield
    sys.modules.pop("ultralytics", None)


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "hall.pt"
    path.write_text(" ".join(CLASSES))
    return path


@pytest.mark.usefixtures("package")
def test_results_become_detections_and_floors_apply_per_class(weights):
    detector = UltralyticsDetector(weights, min_confidence={Label.CIGARETTE: 0.3}, device="cpu")
    image = np.zeros((10, 10, 3), np.uint8)
    found = detector.detect([image, image])
    assert [boxes.xyxy.tolist() for boxes in found] == [[[1, 2, 3, 4]]] * 2
    assert found[0].label.tolist() == [Label.PHONE]
    assert (found[0].xyxy.dtype, found[0].label.dtype) == (np.float32, np.int16)


@pytest.mark.usefixtures("package")
def test_the_lowest_floor_and_the_size_reach_the_package(weights):
    detector = UltralyticsDetector(weights, min_confidence=0.07, input_px=320)
    detector.detect([np.zeros((10, 10, 3), np.uint8)])
    settings = sys.modules["ultralytics"].YOLO.settings
    assert settings["conf"] == pytest.approx(0.07)
    assert settings["imgsz"] == 320


@pytest.mark.usefixtures("package")
def test_confidence_is_calibrated_and_the_package_is_asked_for_enough(weights):
    tripled = Calibration.of({"cigarette": CalibrationRow(a=1, b=1, c=np.log(3))})
    detector = UltralyticsDetector(weights, min_confidence=0.3, calibration=tripled)
    [found] = detector.detect([np.zeros((10, 10, 3), np.uint8)])
    assert found.label.tolist() == [Label.PHONE, Label.CIGARETTE]
    assert found.confidence.tolist() == pytest.approx([0.9, 3 / 7])
    assert sys.modules["ultralytics"].YOLO.settings["conf"] == pytest.approx(1 / 8, abs=1e-5)


@pytest.mark.usefixtures("package")
def test_no_pictures_give_no_answers(weights):
    assert UltralyticsDetector(weights).detect([]) == []


@pytest.mark.usefixtures("package")
def test_other_classes_are_refused(tmp_path):
    path = tmp_path / "coco.pt"
    path.write_text("person bicycle car")
    with pytest.raises(ModelError, match=r"coco\.pt: expected the classes"):
        UltralyticsDetector(path)


@pytest.mark.usefixtures("package")
def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"none\.pt: there is no such file"):
        UltralyticsDetector(tmp_path / "none.pt")


def test_without_the_package_the_extra_is_named(monkeypatch, weights):
    monkeypatch.setattr("vision.detect.ultralytics.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"hall\.pt needs the 'train' extra"):
        UltralyticsDetector(weights)
