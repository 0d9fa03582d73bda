"""Postures that only stillness tells apart: asleep sitting straight, and reading."""

import numpy as np

from vision.simulation.poses import DESK_M, Sitter, flat_hand, lap_hand, turned, upright
from vision.simulation.rig import SIDES, Pose


def hanging_head(sitter: Sitter, degree: float = 1.0) -> Pose:
    """Asleep sitting straight, the chin on the chest and the hands in the lap."""
    pose = turned(
        upright(sitter),
        spine=(10.0 * degree, 0.0, 0.0),
        neck=(30.0 * degree, 0.0, 0.0),
        head=(28.0 * degree, 6.0 * degree, 0.0),
    )
    for side in SIDES:
        pose = pose.with_hand(side, lap_hand(sitter, side))
    return pose


def reading(sitter: Sitter, phase: float) -> Pose:
    """Bent over papers on the desk, a finger going down the lines; the page is turned at times."""
    line = 2.0 * np.abs((0.12 * phase) % 1.0 - 0.5)
    pose = turned(
        upright(sitter),
        spine=(8.0, 0.0, 0.0),
        neck=(10.0, 0.0, 4.0 * np.sin(2.0 * np.pi * phase)),
        head=(14.0 + 4.0 * line, 0.0, 6.0 * np.sin(2.0 * np.pi * phase)),
    )
    pose = pose.with_hand("R", flat_hand("R", 0.06, -0.34 - 0.10 * line, DESK_M + 0.01))
    return pose.with_hand("L", flat_hand("L", 0.14, -0.40, DESK_M + 0.01))
