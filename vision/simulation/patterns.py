"""Stripes, checks and prints on a top, and the collar of a shirt, as vertex colours."""

import numpy as np

from vision.simulation.garments import Measures, Skinned
from vision.simulation.linear import Array
from vision.simulation.mesh import Mesh
from vision.simulation.outfit import Outfit

STRIPE_M = 0.045
COLLAR_M = 0.035


def patterned(skinned: Skinned, measures: Measures, outfit: Outfit) -> Skinned:
    """The top with the outfit's pattern in its second colour, and a collar on a shirt."""
    vertices, colours = skinned.mesh.vertices, skinned.mesh.colours.copy()
    colours[_inked(vertices, measures, outfit.pattern)] = outfit.second_colour
    if outfit.top == "shirt":
        colours[_collar(vertices, measures)] = np.clip(0.82 * np.array(outfit.top_colour), 0.0, 1.0)
    return Skinned(Mesh(vertices, skinned.mesh.faces, colours), skinned.weights)


def _inked(
    vertices: Array, measures: Measures, pattern: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    x, y, z = vertices.T
    across, down = _band(x + 0.4 * y), _band(z)
    if pattern == "stripes":
        return down
    if pattern == "checks":
        return across ^ down
    chest = measures.body.head("spine02")[2] + 0.05 * measures.scale
    patch = (np.abs(x) < 0.085) & (np.abs(z - chest) < 0.08) & (y < 0.0)
    return np.asarray(patch if pattern == "print" else np.zeros(len(vertices), dtype=bool))


def _band(along: Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(np.floor(along / STRIPE_M).astype(np.int64) % 2 == 0)


def _collar(vertices: Array, measures: Measures) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    base = measures.body.head("neck01")
    plane = base[2] - 0.012 + 0.7 * (vertices[:, 1] - base[1])
    near = np.hypot(vertices[:, 0], vertices[:, 1] - base[1]) < 0.14 * measures.scale
    return np.asarray((plane - vertices[:, 2] < COLLAR_M) & near)
