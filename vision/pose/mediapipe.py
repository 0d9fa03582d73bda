"""MediaPipe Tasks ``PoseLandmarker`` in image mode, from a small pool."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import cv2
import numpy as np
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode
from mediapipe.tasks.python.vision.core.image import Image as MediaPipeImage
from mediapipe.tasks.python.vision.core.image import ImageFormat

from vision.errors import ModelError
from vision.pose.quiet import quiet_stderr
from vision.types import Image, Pose

SMALLEST_SIDE_PX = 2


class MediaPipePose(AbstractContextManager["MediaPipePose"]):
    """A :class:`vision.ports.PoseEstimator` over a pool of landmarkers.

    One landmarker takes about 80 MB and four threads; two of them keep two cores busy. The pool
    runs the crops of one call in parallel and answers in their order. Image mode keeps no state,
    so crops of different persons and cameras may follow each other.

    Args:
        model_path: A ``.task`` bundle.
        pool_size: Number of landmarkers, at least 1.
        min_confidence: Floor in [0, 1] for the detection and for the presence of a person.

    Raises:
        ModelError: If the bundle cannot be loaded.
    """

    def __init__(
        self, model_path: Path, *, pool_size: int = 2, min_confidence: float = 0.5
    ) -> None:
        if pool_size < 1:
            raise ValueError(f"pool_size must be at least 1, got {pool_size}")
        self._idle: SimpleQueue[PoseLandmarker] = SimpleQueue()
        self._landmarkers: list[PoseLandmarker] = []
        with quiet_stderr():
            _make(model_path, min_confidence=0.0).close()
            for _ in range(pool_size):
                landmarker = _make(model_path, min_confidence)
                self._landmarkers.append(landmarker)
                self._idle.put(landmarker)
        self._workers = ThreadPoolExecutor(pool_size, thread_name_prefix="pose")

    def estimate(self, images: Sequence[Image]) -> list[Pose | None]:
        """One result per (H, W, 3) uint8 BGR crop, in pixels of that crop; None for nobody."""
        return list(self._workers.map(self._estimate_one, images))

    def _estimate_one(self, image: Image) -> Pose | None:
        if min(image.shape[:2]) < SMALLEST_SIDE_PX:
            return None
        landmarker = self._idle.get()
        try:
            result = landmarker.detect(
                MediaPipeImage(ImageFormat.SRGB, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
            )
        finally:
            self._idle.put(landmarker)
        if not result.pose_landmarks:
            return None
        return _pose(result.pose_landmarks[0], result.pose_world_landmarks[0], image)

    def close(self) -> None:
        """Give the landmarkers back; the estimator cannot be used afterwards."""
        self._workers.shutdown()
        with quiet_stderr():
            for landmarker in self._landmarkers:
                landmarker.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def _make(model_path: Path, min_confidence: float) -> PoseLandmarker:
    """A landmarker that ran once: with confidence 0 it sees somebody and says all it has to say."""
    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path)),
        running_mode=RunningMode.IMAGE,
        min_pose_detection_confidence=min_confidence,
        min_pose_presence_confidence=min_confidence,
    )
    try:
        landmarker = PoseLandmarker.create_from_options(options)
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"{model_path}: MediaPipe cannot load it: {error}") from error
    landmarker.detect(MediaPipeImage(ImageFormat.SRGB, np.zeros((64, 64, 3), np.uint8)))
    return landmarker


def _pose(landmarks: Sequence[Any], world: Sequence[Any], image: Image) -> Pose:
    height, width = image.shape[:2]
    xy = np.array([(point.x, point.y) for point in landmarks], np.float32)
    return Pose(
        xy=xy * np.array([width, height], np.float32),
        visibility=np.array([point.visibility for point in landmarks], np.float32),
        world=np.array([(point.x, point.y, point.z) for point in world], np.float32),
    )
