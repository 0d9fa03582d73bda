"""Makes people unrecognisable before a picture is kept.

Detail is thrown away by averaging over coarse cells, so no filter can bring it back.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.geometry import ioa
from vision.types import Image, Landmark, Person

OUTSIDE_CELLS = 40
"""Cells along the longer side of the picture, outside the post."""

AROUND_CELLS = 36
"""Cells along the shorter side of the post, inside it but away from its staff: a head there is
about six cells high, which shows that somebody is there and not who."""

HEAD_CELLS = 5
"""Cells along a head. Recognition needs about 12 to 16 pixels between the eyes."""

PERSON_MARGIN = 0.12
"""By which a person's box is widened to keep what they hold in sight, in shares of its size."""

MAX_ITEM_SHARE = 0.25
"""Largest share of a head that a thing at it may uncover."""

_FACE = (
    Landmark.NOSE,
    Landmark.LEFT_EYE,
    Landmark.RIGHT_EYE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
    Landmark.MOUTH_LEFT,
    Landmark.MOUTH_RIGHT,
)
Box = NDArray[np.float32]


def protect(
    image: Image, post_px: NDArray[np.float32], persons: Sequence[Person], items_xyxy: Box
) -> Image:
    """A copy in which only what a reviewer must see of the post's staff is sharp.

    Args:
        image: (H, W, 3) uint8 BGR.
        post_px: (N, 2) polygon of the post.
        persons: The staff in it.
        items_xyxy: (M, 4) boxes of the things that the finding is about. Small ones stay visible
            at a head too: a cigarette at a mouth, a phone at an ear.
    """
    height, width = image.shape[:2]
    post = _filled(image, post_px)
    shorter = max(1, int(min(np.ptp(post_px[:, 0]), np.ptp(post_px[:, 1]))))
    shown = _coarse(image, max(height, width) / OUTSIDE_CELLS)
    around = _coarse(image, shorter / AROUND_CELLS)
    cv2.copyTo(around, post, shown)
    cv2.copyTo(image, cv2.bitwise_and(post, _boxes(image, persons)), shown)
    for person in persons:
        for head in heads(person):
            _hide(shown, head)
            small = items_xyxy[ioa(head[None], items_xyxy)[0] <= MAX_ITEM_SHARE]
            _uncover(shown, image, small, post)
    return shown


def veil(image: Image, posts_px: Sequence[NDArray[np.float32]]) -> Image:
    """A copy in which nobody can be recognised, without any model: coarse, less so in the posts.

    Args:
        image: (H, W, 3) uint8 BGR.
        posts_px: (N, 2) polygons; in them it shows that somebody is there and not who.
    """
    shown = _coarse(image, max(image.shape[:2]) / OUTSIDE_CELLS)
    for post_px in posts_px:
        shorter = max(1, int(min(np.ptp(post_px[:, 0]), np.ptp(post_px[:, 1]))))
        cv2.copyTo(_coarse(image, shorter / AROUND_CELLS), _filled(image, post_px), shown)
    return shown


def heads(person: Person) -> list[Box]:
    """(4,) boxes in pixels that hold the person's head: where pose sees it, else the top.

    Where pose is unsure of the face both are given.
    """
    if person.pose is None:
        return [_top(person.xyxy)]
    seen = [landmark for landmark in _FACE if person.pose.seen(landmark)]
    boxes = [_around_face(person)]
    return boxes if len(seen) >= 3 else [*boxes, _top(person.xyxy)]


def _around_face(person: Person) -> Box:
    """All face landmarks with room for hair and chin, by their own spread and the shoulders'."""
    assert person.pose is not None
    xy = person.pose.xy
    face = xy[list(_FACE)]
    spread_px = float(np.ptp(face, axis=0).max())
    shoulders_px = float(np.linalg.norm(xy[Landmark.LEFT_SHOULDER] - xy[Landmark.RIGHT_SHOULDER]))
    # A head is about 0.6 of the shoulders wide, and a profile hides the shoulders' width; the
    # landmarks reach from ear to ear and from the eyes to the mouth, half of the head's height.
    radius_px = max(1.1 * spread_px, 0.45 * shoulders_px, 0.06 * person.height_px)
    centre = (face.min(axis=0) + face.max(axis=0)) / 2
    low, high = centre - (radius_px, 1.25 * radius_px), centre + radius_px
    return np.concatenate([low, high]).astype(np.float32)


def _top(xyxy: Box) -> Box:
    """The part of a person's box that holds the head: of one who stands, sits, or is near.

    The broader the box, the more of it may be head.
    """
    left, top, right, bottom = (float(value) for value in xyxy)
    width, height = right - left, bottom - top
    deep = min(max(0.75 * width, 0.22 * height), 0.8 * height)
    return np.array([left, top - 0.05 * height, right, top + deep], np.float32)


def _coarse(image: Image, cell_px: float) -> Image:
    height, width = image.shape[:2]
    cells = max(1, round(width / cell_px)), max(1, round(height / cell_px))
    small = cv2.resize(image, cells, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _filled(image: Image, polygon_px: NDArray[np.float32]) -> NDArray[np.uint8]:
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(polygon_px).astype(np.int32)], 255)
    return mask


def _boxes(image: Image, persons: Iterable[Person]) -> NDArray[np.uint8]:
    mask = np.zeros(image.shape[:2], np.uint8)
    for person in persons:
        margin = PERSON_MARGIN * (person.xyxy[2:] - person.xyxy[:2])
        left, top, right, bottom = _inside(
            image, np.concatenate([person.xyxy[:2] - margin, person.xyxy[2:] + margin])
        )
        mask[top:bottom, left:right] = 255
    return mask


def _hide(image: Image, head: Box) -> None:
    left, top, right, bottom = _inside(image, head)
    crop = image[top:bottom, left:right]
    if crop.size == 0:
        return
    crop[:] = _coarse(crop, max(crop.shape[:2]) / HEAD_CELLS)


def _uncover(shown: Image, image: Image, items_xyxy: Box, post: NDArray[np.uint8]) -> None:
    for item in items_xyxy:
        left, top, right, bottom = _inside(image, item)
        place = (slice(top, bottom), slice(left, right))
        cv2.copyTo(image[place], post[place], shown[place])


def _inside(image: Image, xyxy: Box) -> tuple[int, int, int, int]:
    height, width = image.shape[:2]
    left, top = np.floor(np.clip(xyxy[:2], 0, (width, height))).astype(int)
    right, bottom = np.ceil(np.clip(xyxy[2:], 0, (width, height))).astype(int)
    return int(left), int(top), int(right), int(bottom)
