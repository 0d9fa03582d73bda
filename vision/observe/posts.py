"""The post in the pixels of a frame, and its crop: the only pixels that are ever analysed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.posture import PostureTrack
from vision.types import Image

OUTSIDE_GREY = 114
"""Fill for pixels of the crop that lie outside the post; the letterbox grey of YOLO training."""


@dataclass(frozen=True, slots=True, eq=False)
class Post:
    """One post in one size of picture.

    Attributes:
        window_id: Whose post it is.
        polygon_px: (N, 2) float32, pixels of the frame.
        box_px: Left, top, right, bottom of its bounding box, whole pixels inside the frame.
        fresh: What is known of the posture of whoever comes: the window's own upright reference.
    """

    window_id: str
    polygon_px: NDArray[np.float32]
    box_px: tuple[int, int, int, int]
    fresh: PostureTrack = field(default_factory=PostureTrack)

    def shifted(self, x: int, y: int, size_px: tuple[int, int]) -> "Post":
        """The same post in a part of the picture, of that size."""
        left, top, right, bottom = self.box_px
        box = (
            min(max(0, left + x), size_px[0]), min(max(0, top + y), size_px[1]),
            min(max(0, right + x), size_px[0]), min(max(0, bottom + y), size_px[1]),
        )  # fmt: skip
        polygon = self.polygon_px + np.array([x, y], np.float32)
        return replace(self, polygon_px=polygon, box_px=box)


def post_of(
    window_id: str,
    polygon_norm: Sequence[tuple[float, float]],
    size_px: tuple[int, int],
) -> Post:
    """Scale a normalised polygon to a picture of ``size_px`` (width, height)."""
    size = np.array(size_px, np.float32)
    polygon = np.array(polygon_norm, np.float32) * size
    left, top = np.floor(polygon.min(axis=0)).astype(int)
    right, bottom = np.ceil(polygon.max(axis=0)).astype(int)
    box = (int(left), int(top), min(int(right), size_px[0]), min(int(bottom), size_px[1]))
    return Post(window_id, polygon, box)


def cut(image: Image, post: Post) -> Image:
    """The post's crop, (h, w, 3) uint8; pixels outside its polygon are grey.

    A view of the frame where the post fills its bounding box, else a copy.
    """
    left, top, right, bottom = post.box_px
    crop = image[top:bottom, left:right]
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    if _same_corners(post.polygon_px, corners):
        return crop
    inside = inside_of(post, crop.shape[:2])
    masked = np.full_like(crop, OUTSIDE_GREY)
    cv2.copyTo(crop, inside, masked)
    return masked


def inside_of(post: Post, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """(h, w) uint8 of the post's crop: 255 inside its polygon, 0 in the grey around it."""
    inside = np.zeros(shape, np.uint8)
    shifted = post.polygon_px - np.array(post.box_px[:2], np.float32)
    cv2.fillPoly(inside, [np.round(shifted).astype(np.int32)], 255)
    return inside


def _same_corners(polygon: NDArray[np.float32], corners: NDArray[np.float32]) -> bool:
    if len(polygon) != 4:
        return False
    away = np.abs(polygon[:, None] - corners[None]).max(axis=2)
    return bool((away.min(axis=1) <= 1.0).all() and (away.min(axis=0) <= 1.0).all())
