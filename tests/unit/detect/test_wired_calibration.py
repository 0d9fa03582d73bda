"""What the registry says of confidence reaches the detector that serves."""

import numpy as np
import pytest

from vision.registry import CalibrationRow, Model, Registry
from vision.types import Label
from vision.wiring import OTHER_DETECTOR, open_models


class Opened:
    """Stands for both models and keeps what it was opened with."""

    def __init__(self, path, **settings):
        self.path, self.settings = path, settings

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.fixture
def registry(monkeypatch):
    shipped = Registry.load()
    rows = {"phone": CalibrationRow(a=2, b=2, c=0)}
    detector = shipped.default("detector").model_copy(update={"calibration": rows})
    others = [model for model in shipped.models if model.role != "detector"]
    made = Registry((detector, *others), shipped.folders)
    monkeypatch.setattr(Registry, "load", classmethod(lambda _: made))
    monkeypatch.setattr(Registry, "verified", lambda _, model: f"{model.name}.file")
    monkeypatch.setattr(Registry, "sha256", lambda _, model: model.name)
    monkeypatch.setattr("vision.wiring.sha256_of", lambda _: "other")
    monkeypatch.setattr("vision.detect.openvino.OpenVinoDetector", Opened)
    monkeypatch.setattr("vision.detect.ultralytics.UltralyticsDetector", Opened)
    monkeypatch.setattr("vision.pose.mediapipe.MediaPipePose", Opened)
    return detector


@pytest.mark.parametrize("other", ["", "borrowed.xml", "borrowed.pt"])
def test_every_adapter_gets_the_registered_calibration(registry: Model, monkeypatch, other):
    monkeypatch.setenv(OTHER_DETECTOR, other)
    with open_models(0.3) as models:
        settings = models.detector.settings
    phones = np.full(1, Label.PHONE, np.int16)
    assert settings["calibration"].calibrated(np.array([0.75]), phones)[0] == pytest.approx(0.9)
    assert (settings["min_confidence"], settings["input_px"]) == (0.3, registry.input_px)
