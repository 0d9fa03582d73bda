"""The turned square around a person that the landmark network looks at."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

BODY_SCALE = 1.25
"""Side of the square over the diameter of the body's circle (MediaPipe's pose graphs)."""


@dataclass(frozen=True, slots=True)
class Roi:
    """A square in a picture.

    Attributes:
        x_px: Of the centre.
        y_px: Of the centre.
        side_px: Length of a side.
        turn_rad: By how much its upright axis is turned clockwise from the picture's.
    """

    x_px: float
    y_px: float
    side_px: float
    turn_rad: float = 0.0

    @classmethod
    def whole(cls, image: Image) -> "Roi":
        """The upright square around a whole picture."""
        height, width = image.shape[:2]
        return cls(width / 2, height / 2, max(height, width))

    @classmethod
    def of_body(cls, hips: NDArray[np.float32], rim: NDArray[np.float32]) -> "Roi":
        """The square around a body, from (2,) mid-hip and (2,) a point of the body's circle.

        The rim point lies in the direction of the head, so it tells how the body is turned.
        """
        dx, dy = (rim - hips).tolist()
        turn_rad = float(np.arctan2(dx, -dy))
        side_px = 2 * float(np.hypot(dx, dy)) * BODY_SCALE
        return cls(float(hips[0]), float(hips[1]), side_px, turn_rad)

    def cut(self, image: Image, side_px: int, *, stretch_edge: bool = False) -> Image:
        """The (side, side, 3) uint8 contents.

        Args:
            image: The picture.
            side_px: Side of the result.
            stretch_edge: Whether what lies beyond the picture repeats its edge; else it is black.
        """
        turned = self.side_px / side_px * self._rotation()
        shift = np.array([self.x_px, self.y_px]) - turned @ np.full(2, side_px / 2)
        return np.asarray(
            cv2.warpAffine(
                image,
                np.hstack([turned, shift[:, None]]),
                (side_px, side_px),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE if stretch_edge else cv2.BORDER_CONSTANT,
            ),
            np.uint8,
        )

    def to_picture(self, xy_norm: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2) points of the square in [0, 1], in pixels of the picture."""
        centred = (xy_norm - 0.5) * self.side_px
        placed = centred @ self._rotation().T + np.array([self.x_px, self.y_px])
        return np.asarray(placed, np.float32)

    def turned_back(self, world: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3) metres, x and y turned from the square's axes to the picture's."""
        flat = world[:, :2] @ self._rotation().T
        return np.asarray(np.hstack([flat, world[:, 2:]]), np.float32)

    def _rotation(self) -> NDArray[np.float64]:
        cos, sin = np.cos(self.turn_rad), np.sin(self.turn_rad)
        return np.array([[cos, -sin], [sin, cos]])
