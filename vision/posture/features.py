"""From landmarks to posture features with their uncertainty. Pure; angles in square pixels.

Sizes are in shoulder widths. The width is taken from the world landmarks and scaled to the
picture, because the width in the picture vanishes when a person is seen from the side.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vision.posture.landmarks import EARS, HIPS, SHOULDERS, Point, UsablePose
from vision.types import Landmark, Pose, Posture, PostureSigma

SIDE_VIEW_MIN_YAW_DEG = 45.0
"""From here on forward lean shows as an angle in the picture more than as foreshortening."""

POINT_SIGMA_NORM = 0.035
"""Scatter of ears and shoulders in shoulder widths, and below of hips, nose and scale: from the
same 165 pictures estimated twice, whole and cropped (docs/posture.md)."""

HIP_SIGMA_NORM = 0.11
NOSE_FOR_EAR_SIGMA_NORM = 0.12
SCALE_SIGMA = 0.07
HEAD_INCLINATION_SIGMA_DEG = 6.0
POINT_SIGMA_PX = 1.5
"""A landmark is never finer than about a pixel of the network's 256-pixel input."""


@dataclass(frozen=True, slots=True)
class _Value:
    value: float
    sigma: float


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """What every feature needs: points in pixels, scale, and the way the body faces."""

    seen: UsablePose
    shoulders: Point
    scale_px: float
    yaw_deg: float
    facing: float
    from_behind: bool

    def sigma_px(self, sigma_norm: float) -> float:
        return float(np.hypot(sigma_norm * self.scale_px, POINT_SIGMA_PX))


def posture_of(pose: Pose, bounds_xyxy: ArrayLike) -> Posture:
    """The features of one person.

    Args:
        pose: Landmarks in pixels of the frame; the pixels are square.
        bounds_xyxy: (4,) the part of the frame that the landmarks were found in: left, top,
            right, bottom. Landmarks outside it are extrapolated and never used.

    Returns:
        Features that the view does not show are None; all are, where a shoulder is hidden.
    """
    body = _body(UsablePose.within(pose, bounds_xyxy))
    if body is None:
        return Posture()
    side = body.yaw_deg >= SIDE_VIEW_MIN_YAW_DEG
    values = {
        "head_height_norm": _head_height(body),
        "neck_flexion_deg": _forward(body, body.shoulders, EARS) if side else None,
        "head_inclination_deg": _head_inclination(body),
        "trunk_inclination_deg": _trunk(body) if side else None,
        "lateral_tilt_deg": None if side else _lateral_tilt(body),
    }
    found = {name: item for name, item in values.items() if item is not None}
    return Posture(
        **{name: item.value for name, item in found.items()},
        body_yaw_deg=body.yaw_deg,
        shoulder_y_px=float(body.shoulders[1]),
        scale_px=body.scale_px,
        side_view=side,
        confidence=body.seen.visibility(*SHOULDERS, *EARS),
        sigma=PostureSigma(**{name: item.sigma for name, item in found.items()}),
    )


def _body(seen: UsablePose) -> _Body | None:
    shoulders, width_m, px_per_m = (
        seen.point(*SHOULDERS),
        seen.shoulder_width_m(),
        seen.px_per_m(),
    )
    if shoulders is None or width_m is None or px_per_m is None:
        return None
    left, right = seen.pose.world[list(SHOULDERS)].astype(np.float64)
    across = left - right
    return _Body(
        seen=seen,
        shoulders=shoulders,
        scale_px=width_m * px_per_m,
        yaw_deg=float(np.degrees(np.arctan2(abs(across[2]), abs(across[0])))),
        # Whoever faces the picture's right has the left shoulder farther from the camera.
        facing=1.0 if across[2] > 0 else -1.0,
        from_behind=bool(across[0] < 0),
    )


def _head_height(body: _Body) -> _Value | None:
    ears, nose = body.seen.point(*EARS), body.seen.point(Landmark.NOSE)
    head = ears if ears is not None else nose
    if head is None:
        return None
    value = float(body.shoulders[1] - head[1]) / body.scale_px
    own = POINT_SIGMA_NORM if ears is not None else NOSE_FOR_EAR_SIGMA_NORM
    points = np.hypot(body.sigma_px(own), body.sigma_px(POINT_SIGMA_NORM)) / body.scale_px
    return _Value(value, float(np.hypot(points, value * SCALE_SIGMA)))


def _forward(
    body: _Body,
    base: Point,
    tip_landmarks: tuple[Landmark, ...],
    base_sigma_norm: float = POINT_SIGMA_NORM,
) -> _Value | None:
    tip = body.seen.point(*tip_landmarks)
    if tip is None:
        return None
    forward, up = body.facing * float(tip[0] - base[0]), float(base[1] - tip[1])
    across_px = np.hypot(body.sigma_px(POINT_SIGMA_NORM), body.sigma_px(base_sigma_norm))
    sigma = np.degrees(np.arctan2(across_px, np.hypot(forward, up)))
    return _Value(float(np.degrees(np.arctan2(forward, up))), float(sigma))


def _trunk(body: _Body) -> _Value | None:
    hips = body.seen.point(*HIPS)
    return None if hips is None else _forward(body, hips, SHOULDERS, HIP_SIGMA_NORM)


def _head_inclination(body: _Body) -> _Value | None:
    ears, nose = body.seen.world(*EARS), body.seen.world(Landmark.NOSE)
    unseen = body.from_behind and body.yaw_deg < SIDE_VIEW_MIN_YAW_DEG
    if ears is None or nose is None or unseen:
        return None
    ahead = nose - ears
    value = np.degrees(np.arctan2(ahead[1], np.hypot(ahead[0], ahead[2])))
    return _Value(float(value), HEAD_INCLINATION_SIGMA_DEG)


def _lateral_tilt(body: _Body) -> _Value:
    left, right = body.seen.pose.xy[list(SHOULDERS)].astype(np.float64)
    across = (left - right) if left[0] >= right[0] else (right - left)
    sigma = np.degrees(np.arctan2(np.sqrt(2) * body.sigma_px(POINT_SIGMA_NORM), across[0]))
    return _Value(float(np.degrees(np.arctan2(across[1], across[0]))), float(sigma))
