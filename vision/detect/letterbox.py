"""Fits a picture into the square that the network takes, and boxes back out of it."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

GREY = 114
"""Level of the margins, as in training (Ultralytics ``LetterBox``)."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Scale and margins of one picture in the square.

    Attributes:
        width_px: Of the picture.
        height_px: Of the picture.
        side_px: Of the square.
        scale: Square pixels per picture pixel.
        left_px: Margin in the square.
        top_px: Margin in the square.
    """

    width_px: int
    height_px: int
    side_px: int
    scale: float
    left_px: int
    top_px: int

    @classmethod
    def fit(cls, width_px: int, height_px: int, side_px: int) -> Self:
        """Centre a picture in the square, as large as it goes.

        Raises:
            ValueError: If the picture has no pixel.
        """
        if min(width_px, height_px) < 1:
            raise ValueError(f"a picture needs at least one pixel, got {width_px} x {height_px}")
        scale = min(side_px / width_px, side_px / height_px)
        inner_w, inner_h = _scaled(width_px, scale), _scaled(height_px, scale)
        left_px, top_px = (side_px - inner_w) // 2, (side_px - inner_h) // 2
        return cls(width_px, height_px, side_px, scale, left_px, top_px)

    def draw(self, image: Image) -> Image:
        """The (side, side, 3) uint8 square with the picture in it."""
        inner_w, inner_h = _scaled(self.width_px, self.scale), _scaled(self.height_px, self.scale)
        square = np.full((self.side_px, self.side_px, 3), GREY, np.uint8)
        rows = slice(self.top_px, self.top_px + inner_h)
        columns = slice(self.left_px, self.left_px + inner_w)
        square[rows, columns] = cv2.resize(image, (inner_w, inner_h))
        return square

    def undo(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 4) boxes of the square in pixels of the picture, clipped to it."""
        margins = np.array([self.left_px, self.top_px] * 2, np.float32)
        limits = np.array([self.width_px, self.height_px] * 2, np.float32)
        boxes = np.clip((xyxy - margins) / self.scale, 0, limits)
        return np.asarray(boxes, np.float32)


def _scaled(length_px: int, scale: float) -> int:
    return max(1, round(length_px * scale))
