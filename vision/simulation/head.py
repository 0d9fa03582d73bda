"""Faces, hair and glasses."""

import numpy as np

from vision.simulation.body import RestBody
from vision.simulation.garments import Measures, Skinned, lowest, shell
from vision.simulation.linear import Array, vec
from vision.simulation.mesh import Colour, Mesh, ellipsoid, join, tube


def paint_skin(body: RestBody, skin: Colour, iris: Colour, brow: Colour) -> Array:
    """Colours (V, 3) of the bare body: skin, redder lips, brows, eyes with iris and pupil."""
    colours = np.tile(np.array(skin), (len(body.vertices), 1))
    lips = np.clip(body.lips - 0.2, 0.0, 1.0)[:, None]
    colours = colours * (1.0 - 0.75 * lips) + 0.75 * lips * np.array([0.62, 0.30, 0.28])
    ears = 0.25 * body.ears[:, None]
    colours = colours * (1.0 - ears) + ears * np.array([0.75, 0.45, 0.38])
    _paint_brows(body, colours, brow)
    _paint_eyes(body, colours, iris)
    return np.asarray(np.clip(colours, 0.0, 1.0))


def _paint_brows(body: RestBody, colours: Array, brow: Colour) -> None:
    scale = float(np.ptp(body.vertices[:, 2])) / 1.70
    for side in ("L", "R"):
        eye = body.head(f"eye.{side}")
        offset = (body.vertices - eye) / scale
        out = np.sign(eye[0]) * offset[:, 0]
        arch = 0.024 - 0.10 * np.maximum(out - 0.008, 0.0) ** 2 / 0.03
        near = (np.abs(offset[:, 2] - arch) < 0.004) & (out > -0.018) & (out < 0.026)
        near &= offset[:, 1] < 0.03
        colours[near] = 0.35 * colours[near] + 0.65 * np.array(brow)


def _paint_eyes(body: RestBody, colours: Array, iris: Colour) -> None:
    for side in ("L", "R"):
        ball = body.weight_of(f"eye.{side}") > 0.5
        points = body.vertices[ball]
        colours[ball] = (0.86, 0.85, 0.83)
        centre = (points.max(axis=0) + points.min(axis=0)) / 2.0
        radius = float(np.ptp(points[:, 0])) / 2.0
        away = np.hypot(body.vertices[:, 0] - centre[0], body.vertices[:, 2] - centre[2]) / radius
        front = ball & (body.vertices[:, 1] < centre[1])
        colours[front & (away < 0.62)] = iris
        colours[front & (away < 0.28)] = (0.03, 0.03, 0.03)


def _hairline(measures: Measures, front: float, nape: float) -> Array:
    """Positive above a plane from the forehead, `front` metres over the eyes, to the nape."""
    body, scale = measures.body, measures.scale
    eye = body.head("eye.L")
    y0, z0 = eye[1] - 0.01 * scale, eye[2] + front * scale
    y1, z1 = eye[1] + 0.16 * scale, eye[2] + nape * scale
    plane = z0 + (body.vertices[:, 1] - y0) * (z1 - z0) / (y1 - y0)
    return np.asarray(body.vertices[:, 2] - plane)


def scalp_field(measures: Measures, style: str) -> Array:
    """Positive where hair grows."""
    front, nape = {"crop": (0.066, -0.01), "short": (0.060, -0.045)}.get(style, (0.062, -0.06))
    body = measures.body
    field = lowest(_hairline(measures, front, nape), (body.weight_of("head") - 0.5) * 0.2)
    return np.asarray(np.where(body.ears > 0.5, -0.01, field))


def hair(measures: Measures, style: str, colour: Colour) -> Skinned:
    """Hair of a `style`: short, crop, bob, ponytail or bun."""
    body = measures.body
    thick = {"crop": 0.011, "short": 0.016}.get(style, 0.020) * measures.scale
    cap = shell(measures, scalp_field(measures, style), thick, colour, rounds=4)
    extra = _hair_extra(measures, style, colour)
    if extra is None:
        return cap
    weights = np.zeros((len(extra.vertices), len(body.bones)))
    weights[:, body.bone("head")] = 1.0
    return Skinned(join([cap.mesh, extra]), np.concatenate([cap.weights, weights]))


def _hair_extra(measures: Measures, style: str, colour: Colour) -> Mesh | None:
    scale, eye = measures.scale, measures.body.head("eye.L")
    back = np.array([0.0, eye[1] + 0.165 * scale, eye[2]])
    if style == "bun":
        return ellipsoid((0.042, 0.036, 0.040), colour).at(*(back + vec(0.0, 0.025, 0.045)))
    if style == "ponytail":
        bend = back + np.array([[0, -0.01, 0.05], [0, 0.045, 0.045], [0, 0.06, -0.04]])
        tail = np.concatenate([bend, back[None] + [[0, 0.045, -0.13], [0, 0.035, -0.17]]])
        return tube(tail, [0.02, 0.028, 0.03, 0.024, 0.006], colour)
    if style == "bob":
        side = ellipsoid((0.028, 0.052, 0.095), colour)
        rear = ellipsoid((0.082, 0.045, 0.105), colour).at(*(back + vec(0.0, -0.035, -0.035)))
        ear, aside = back + vec(0.0, -0.075, -0.015), vec(0.068 * scale, 0.0, 0.0)
        return join([side.at(*(ear + aside)), side.at(*(ear - aside)), rear])
    return None


def glasses(measures: Measures, colour: Colour) -> Skinned:
    """Two rims and two temples, bound to the head."""
    body, scale = measures.body, measures.scale
    turn = np.linspace(0.0, 2.0 * np.pi, 19)
    parts = []
    for side in ("L", "R"):
        eye = body.head(f"eye.{side}")
        sign = np.sign(eye[0])
        ring = eye + scale * np.stack(
            [0.025 * np.cos(turn), np.full(19, -0.036), 0.019 * np.sin(turn)], axis=1
        )
        parts.append(tube(ring, [0.0022] * 19, colour, sides=6))
        hinge = eye + scale * np.array([0.027 * sign, -0.034, 0.006])
        temple = np.array([sign * 0.078 * scale, eye[1] + 0.075 * scale, eye[2] + 0.008])
        middle = np.array([sign * 0.073 * scale, eye[1] + 0.01 * scale, eye[2] + 0.008])
        parts.append(tube(np.stack([hinge, middle, temple]), [0.002] * 3, colour, sides=6))
    mesh = join(parts)
    weights = np.zeros((len(mesh.vertices), len(body.bones)))
    weights[:, body.bone("head")] = 1.0
    return Skinned(mesh, weights)
