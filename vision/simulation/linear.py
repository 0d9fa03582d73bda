"""Rotations and frames used to pose bodies: float64, column vectors, metres and degrees."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UP: Array = np.array([0.0, 0.0, 1.0])


def vec(x: float, y: float, z: float) -> Array:
    """A float vector: x to the person's left, y to the back, z up."""
    return np.array([x, y, z], dtype=np.float64)


def unit(vector: Array) -> Array:
    """`vector` (3,) at length one; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-12 else np.zeros(3)


def axis_angle(axis: Array, angle_deg: float) -> Array:
    """Rotation matrix (3, 3) about `axis` by the right-hand rule (Rodrigues)."""
    x, y, z = unit(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(angle_deg)
    turned: Array = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return turned


def euler(pitch_deg: float, roll_deg: float = 0.0, yaw_deg: float = 0.0) -> Array:
    """Pitch about x (forwards is positive), roll about y, yaw about z, applied in that order."""
    x, y, z = np.eye(3)
    turned: Array = axis_angle(z, yaw_deg) @ axis_angle(y, roll_deg) @ axis_angle(x, pitch_deg)
    return turned


def frame(along: Array, normal: Array) -> Array:
    """Orthonormal columns: `along`, the part of `normal` square to it, their cross product."""
    first = unit(along)
    second = unit(normal - first * float(normal @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def between(start: Array, end: Array) -> Array:
    """Smallest rotation that takes direction `start` to direction `end`."""
    a, b = unit(start), unit(end)
    axis = np.cross(a, b)
    angle = float(np.degrees(np.arctan2(np.linalg.norm(axis), float(a @ b))))
    if np.linalg.norm(axis) < 1e-9:  # any axis square to both does
        axis = np.cross(a, np.eye(3)[int(np.argmin(np.abs(a)))])
    return axis_angle(axis, angle)


def rotation_vector(rotation: Array) -> Array:
    """Axis times angle in radians (3,) of a rotation matrix."""
    cosine = np.clip((np.trace(rotation) - 1.0) / 2.0, -1.0, 1.0)
    angle = float(np.arccos(cosine))
    skew = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    if angle > np.pi - 1e-4:
        diagonal = np.sqrt(np.maximum((np.diag(rotation) + 1.0) / 2.0, 0.0))
        lead = int(np.argmax(diagonal))
        axis = rotation[lead] + np.eye(3)[lead]
        return unit(axis) * angle
    return unit(skew) * angle


def blend_rotation(start: Array, end: Array, share: float) -> Array:
    """The rotation a `share` in [0, 1] of the way from `start` to `end`, the short way round."""
    vector = rotation_vector(end @ start.T)
    angle = float(np.degrees(np.linalg.norm(vector)))
    turned: Array = axis_angle(vector, angle * share) @ start if angle > 1e-9 else start
    return turned


def rigid(rotation: Array, position: Array) -> Array:
    """Homogeneous transform (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = position
    return matrix


def move(matrix: Array, points: Array) -> Array:
    """`points` (N, 3) or (3,) through a homogeneous transform."""
    moved: Array = points @ matrix[:3, :3].T + matrix[:3, 3]
    return moved
