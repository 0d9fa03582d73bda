"""Convex polygons in the plane, (N, 2) float64."""

import numpy as np

from vision.simulation.linear import Array


def hull(points: Array) -> Array:
    """Convex hull (N, 2), anticlockwise in a y-up sense (Andrew's monotone chain)."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]

    def half(sequence: Array) -> list[Array]:
        chain: list[Array] = []
        for point in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0.0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return np.array(half(ordered) + half(ordered[::-1]))


def _turn(a: Array, b: Array, c: Array) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def clipped(polygon: Array) -> Array:
    """A convex polygon cut to the unit square (Sutherland-Hodgman)."""
    for axis, sign, limit in ((0, 1.0, 0.0), (0, -1.0, -1.0), (1, 1.0, 0.0), (1, -1.0, -1.0)):
        kept: list[Array] = []
        for start, end in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            a, b = sign * start[axis] - limit, sign * end[axis] - limit
            if a >= 0.0:
                kept.append(start)
            if (a >= 0.0) != (b >= 0.0):
                kept.append(start + (end - start) * a / (a - b))
        polygon = np.array(kept)
    return polygon
