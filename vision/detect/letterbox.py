"""Fits a picture into what the network takes, and boxes back out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

GREY = 114
"""Level of the margins, as in training (Ultralytics ``LetterBox``)."""

STEP_PX = 64
MOST_STEPS = 1
"""The short side of a sheet is the long one less up to so many steps: little margin, which costs as
much to look at as the picture does, and few sizes to compile for, at 40 MB each. A step is a
multiple of the coarsest stride of the network."""

SHRUNK = 1.12
"""A picture may be so much longer than a side and is still looked at with it; shrinking by more
than that loses things, and magnifying shows nothing new."""


def look_side(longest_px: int, sides_px: Sequence[int]) -> int:
    """The least of these sides, ascending, that shows a picture of that length; else the last."""
    fitting = (side for side in sides_px if longest_px <= SHRUNK * side)
    return next(fitting, sides_px[-1])


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Scale and margins of one picture on its sheet.

    Attributes:
        width_px: Of the picture.
        height_px: Of the picture.
        sheet_px: Width and height of the sheet.
        scale: Sheet pixels per picture pixel.
        left_px: Margin on the sheet.
        top_px: Margin on the sheet.
    """

    width_px: int
    height_px: int
    sheet_px: tuple[int, int]
    scale: float
    left_px: int
    top_px: int

    @classmethod
    def fit(cls, width_px: int, height_px: int, side_px: int) -> Self:
        """Centre a picture on a sheet, as large as it goes.

        Args:
            width_px: Of the picture.
            height_px: Of the picture.
            side_px: Longer side of the sheet; the other is as short as :data:`STEP_PX` lets it be.

        Raises:
            ValueError: If the picture has no pixel.
        """
        if min(width_px, height_px) < 1:
            raise ValueError(f"a picture needs at least one pixel, got {width_px} x {height_px}")
        scale = min(side_px / width_px, side_px / height_px)
        inner_w, inner_h = _scaled(width_px, scale), _scaled(height_px, scale)
        sheet_w, sheet_h = _sheet_side(inner_w, side_px), _sheet_side(inner_h, side_px)
        left_px, top_px = (sheet_w - inner_w) // 2, (sheet_h - inner_h) // 2
        return cls(width_px, height_px, (sheet_w, sheet_h), scale, left_px, top_px)

    def draw(self, image: Image) -> Image:
        """The (H, W, 3) uint8 sheet with the picture on it."""
        inner_w, inner_h = _scaled(self.width_px, self.scale), _scaled(self.height_px, self.scale)
        sheet = np.full((self.sheet_px[1], self.sheet_px[0], 3), GREY, np.uint8)
        rows = slice(self.top_px, self.top_px + inner_h)
        columns = slice(self.left_px, self.left_px + inner_w)
        sheet[rows, columns] = cv2.resize(image, (inner_w, inner_h))
        return sheet

    def undo(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 4) boxes of the sheet in pixels of the picture, clipped to it."""
        margins = np.array([self.left_px, self.top_px] * 2, np.float32)
        limits = np.array([self.width_px, self.height_px] * 2, np.float32)
        boxes = np.clip((xyxy - margins) / self.scale, 0, limits)
        return np.asarray(boxes, np.float32)


def _sheet_side(inner_px: int, side_px: int) -> int:
    steps = max(0, side_px - inner_px) // STEP_PX
    return side_px - min(steps, MOST_STEPS) * STEP_PX


def _scaled(length_px: int, scale: float) -> int:
    return max(1, round(length_px * scale))
