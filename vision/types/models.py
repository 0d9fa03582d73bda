"""What the two models return: boxes with classes, and body landmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray


class Label(IntEnum):
    """Detector classes; the number is the class index of the network.

    The last three are contrast classes: they make "no slippers" a positive statement.
    """

    PERSON = 0
    PHONE = 1
    CIGARETTE = 2
    SLIPPERS = 3
    VEST = 4
    SHORTS = 5
    SHOES = 6
    TROUSERS = 7
    SLEEVED_TOP = 8


CLASSES: tuple[str, ...] = tuple(label.name.lower() for label in Label)


class Landmark(IntEnum):
    """The landmarks of MediaPipe Pose that the product uses, by their index of 33."""

    NOSE = 0
    LEFT_EYE = 2
    RIGHT_EYE = 5
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28


LANDMARK_COUNT = 33


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Boxes of one picture, as arrays of equal length.

    Attributes:
        xyxy: (N, 4) float32, pixels of the picture that was given: left, top, right, bottom.
        confidence: (N,) float32 in [0, 1].
        label: (N,) int16, values of :class:`Label`.
    """

    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    label: NDArray[np.int16]

    def __post_init__(self) -> None:
        count = len(self.confidence)
        if self.xyxy.shape != (count, 4) or self.label.shape != (count,):
            raise ValueError(
                f"Detections disagree: xyxy {self.xyxy.shape}, confidence "
                f"{self.confidence.shape}, label {self.label.shape}"
            )

    def __len__(self) -> int:
        return len(self.confidence)

    @classmethod
    def empty(cls) -> Self:
        """No box at all."""
        return cls.of([])

    @classmethod
    def of(cls, rows: Sequence[tuple[Label, float, Sequence[float]]]) -> Self:
        """Build from ``(label, confidence, xyxy)`` rows."""
        return cls(
            xyxy=np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
            confidence=np.array([row[1] for row in rows], np.float32),
            label=np.array([row[0] for row in rows], np.int16),
        )

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """The boxes at which ``mask``, (N,) bool, is true."""
        return type(self)(self.xyxy[mask], self.confidence[mask], self.label[mask])

    def only(self, *labels: Label) -> Self:
        """The boxes of these classes."""
        wanted = np.zeros(len(Label), np.bool_)
        wanted[list(labels)] = True
        return self.where(wanted[self.label])

    def above(self, confidence: float) -> Self:
        """The boxes with at least this confidence."""
        return self.where(self.confidence >= confidence)

    def strongest_first(self) -> Self:
        """The same boxes by falling confidence."""
        order = np.argsort(-self.confidence, kind="stable")
        return type(self)(self.xyxy[order], self.confidence[order], self.label[order])

    def shifted(self, dx_px: float, dy_px: float) -> Self:
        """The same boxes in a picture whose origin lies at (-dx, -dy) of this one."""
        offset = np.array([dx_px, dy_px, dx_px, dy_px], np.float32)
        return type(self)(self.xyxy + offset, self.confidence, self.label)


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """The landmarks of one person.

    Attributes:
        xy: (33, 2) float32, pixels of the picture that was given.
        visibility: (33,) float32 in [0, 1]: the model's belief that the point is in the picture
            and not hidden.
        world: (33, 3) float32, metres, origin between the hips, as MediaPipe estimates it.
    """

    xy: NDArray[np.float32]
    visibility: NDArray[np.float32]
    world: NDArray[np.float32]

    def __post_init__(self) -> None:
        shapes = (self.xy.shape, self.visibility.shape, self.world.shape)
        if shapes != ((LANDMARK_COUNT, 2), (LANDMARK_COUNT,), (LANDMARK_COUNT, 3)):
            raise ValueError(f"Pose needs 33 landmarks, got shapes {shapes}")

    def seen(self, landmark: Landmark, min_visibility: float = 0.5) -> bool:
        """Whether the landmark is visible enough to be used."""
        return bool(self.visibility[landmark] >= min_visibility)

    def shifted(self, dx_px: float, dy_px: float) -> Self:
        """The same pose in a picture whose origin lies at (-dx, -dy) of this one."""
        moved = self.xy + np.array([dx_px, dy_px], np.float32)
        return type(self)(moved, self.visibility, self.world)
