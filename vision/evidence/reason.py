"""Draws what decided about a posture: an angle against the vertical, or how far the head came."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.evidence.drawing import SUBJECT, line_px
from vision.types import Image, Landmark, Person, Pose

Label = tuple[str, tuple[int, int]]
_SHOULDERS = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
_HIPS = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
_EARS = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
_ANGLES = {
    "trunk": (_HIPS, _SHOULDERS, "trunk_inclination_deg"),
    "neck": (_SHOULDERS, _EARS, "neck_flexion_deg"),
}


def draw_reason(image: Image, person: Person, measured: Mapping[str, float]) -> list[Label]:
    """Draw onto the picture; returns texts with the place of each, left and top.

    Args:
        image: (H, W, 3) uint8 BGR; it is changed.
        person: Whom the finding is about.
        measured: Of the verdict; its names say which feature decided.
    """
    labels = []
    for name, (below, above, feature) in _ANGLES.items():
        if any(key.startswith((f"{name}_", f"trunk_and_{name}")) for key in measured):
            labels += _angle(image, person, below, above, feature)
    if any("_drop" in key for key in measured):
        labels += _drop(image, person)
    return labels


def _angle(
    image: Image,
    person: Person,
    below: tuple[Landmark, ...],
    above: tuple[Landmark, ...],
    feature: str,
) -> list[Label]:
    pose, posture = person.pose, person.posture
    value = getattr(posture, feature, None)
    if pose is None or value is None:
        return []
    foot, tip = _middle(pose, below), _middle(pose, above)
    if foot is None or tip is None:
        return []
    length_px = float(np.linalg.norm(tip - foot))
    width_px = line_px(image) + 1
    plumb = foot - np.array([0.0, length_px])
    _line(image, foot, plumb, width_px)
    _line(image, foot, tip, width_px)
    lean_deg = float(np.degrees(np.arctan2(tip[0] - foot[0], foot[1] - tip[1])))
    radius = max(4, round(0.6 * length_px))
    start, end = sorted((-90.0, -90.0 + lean_deg))
    cv2.ellipse(
        image, _whole(foot), (radius, radius), 0, start, end, SUBJECT, width_px, cv2.LINE_AA
    )
    upright = getattr(person.baseline, feature, None)
    beside = "" if upright is None else f" (upright {upright:.0f}°)"
    return [(f"{feature.split('_')[0]} {value:.0f}°{beside}", _whole(np.maximum(tip, plumb)))]


def _drop(image: Image, person: Person) -> list[Label]:
    """Where the head of the upright person ended, and how far it came down."""
    upright = person.baseline
    if upright is None or upright.box_height_norm is None or upright.shoulder_y_px is None:
        return []
    left, top, right, _ = (float(edge) for edge in person.xyxy)
    before = upright.shoulder_y_px - upright.box_height_norm * upright.scale_px
    middle, width_px = (left + right) / 2, line_px(image) + 1
    _line(image, np.array([left, before]), np.array([right, before]), width_px)
    ends = _whole(np.array([middle, before])), _whole(np.array([middle, top]))
    cv2.arrowedLine(image, *ends, SUBJECT, width_px, cv2.LINE_AA, tipLength=0.3)
    drop_norm = (top - before) / upright.scale_px
    return [(f"lower by {drop_norm:.2f} shoulder widths", (int(left), int(before)))]


def _middle(pose: Pose, landmarks: tuple[Landmark, ...]) -> NDArray[np.float64] | None:
    seen = [landmark for landmark in landmarks if pose.seen(landmark)]
    return pose.xy[seen].mean(axis=0, dtype=np.float64) if seen else None


def _line(
    image: Image, one: NDArray[np.float64], other: NDArray[np.float64], width_px: int
) -> None:
    cv2.line(image, _whole(one), _whole(other), SUBJECT, width_px, cv2.LINE_AA)


def _whole(point: NDArray[np.float64]) -> tuple[int, int]:
    x, y = np.round(point)
    return int(x), int(y)
