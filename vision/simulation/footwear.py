"""Shoes, slippers and sandals, built round a foot at rest and bound to it."""

import numpy as np

from vision.simulation.body import RestBody
from vision.simulation.garments import Measures, Skinned, lowest, shell
from vision.simulation.linear import Array
from vision.simulation.mesh import Colour, Mesh, extrude, join, tube
from vision.simulation.polygons import hull

SOLE_M = {"slides": 0.022, "flip_flops": 0.015, "house_slippers": 0.016, "sandals": 0.02}


def sole_height_m(kind: str) -> float:
    """How far the sole lifts the foot off the floor."""
    return SOLE_M.get(kind, 0.012 if kind == "shoes" else 0.0)


def _side(measures: Measures, side: str) -> Array:
    x = measures.body.vertices[:, 0]
    return np.asarray(x if side == "L" else -x)


def _foot_vertices(measures: Measures, side: str) -> Array:
    chosen = (measures.foot > 0.5) & (_side(measures, side) > 0)
    picked: Array = measures.body.vertices[chosen]
    return picked


def _outline(measures: Measures, side: str, margin: float) -> Array:
    points = _foot_vertices(measures, side)
    points = points[points[:, 2] < points[:, 2].min() + 0.05][:, :2]
    outline = hull(points)
    centre = outline.mean(axis=0)
    away = outline - centre
    grown: Array = outline + away / np.linalg.norm(away, axis=1, keepdims=True) * margin
    return grown


def _bound(body: RestBody, mesh: Mesh, side: str) -> Skinned:
    weights = np.zeros((len(mesh.vertices), len(body.bones)))
    weights[:, body.bone(f"foot.{side}")] = 1.0
    return Skinned(mesh, weights)


def _both(first: Skinned, second: Skinned) -> Skinned:
    return Skinned(join([first.mesh, second.mesh]), np.concatenate([first.weights, second.weights]))


def _sole(measures: Measures, side: str, kind: str, colour: Colour) -> Skinned:
    floor = float(_foot_vertices(measures, side)[:, 2].min())
    outline = _outline(measures, side, 0.009)
    slab = extrude(outline, floor - sole_height_m(kind), floor + 0.003, colour)
    return _bound(measures.body, slab, side)


def _toe_to_heel(measures: Measures, side: str) -> Array:
    """0 at the tip of the toes, 1 at the heel, (V,)."""
    foot = _foot_vertices(measures, side)
    front, back = foot[:, 1].min(), foot[:, 1].max()
    return np.asarray((measures.body.vertices[:, 1] - front) / (back - front))


def _upper(
    measures: Measures, side: str, start: float, end: float, colour: Colour, above: float = 0.004
) -> Skinned:
    """A band over the foot from `start` to `end` of its length (0 toes, 1 heel)."""
    foot = _foot_vertices(measures, side)
    place = _toe_to_heel(measures, side)
    length = float(np.ptp(foot[:, 1]))
    field = lowest(
        (place - start) * length,
        (end - place) * length,
        (measures.foot - 0.35) * 0.2,
        _side(measures, side),
        measures.body.vertices[:, 2] - foot[:, 2].min() - above,
    )
    return shell(measures, field, 0.011, colour, rounds=14)


def _thong(measures: Measures, side: str, colour: Colour) -> Skinned:
    """The Y-shaped strap of a flip-flop, from between the toes to both sides."""
    body = measures.body
    foot = _foot_vertices(measures, side)
    floor, length = foot[:, 2].min(), float(np.ptp(foot[:, 1]))
    gap = (body.head(f"toe1-1.{side}") + body.head(f"toe2-1.{side}")) / 2.0
    front = np.array([gap[0], foot[:, 1].min() + 0.16 * length, floor + 0.02])
    rise = np.array([gap[0], foot[:, 1].min() + 0.30 * length, floor + 0.062])
    middle = foot[:, 1].min() + 0.55 * length
    near = foot[np.abs(foot[:, 1] - middle) < 0.02]
    straps = []
    for x in (near[:, 0].min() - 0.004, near[:, 0].max() + 0.004):
        end = np.array([x, middle, floor + 0.004])
        bow = (rise + end) / 2.0 + np.array([0.0, 0.0, 0.014])
        straps.append(tube(np.stack([front, rise, bow, end]), [0.007] * 4, colour, sides=8))
    return _bound(body, join(straps), side)


def footwear(measures: Measures, side: str, kind: str, colour: Colour, sole: Colour) -> Skinned:
    """One shoe or slipper. `kind`: shoes, slides, flip_flops, house_slippers or sandals."""
    if kind == "shoes":
        closed = _upper(measures, side, -0.1, 1.1, colour, above=-0.01)
        return _both(closed, _sole(measures, side, kind, sole))
    base = _sole(measures, side, kind, sole)
    if kind == "flip_flops":
        return _both(base, _thong(measures, side, colour))
    if kind == "house_slippers":
        return _both(base, _upper(measures, side, -0.1, 0.58, colour))
    band = _both(base, _upper(measures, side, 0.22, 0.52, colour))
    if kind == "sandals":
        return _both(band, _upper(measures, side, 0.86, 1.1, colour, above=0.03))
    return band
