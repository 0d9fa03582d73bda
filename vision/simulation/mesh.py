"""Triangle meshes in plain numpy: primitives, clipping along a field, offset shells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.simulation.linear import Array, axis_angle, frame, unit

Triangles = NDArray[np.int64]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Mesh:
    """A triangle mesh.

    `vertices` (V, 3) metres, `faces` (F, 3) vertex indices, `colours` (V, 3) in [0, 1].
    """

    vertices: Array
    faces: Triangles
    colours: Array

    def moved(self, matrix: Array) -> "Mesh":
        """The mesh through a homogeneous transform (4, 4)."""
        return replace(self, vertices=self.vertices @ matrix[:3, :3].T + matrix[:3, 3])

    def at(self, x: float, y: float, z: float) -> "Mesh":
        """The mesh shifted by (x, y, z) metres."""
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def turned(self, yaw_deg: float) -> "Mesh":
        """The mesh turned about the z axis through the origin."""
        turn = axis_angle(np.array([0.0, 0.0, 1.0]), yaw_deg)
        return replace(self, vertices=self.vertices @ turn.T)


def painted(vertices: Array, faces: Triangles, colour: Colour) -> Mesh:
    """A mesh of one colour."""
    return Mesh(vertices, faces, np.tile(np.array(colour, dtype=np.float64), (len(vertices), 1)))


def join(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of many."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]),
        np.concatenate([mesh.colours for mesh in meshes]),
    )


def box(size: tuple[float, float, float], colour: Colour) -> Mesh:
    """A box of `size` (x, y, z) metres centred on the origin; every face has its own corners."""
    half = np.array(size) / 2.0
    vertices: list[Array] = []
    faces: list[tuple[int, int, int]] = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            centre = np.eye(3)[axis] * sign
            start = len(vertices)
            corners = [centre + a * u + b * v for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            vertices.extend(corner * half for corner in corners)
            order = (0, 1, 2, 3) if sign > 0 else (3, 2, 1, 0)
            a, b, c, d = (start + i for i in order)
            faces += [(a, b, c), (a, c, d)]
    return painted(np.array(vertices), np.array(faces, dtype=np.int64), colour)


def tube(points: Array, radii: Sequence[float], colour: Colour, sides: int = 12) -> Mesh:
    """A closed tube through `points` (N, 3) with one radius a point."""
    rings = []
    for index, point in enumerate(points):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        along = unit(after - before)
        square = frame(along, np.array([0.31, 0.52, 0.79]))
        turn = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
        ring = np.outer(np.cos(turn), square[:, 1]) + np.outer(np.sin(turn), square[:, 2])
        rings.append(point + ring * radii[index])
    return painted(*_lofted(rings, sides), colour)


def loft(rings: Sequence[Array], colour: Colour) -> Mesh:
    """A closed surface through rings (each (S, 3), same S), capped at both ends."""
    return painted(*_lofted(list(rings), len(rings[0])), colour)


def _lofted(rings: list[Array], sides: int) -> tuple[Array, Triangles]:
    vertices = np.concatenate([*rings, rings[0].mean(0)[None], rings[-1].mean(0)[None]])
    faces: list[tuple[int, int, int]] = []
    for ring in range(len(rings) - 1):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
    first, last = len(vertices) - 2, len(vertices) - 1
    tail = (len(rings) - 1) * sides
    for side in range(sides):
        faces.append((first, (side + 1) % sides, side))
        faces.append((last, tail + side, tail + (side + 1) % sides))
    return vertices, np.array(faces, dtype=np.int64)


def ellipsoid(radii: tuple[float, float, float], colour: Colour, steps: int = 12) -> Mesh:
    """An ellipsoid centred on the origin."""
    turn = np.linspace(0.0, 2.0 * np.pi, steps * 2, endpoint=False)
    rings = []
    for polar in np.linspace(-np.pi / 2 + 0.05, np.pi / 2 - 0.05, steps):
        ring = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1)
        ring = ring * np.cos(polar)
        ring[:, 2] = np.sin(polar)
        rings.append(ring * np.array(radii))
    return loft(rings, colour)


def extrude(outline: Array, bottom: float, top: float, colour: Colour) -> Mesh:
    """A slab over a convex `outline` (N, 2), counter-clockwise, between two heights."""
    low = np.c_[outline, np.full(len(outline), bottom)]
    high = np.c_[outline, np.full(len(outline), top)]
    return loft([low, high], colour)


def vertex_normals(vertices: Array, faces: Triangles) -> Array:
    """Area-weighted unit normals (V, 3)."""
    corners = vertices[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], normal)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def smoothed(vertices: Array, faces: Triangles, rounds: int, share: float = 0.5) -> Array:
    """Laplacian smoothing: every round moves vertices a `share` towards their neighbours' mean.

    Vertices on an open edge are moved along that edge only, so that hems keep their place.
    """
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs, counts = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)
    rim = np.zeros(len(vertices), dtype=bool)
    rim[pairs[counts == 1].ravel()] = True
    kept = pairs[(counts == 1) | ~(rim[pairs[:, 0]] & rim[pairs[:, 1]])]
    kept = np.concatenate([kept, kept[:, ::-1]])
    kept = kept[~rim[kept[:, 0]] | rim[kept[:, 1]]]
    degree = np.maximum(np.bincount(kept[:, 0], minlength=len(vertices)), 1)[:, None]
    for _ in range(rounds):
        total = np.zeros_like(vertices)
        np.add.at(total, kept[:, 0], vertices[kept[:, 1]])
        mean = np.where(total.any(axis=1, keepdims=True), total / degree, vertices)
        vertices = vertices + share * (mean - vertices)
    return vertices


def clip(faces: Triangles, field: Array) -> tuple[Triangles, Triangles, Array]:
    """Cut triangles where `field` (V,) crosses zero and keep the positive side.

    Returns the new faces over new vertices, and for each new vertex the two old vertices it
    lies between (N, 2) and the share of the second (N,): interpolate any vertex data with them.
    """
    positive = field > 0.0
    parents: list[tuple[int, int]] = []
    index: dict[tuple[int, int], int] = {}

    def vertex(a: int, b: int) -> int:
        key = (a, b) if a <= b else (b, a)
        if key not in index:
            index[key] = len(parents)
            parents.append(key)
        return index[key]

    kept: list[tuple[int, int, int]] = []
    for a, b, c in faces[positive[faces].any(axis=1)].tolist():
        ring: list[int] = []
        for start, end in ((a, b), (b, c), (c, a)):
            if positive[start]:
                ring.append(vertex(start, start))
            if positive[start] != positive[end]:
                ring.append(vertex(start, end))
        kept += [(ring[0], ring[i], ring[i + 1]) for i in range(1, len(ring) - 1)]
    pairs = np.array(parents, dtype=np.int64).reshape(-1, 2)
    low, high = field[pairs[:, 0]], field[pairs[:, 1]]
    gap = np.where(low == high, 1.0, low - high)
    share = np.where(low == high, 0.0, np.clip(low / gap, 0.0, 1.0))
    return np.array(kept, dtype=np.int64).reshape(-1, 3), pairs, share


def mix(values: Array, pairs: Triangles, share: Array) -> Array:
    """Vertex data `values` (V, C) at the vertices that `clip` returned."""
    weight = share[:, None]
    mixed: Array = values[pairs[:, 0]] * (1.0 - weight) + values[pairs[:, 1]] * weight
    return mixed
