"""Polygons, boxes and angles in the picture plane. Pure numpy; y grows downwards."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def polygon_area(polygon: ArrayLike) -> float:
    """Unsigned area of (N, 2) vertices by the shoelace formula, in squared units of the input."""
    points = np.asarray(polygon, np.float64)
    x, y = points[:, 0], points[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _turn(a: Array, b: Array, c: Array) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def segments_cross(a: Array, b: Array, c: Array, d: Array) -> bool:
    """Whether the segments a-b and c-d, each end (2,), cross, overlap or touch."""
    if _turn(a, b, c) == _turn(a, b, d) == 0:
        low, high = np.minimum(a, b), np.maximum(a, b)
        other_low, other_high = np.minimum(c, d), np.maximum(c, d)
        return bool(np.all(np.maximum(low, other_low) <= np.minimum(high, other_high)))
    across_ab = _turn(a, b, c) * _turn(a, b, d) <= 0
    return across_ab and _turn(c, d, a) * _turn(c, d, b) <= 0


def is_simple(polygon: ArrayLike) -> bool:
    """Whether no two edges of (N, 2) vertices touch except at shared vertices."""
    points = np.asarray(polygon, np.float64)
    count = len(points)
    edges = [(points[i], points[(i + 1) % count]) for i in range(count)]
    for i in range(count):
        for j in range(i + 2, count):
            adjacent = i == 0 and j == count - 1
            if not adjacent and segments_cross(*edges[i], *edges[j]):
                return False
    return polygon_area(points) > 0


def contains(polygon: ArrayLike, points: ArrayLike) -> NDArray[np.bool_]:
    """(M,) bool: which of (M, 2) points lie in the (N, 2) polygon, by even-odd ray casting."""
    vertices = np.asarray(polygon, np.float64)
    queries = np.asarray(points, np.float64).reshape(-1, 2)
    inside = np.zeros(len(queries), bool)
    x, y = queries[:, 0], queries[:, 1]
    for (x1, y1), (x2, y2) in zip(vertices, np.roll(vertices, -1, axis=0), strict=True):
        spans = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = (x2 - x1) * (y - y1) / (y2 - y1) + x1
        inside ^= spans & (x < crossing)
    return inside


def clip_polygon(polygon: ArrayLike, xyxy: ArrayLike) -> Array:
    """(M, 2) part of the polygon inside a box, by Sutherland-Hodgman; (0, 2) where none.

    A concave polygon may keep edges along the box, which do not change its area.
    """
    left, top, right, bottom = np.asarray(xyxy, np.float64)
    points = np.asarray(polygon, np.float64)
    for axis, bound, sign in ((0, left, 1), (1, top, 1), (0, right, -1), (1, bottom, -1)):
        points = _clip_half_plane(points, axis, float(bound), sign)
    return points


def _clip_half_plane(points: Array, axis: int, bound: float, sign: int) -> Array:
    kept: list[Array] = []
    for point, following in zip(points, np.roll(points, -1, axis=0), strict=True):
        here, there = sign * (point[axis] - bound), sign * (following[axis] - bound)
        if here >= 0:
            kept.append(point)
        if here * there < 0:
            kept.append(point + (following - point) * (here / (here - there)))
    return np.array(kept, np.float64).reshape(-1, 2)


def share_inside(polygon: ArrayLike, xyxy: ArrayLike) -> float:
    """Share in [0, 1] of the box's area that lies in the polygon."""
    left, top, right, bottom = np.asarray(xyxy, np.float64)
    area = (right - left) * (bottom - top)
    clipped = clip_polygon(polygon, xyxy)
    return polygon_area(clipped) / float(area) if area > 0 and len(clipped) > 2 else 0.0


def box_area(xyxy: ArrayLike) -> Array:
    """(N,) areas of (N, 4) boxes; 0 for turned-out ones."""
    boxes = np.asarray(xyxy, np.float64).reshape(-1, 4)
    size = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    return np.asarray(size[:, 0] * size[:, 1])


def _intersection(one: Array, other: Array) -> Array:
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    size = np.clip(high - low, 0, None)
    return np.asarray(size[..., 0] * size[..., 1])


def iou(one: ArrayLike, other: ArrayLike) -> Array:
    """(N, M) intersection over union of (N, 4) and (M, 4) boxes."""
    a, b = np.asarray(one, np.float64).reshape(-1, 4), np.asarray(other, np.float64).reshape(-1, 4)
    shared = _intersection(a, b)
    union = box_area(a)[:, None] + box_area(b)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def ioa(inner: ArrayLike, outer: ArrayLike) -> Array:
    """(N, M) share of each (N, 4) inner box that lies within each (M, 4) outer box."""
    a = np.asarray(inner, np.float64).reshape(-1, 4)
    b = np.asarray(outer, np.float64).reshape(-1, 4)
    shared, area = _intersection(a, b), box_area(a)[:, None]
    return np.divide(shared, area, out=np.zeros_like(shared), where=area > 0)


def distance_to_box(point: ArrayLike, xyxy: ArrayLike) -> float:
    """Distance of a (2,) point to a box, 0 inside, in units of the input."""
    x, y = np.asarray(point, np.float64)
    left, top, right, bottom = np.asarray(xyxy, np.float64)
    return float(np.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom)))


def from_vertical_deg(base: ArrayLike, tip: ArrayLike) -> float:
    """Unsigned angle in [0, 180] between base-to-tip and straight up; 0 for coinciding points."""
    dx, dy = np.asarray(tip, np.float64) - np.asarray(base, np.float64)
    return float(np.degrees(np.arctan2(abs(dx), 0.0 - dy)))  # -dy would be -0.0: straight down


def from_horizontal_deg(one: ArrayLike, other: ArrayLike) -> float:
    """Unsigned angle in [0, 90] between the line through two (2,) points and the horizontal."""
    dx, dy = np.asarray(other, np.float64) - np.asarray(one, np.float64)
    return float(np.degrees(np.arctan2(abs(dy), abs(dx))))
