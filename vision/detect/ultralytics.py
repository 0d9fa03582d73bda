"""YOLO through Ultralytics, for ``.pt`` and ``.engine`` weights on machines with a GPU."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from vision.detect.calibration import Calibration
from vision.detect.decode import MOST_BOXES, NMS_IOU
from vision.detect.floors import MIN_CONFIDENCE, floors
from vision.errors import MissingExtra, ModelError
from vision.types import CLASSES, Detections, Image, Label


class UltralyticsDetector:
    """A :class:`vision.ports.Detector` over Ultralytics weights.

    Args:
        model_path: A ``.pt`` or ``.engine`` file.
        min_confidence: Lowest (calibrated) confidence to report, for all classes or per class.
        input_px: Side of the network's input.
        device: As torch names it, such as ``cuda:0`` or ``cpu``; None lets Ultralytics choose.
        calibration: What makes confidence the share of right boxes; None leaves it as it is.

    Raises:
        MissingExtra: If Ultralytics is not installed.
        ModelError: If the file cannot be loaded or has other classes.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        min_confidence: float | Mapping[Label, float] = MIN_CONFIDENCE,
        input_px: int = 416,
        device: str | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        if find_spec("ultralytics") is None:
            raise MissingExtra("train", f"the weights {model_path.name}")
        if not model_path.is_file():
            raise ModelError(f"{model_path}: there is no such file")
        self._calibration = calibration or Calibration()
        self._floors = floors(min_confidence)
        self._raw_floors = self._calibration.raw_floors(self._floors)
        self._model: Any = import_module("ultralytics").YOLO(model_path, task="detect")
        names = tuple(self._model.names.values())
        if names != CLASSES:
            raise ModelError(f"{model_path}: expected the classes {CLASSES}, it has {names}")
        self._settings = {
            "conf": float(self._raw_floors.min()),
            "iou": NMS_IOU,
            "max_det": MOST_BOXES,
            "imgsz": input_px,
            "device": device,
            "rect": False,
            "verbose": False,
        }

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """One result per (H, W, 3) uint8 BGR image, boxes in pixels of that image."""
        if not images:
            return []
        results = self._model.predict(list(images), **self._settings)
        return [self._detections(result.boxes) for result in results]

    def _detections(self, boxes: Any) -> Detections:
        found = Detections(
            boxes.xyxy.cpu().numpy().astype(np.float32),
            boxes.conf.cpu().numpy().astype(np.float32),
            boxes.cls.cpu().numpy().astype(np.int16),
        )
        strong = found.where(found.confidence >= self._raw_floors[found.label])
        return self._calibration.apply(strong, self._floors)
