"""YOLO through OpenVINO on the CPU, all pictures of a call in flight together."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino.preprocess import ColorFormat, PrePostProcessor

from vision.detect.calibration import Calibration
from vision.detect.decode import class_count, decode
from vision.detect.floors import MIN_CONFIDENCE, floors
from vision.detect.letterbox import Letterbox, look_side
from vision.errors import ModelError
from vision.registry import compile_settings
from vision.types import CLASSES, Detections, Image, Label


class OpenVinoDetector(AbstractContextManager["OpenVinoDetector"]):
    """A :class:`vision.ports.Detector` over an OpenVINO IR.

    The pictures of a call go through queues of as many requests as OpenVINO finds best for the
    machine, so memory does not grow with their number. There is a queue for each size of sheet
    that was met (see :class:`Letterbox`). Both YOLO heads are understood.

    Args:
        model_path: The ``.xml`` file; its ``.bin`` lies beside it.
        min_confidence: Lowest (calibrated) confidence to report, for all classes or per class.
            Keep it low: rules apply their own thresholds.
        input_px: Longer side of the sheet that the network is to see, a multiple of 32. A picture
            whose longer side is just that was laid out for it, and is never scaled.
        look_px: Of all other pictures, instead: the sides to choose from by their size (see
            :func:`look_side`); none leaves it at ``input_px``.
        cache_dir: Where the compiled network is kept between starts; the user's cache by default.
        threads: Inference threads; None leaves it to OpenVINO.
        f32: Calculate in 32 bits even where the processor has bfloat16, which OpenVINO else takes:
            as all processors without it do.
        calibration: What makes confidence the share of right boxes; None leaves it as it is.

    Raises:
        ModelError: If the file cannot be loaded or is no detector of the product's classes.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        min_confidence: float | Mapping[Label, float] = MIN_CONFIDENCE,
        input_px: int = 416,
        look_px: Sequence[int] = (),
        cache_dir: Path | None = None,
        threads: int | None = None,
        f32: bool = False,
        calibration: Calibration | None = None,
    ) -> None:
        self._calibration = calibration or Calibration()
        self._floors = floors(min_confidence)
        self._raw_floors = self._calibration.raw_floors(self._floors)
        self._side_px = input_px
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "ENABLE_CPU_PINNING": False,  # threads that decode would wait for a busy core
            **compile_settings(cache_dir),
        }
        if f32:
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        if threads is not None:
            settings["INFERENCE_NUM_THREADS"] = threads
        try:
            self._core = ov.Core()
            self._model = self._core.read_model(model_path)
        except RuntimeError as error:
            raise ModelError(f"{model_path}: OpenVINO cannot load it: {error}") from error
        self._path, self._settings = model_path, settings
        self._look_px = tuple(sorted(look_px)) or (input_px,)
        self._opening = Lock()
        self._queues: dict[tuple[int, int], Any] = {}
        self._queue((input_px, input_px))  # a file that is no detector is found out now

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """One result per (H, W, 3) uint8 BGR image, boxes in pixels of that image."""
        fits = [self._fit(image) for image in images]
        outputs: dict[int, NDArray[np.float32]] = {}
        queues = [self._queue(fit.sheet_px) for fit in fits]
        for number, (image, fit, queue) in enumerate(zip(images, fits, queues, strict=True)):
            queue.start_async(fit.draw(image)[None], userdata=(outputs, number))
        for queue in queues:
            queue.wait_all()
        return [self._placed(outputs[number], fit) for number, fit in enumerate(fits)]

    def _fit(self, image: Image) -> Letterbox:
        height, width = image.shape[:2]
        longest = max(width, height)
        side = longest if longest == self._side_px else look_side(longest, self._look_px)
        return Letterbox.fit(width, height, side)

    def _queue(self, sheet_px: tuple[int, int]) -> Any:
        """The queue for sheets of that width and height, opened when it is first needed."""
        with self._opening:
            if sheet_px not in self._queues:
                self._queues[sheet_px] = self._opened(sheet_px)
            return self._queues[sheet_px]

    def _opened(self, sheet_px: tuple[int, int]) -> Any:
        try:
            network = _taking(self._model.clone(), self._path, sheet_px)
            queue = ov.AsyncInferQueue(self._core.compile_model(network, "CPU", self._settings))
        except RuntimeError as error:
            raise ModelError(f"{self._path}: OpenVINO cannot load it: {error}") from error
        queue.set_callback(_keep_output)
        return queue

    def _placed(self, output: NDArray[np.float32], fit: Letterbox) -> Detections:
        found = self._calibration.apply(decode(output, self._raw_floors), self._floors)
        return Detections(fit.undo(found.xyxy), found.confidence, found.label)

    def close(self) -> None:
        """Wait for what is in flight; memory is freed with the object."""
        for queue in self._queues.values():
            queue.wait_all()

    def __exit__(self, *_: object) -> None:
        self.close()


def _keep_output(request: Any, place: tuple[dict[int, NDArray[np.float32]], int]) -> None:
    outputs, number = place
    outputs[number] = request.get_output_tensor(0).data[0].copy()


def _taking(network: Any, model_path: Path, sheet_px: tuple[int, int]) -> Any:
    """The network, taking one (1, H, W, 3) uint8 BGR picture."""
    network.reshape([1, 3, sheet_px[1], sheet_px[0]])
    out = tuple(network.output(0).shape)
    if len(out) != 3 or class_count(out) != len(CLASSES):
        raise ModelError(f"{model_path}: expected {len(CLASSES)} classes, its output is {out}")
    return _taking_pictures(network)


def _taking_pictures(network: Any) -> Any:
    """Let the network convert bytes, order of channels and layout itself."""
    steps = PrePostProcessor(network)
    taken = steps.input()
    taken.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    taken.tensor().set_color_format(ColorFormat.BGR)
    taken.model().set_layout(ov.Layout("NCHW"))
    taken.preprocess().convert_element_type(ov.Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
    return steps.build()
