"""The camera as a pinhole: where it is, where it looks, how the world projects."""

from dataclasses import dataclass

import numpy as np

from vision.simulation.linear import UP, Array, axis_angle, unit


@dataclass(frozen=True, slots=True)
class View:
    """A pinhole camera. Positions in metres, angles in degrees, picture size in pixels."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    vertical_fov_deg: float
    width: int = 1280
    height: int = 720
    roll_deg: float = 0.0

    @property
    def forward(self) -> Array:
        """Unit viewing direction."""
        return unit(np.array(self.target) - np.array(self.position))

    @property
    def up(self) -> Array:
        """Unit vector that is up in the picture."""
        right = unit(np.cross(self.forward, UP))
        turned: Array = axis_angle(self.forward, self.roll_deg) @ np.cross(right, self.forward)
        return turned

    def project(self, points: Array) -> tuple[Array, Array]:
        """Pixels (N, 2) and depth in metres (N,) of world `points` (N, 3).

        Points behind the camera get a depth <= 0 and pixels that mean nothing.
        """
        away = points - np.array(self.position)
        right = np.cross(self.forward, self.up)
        depth = away @ self.forward
        focal = self.height / 2.0 / np.tan(np.radians(self.vertical_fov_deg) / 2.0)
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        x = self.width / 2.0 + focal * (away @ right) / safe
        y = self.height / 2.0 - focal * (away @ self.up) / safe
        return np.stack([x, y], axis=1), depth
