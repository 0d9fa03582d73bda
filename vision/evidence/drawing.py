"""Draws what was seen onto a picture: the post, the persons, their skeletons, the things."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import CLASSES, Detections, Image, Landmark, Person, Pose

Colour = tuple[int, int, int]
POST: Colour = (255, 191, 0)
SUBJECT: Colour = (48, 48, 235)
OTHER: Colour = (200, 200, 200)
ITEM: Colour = (0, 200, 255)
BONE: Colour = (80, 220, 80)

_BONES = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW),
    (Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW),
    (Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE),
    (Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
    (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
)
_SHOULDERS = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
_EARS = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)


def line_px(image: Image) -> int:
    """Width of lines in a picture of this size, in pixels."""
    return max(1, round(int(min(image.shape[:2])) / 240))


def draw_post(image: Image, post_px: NDArray[np.float32]) -> None:
    """Outline the post."""
    points = [np.round(post_px).astype(np.int32)]
    cv2.polylines(image, points, True, POST, line_px(image), cv2.LINE_AA)


def draw_person(image: Image, person: Person, is_subject: bool) -> None:
    """Box of a person, and the skeleton of the one whom the finding is about."""
    _box(image, person.xyxy, SUBJECT if is_subject else OTHER, line_px(image))
    if is_subject and person.pose is not None:
        slim_px = max(1, int(person.height_px) // 90)
        _skeleton(image, person.pose, min(line_px(image) + 1, slim_px))


def draw_items(image: Image, items: Detections) -> list[tuple[str, tuple[int, int]]]:
    """Boxes of things; returns their labels with the place to write each, left and top."""
    labels = []
    for xyxy, confidence, label in zip(items.xyxy, items.confidence, items.label, strict=True):
        _box(image, xyxy, ITEM, line_px(image))
        labels.append((f"{CLASSES[label]} {confidence:.2f}", (int(xyxy[0]), int(xyxy[1]))))
    return labels


def _box(image: Image, xyxy: NDArray[np.float32], colour: Colour, width_px: int) -> None:
    left, top, right, bottom = (int(value) for value in np.round(xyxy))
    cv2.rectangle(image, (left, top), (right, bottom), colour, width_px, cv2.LINE_AA)


def _skeleton(image: Image, pose: Pose, width_px: int) -> None:
    for one, other in _BONES:
        if pose.seen(one) and pose.seen(other):
            _bone(image, pose.xy[one], pose.xy[other], width_px)
    # The face itself is hidden; the line from the ears to the shoulders shows how it is held.
    if all(pose.seen(landmark) for landmark in _SHOULDERS) and any(map(pose.seen, _EARS)):
        ears = [landmark for landmark in _EARS if pose.seen(landmark)]
        head, neck = pose.xy[ears].mean(axis=0), pose.xy[list(_SHOULDERS)].mean(axis=0)
        _bone(image, neck, head, width_px)


def _bone(
    image: Image, one: NDArray[np.float32], other: NDArray[np.float32], width_px: int
) -> None:
    ends = [tuple(int(value) for value in np.round(point)) for point in (one, other)]
    cv2.line(image, ends[0], ends[1], BONE, width_px, cv2.LINE_AA)
    for end in ends:
        cv2.circle(image, end, width_px + 1, BONE, cv2.FILLED, cv2.LINE_AA)
