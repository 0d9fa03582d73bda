"""Fakes of the two models, driven by a script."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from vision.types import Detections, Image, Pose

T = TypeVar("T")


class ScriptedDetector(AbstractContextManager["ScriptedDetector"]):
    """A :class:`vision.ports.Detector` that says what it is told to.

    Args:
        script: Either the answers in the order of the pictures, or a function of a picture. Once
            a sequence is used up there is nothing more to see.

    Attributes:
        batches: Number of pictures of every call so far.
    """

    def __init__(self, script: Sequence[Detections] | Callable[[Image], Detections] = ()) -> None:
        self._answer = script if callable(script) else _in_order(script, Detections.empty())
        self.batches: list[int] = []

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """The next answer per picture."""
        self.batches.append(len(images))
        return [self._answer(image) for image in images]

    def close(self) -> None:
        """Nothing to give back."""

    def __exit__(self, *_: object) -> None:
        self.close()


class ScriptedPose(AbstractContextManager["ScriptedPose"]):
    """A :class:`vision.ports.PoseEstimator` that says what it is told to.

    Args:
        script: Either the answers in the order of the crops, or a function of a crop. Once a
            sequence is used up there is nobody.

    Attributes:
        batches: Number of crops of every call so far.
    """

    def __init__(self, script: Sequence[Pose | None] | Callable[[Image], Pose | None] = ()) -> None:
        self._answer = script if callable(script) else _in_order(script, None)
        self.batches: list[int] = []

    def estimate(self, images: Sequence[Image]) -> list[Pose | None]:
        """The next answer per crop."""
        self.batches.append(len(images))
        return [self._answer(image) for image in images]

    def close(self) -> None:
        """Nothing to give back."""

    def __exit__(self, *_: object) -> None:
        self.close()


def _in_order(answers: Sequence[T], otherwise: T) -> Callable[[Image], T]:
    following: Iterator[T] = iter(answers)
    return lambda _: next(following, otherwise)
