"""Stick figures with known angles, as poses."""

from dataclasses import dataclass, field

import numpy as np

from vision.types import Landmark, Pose
from vision.types.models import LANDMARK_COUNT

L = Landmark
TRUNK_M, NECK_M, SHOULDER_M, FACE_M = 0.45, 0.2, 0.33, 0.12
BOUNDS = (0.0, 0.0, 1000.0, 1000.0)


@dataclass(frozen=True)
class Body:
    """A person drawn without perspective: angles in degrees, forward positive.

    ``yaw_deg`` is 0 where the person faces the camera and 90 where they face the picture's right.
    """

    yaw_deg: float = 90.0
    trunk_deg: float = 0.0
    neck_deg: float = 15.0
    head_deg: float = 10.0
    tilt_deg: float = 0.0
    px_per_m: float = 400.0
    middle_px: tuple[float, float] = (500.0, 600.0)
    hidden: frozenset[Landmark] = field(default_factory=frozenset)
    wrist_m: float = 0.0

    def pose(self) -> Pose:
        world = self._world().astype(np.float32)
        visibility = np.where(np.abs(world).sum(axis=1) > 0, 0.98, 0.0).astype(np.float32)
        visibility[list(self.hidden)] = 0.1
        xy = world[:, :2] * np.float32(self.px_per_m) + np.array(self.middle_px, np.float32)
        return Pose(xy.astype(np.float32), visibility, world)

    def _world(self) -> np.ndarray:
        yaw, tilt = np.radians(self.yaw_deg), np.radians(self.tilt_deg)
        up = np.array([0.0, -1.0, 0.0])
        ahead = np.array([np.sin(yaw), 0.0, -np.cos(yaw)])
        left = np.array([np.cos(yaw), 0.0, np.sin(yaw)])
        shoulder_axis = left * np.cos(tilt) - up * np.sin(tilt)

        def along(angle_deg: float) -> np.ndarray:
            angle = np.radians(angle_deg)
            return up * np.cos(angle) + ahead * np.sin(angle)

        shoulders = TRUNK_M * along(self.trunk_deg)
        ears = shoulders + NECK_M * along(self.neck_deg)
        points = np.zeros((LANDMARK_COUNT, 3))
        points[[L.LEFT_HIP, L.RIGHT_HIP]] = 0.11 * left, -0.11 * left
        points[L.LEFT_SHOULDER] = shoulders + shoulder_axis * SHOULDER_M / 2
        points[L.RIGHT_SHOULDER] = shoulders - shoulder_axis * SHOULDER_M / 2
        points[[L.LEFT_EAR, L.RIGHT_EAR]] = ears + 0.07 * left, ears - 0.07 * left
        points[L.NOSE] = ears + FACE_M * along(90.0 + self.head_deg)
        points[L.LEFT_WRIST] = 0.3 * ahead + (0.2 + self.wrist_m) * left
        points[L.RIGHT_WRIST] = 0.3 * ahead - 0.2 * left
        return points
