"""Clothing as shells over the body: cut out by smooth fields, pushed outwards, skinned alike."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vision.simulation.body import RestBody
from vision.simulation.linear import Array
from vision.simulation.mesh import Colour as Colour
from vision.simulation.mesh import (
    Mesh,
    Triangles,
    clip,
    loft,
    mix,
    painted,
    smoothed,
    vertex_normals,
)

ARM = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
LEG = ("upperleg", "lowerleg")


@dataclass(frozen=True, slots=True)
class Skinned:
    """A mesh at rest that moves with the body: `weights` (V, B) skinning weights."""

    mesh: Mesh
    weights: Array


@dataclass(frozen=True, slots=True)
class Measures:
    """Fields over the body's vertices that cut garments out of it; lengths in metres.

    `along_arm`, `along_leg` (V,): distance from shoulder or hip joint along the limb;
    `arm`, `leg`, `foot`, `neck` (V,): skinning weight of that part; `outward` (V, 3) normals.
    """

    body: RestBody
    scale: float
    along_arm: Array
    along_leg: Array
    arm: Array
    leg: Array
    foot: Array
    neck: Array
    outward: Array


def measure(body: RestBody) -> Measures:
    """Measure a body for its clothes."""
    return Measures(
        body=body,
        scale=float(np.ptp(body.vertices[:, 2])) / 1.70,
        along_arm=_along(body, ("upperarm01", "lowerarm01", "wrist")),
        along_leg=_along(body, ("upperleg01", "lowerleg01", "foot")),
        arm=body.weight_of(*ARM),
        leg=body.weight_of(*LEG),
        foot=body.weight_of("foot", "toe"),
        neck=body.weight_of("neck", "head", "eye"),
        outward=vertex_normals(body.vertices, body.faces),
    )


def _along(body: RestBody, chain: tuple[str, str, str]) -> Array:
    """Arc length of each vertex's projection onto the limb of its own side."""
    reach = np.zeros(len(body.vertices))
    for side, mine in (("L", body.vertices[:, 0] >= 0), ("R", body.vertices[:, 0] < 0)):
        a, b, c = (body.head(f"{name}.{side}") for name in chain)
        first, second = float(np.linalg.norm(b - a)), float(np.linalg.norm(c - b))
        upper = (body.vertices - a) @ (b - a) / first
        lower = (body.vertices - b) @ (c - b) / second
        both = np.where(lower > 0.0, first + lower, np.minimum(upper, first))
        reach[mine] = both[mine]
    return reach


def shell(
    measures: Measures,
    field: Array,
    offset: Array | float,
    colour: Colour,
    rounds: int = 3,
) -> Skinned:
    """The part of the body where `field` > 0, smoothed and pushed outwards by `offset` metres."""
    body = measures.body
    faces, pairs, share = clip(body.faces, field)
    vertices = mix(body.vertices, pairs, share)
    away = np.broadcast_to(np.asarray(offset, dtype=np.float64), field.shape)[:, None]
    push = mix(away, pairs, share)
    vertices = smoothed(vertices, faces, rounds)
    vertices = vertices + vertex_normals(vertices, faces) * push
    return Skinned(painted(vertices, faces, colour), mix(body.weights, pairs, share))


def neckline(measures: Measures, drop: float, tilt: float = 0.7) -> Array:
    """Positive below a neck opening `drop` metres under the root of the neck, lower in front."""
    body, base = measures.body, measures.body.head("neck01")
    height = base[2] - drop + tilt * (body.vertices[:, 1] - base[1])
    return np.asarray(height - body.vertices[:, 2])


def hem(measures: Measures, height: float) -> Array:
    """Positive above a hem `height` metres over the hip joints; arms and hands do not count."""
    level = measures.body.head("upperleg01.L")[2] + height * measures.scale
    return np.asarray(np.where(measures.arm > 0.5, 1.0, measures.body.vertices[:, 2] - level))


def sleeve(measures: Measures, share: float) -> Array:
    """Positive up to a `share` of the arm: 0.3 is a T-shirt, 0.5 the elbow, 0.97 the wrist."""
    full = _reach(measures, ("upperarm01", "lowerarm01", "wrist"))
    return np.asarray(np.where(measures.arm > 0.3, share * full - measures.along_arm, 1.0))


def leg_length(measures: Measures, share: float) -> Array:
    """Positive up to a `share` of the leg: 0.42 above the knee, 0.96 the ankle."""
    full = _reach(measures, ("upperleg01", "lowerleg01", "foot"))
    legs = np.where(measures.leg + measures.foot > 0.3, share * full - measures.along_leg, 1.0)
    return np.asarray(legs)


def _reach(measures: Measures, chain: tuple[str, str, str]) -> float:
    a, b, c = (measures.body.head(f"{name}.L") for name in chain)
    return float(np.linalg.norm(b - a) + np.linalg.norm(c - b))


def lowest(*fields: Array) -> Array:
    """Intersection of regions."""
    return np.asarray(np.minimum.reduce(fields))


def top(measures: Measures, sleeve_share: float, hem_height: float, colour: Colour) -> Skinned:
    """A shirt with sleeves."""
    field = lowest(
        neckline(measures, 0.012),
        hem(measures, hem_height),
        sleeve(measures, sleeve_share),
    )
    loose = 0.013 + 0.010 * np.clip(measures.along_arm / 0.2, 0.0, 1.0) * (measures.arm > 0.3)
    loose = loose * (1.0 if sleeve_share < 0.6 else 0.9)
    return shell(measures, field, loose, colour, rounds=6)


def vest_field(measures: Measures, strap_width: float) -> Array:
    """Positive where a sleeveless top covers the body: below the armpits, and two straps."""
    body = measures.body
    x, z = np.abs(body.vertices[:, 0]), body.vertices[:, 2]
    shoulder = body.head("upperarm01.L")
    armpit = shoulder[2] - 0.075 * measures.scale
    strap = strap_width / 2.0 - np.abs(x - 0.56 * shoulder[0])
    upper = np.maximum(armpit - z, strap)
    bare = 0.35 - measures.arm - 0.6 * body.weight_of("shoulder01")
    return lowest(upper, bare * 0.2, 0.75 - measures.neck)


def vest(measures: Measures, strap_width: float, hem_height: float, colour: Colour) -> Skinned:
    """A sleeveless undershirt (wide straps) or a camisole (narrow ones)."""
    field = lowest(vest_field(measures, strap_width), hem(measures, hem_height))
    return shell(measures, field, 0.010, colour, rounds=3)


def trousers(measures: Measures, share: float, colour: Colour) -> Skinned:
    """Trousers or shorts that reach a `share` of the leg."""
    field = lowest(
        -hem(measures, 0.115),
        leg_length(measures, share),
        (0.3 - measures.arm) * 0.2,
    )
    wide = 0.020 if share < 0.7 else 0.012
    loose = 0.007 + wide * np.clip(measures.along_leg / (0.5 * measures.scale), 0.0, 1.0)
    return shell(measures, field, loose, colour, rounds=8)


def skirt(measures: Measures, share: float, colour: Colour, sides: int = 32) -> Skinned:
    """A straight skirt round both legs down to a `share` of the leg."""
    body = measures.body
    hip, knee, foot = (body.head(f"{name}.L") for name in ("upperleg01", "lowerleg01", "foot"))
    waist = hip[2] + 0.115 * measures.scale
    low = hip[2] - share * (hip[2] - foot[2])
    turn = np.linspace(0.0, 2.0 * np.pi, sides, endpoint=False)
    rings = []
    for z in np.linspace(waist, low, 12):
        near = np.abs(body.vertices[:, 2] - z) < 0.02
        cut = body.vertices[near & (measures.arm < 0.3)]
        width, depth = np.abs(cut[:, 0]).max() + 0.012, np.ptp(cut[:, 1]) / 2.0 + 0.012
        middle = (cut[:, 1].max() + cut[:, 1].min()) / 2.0
        width = min(width, 1.15 * float(np.abs(body.vertices[measures.leg > 0.5, 0]).max()))
        rings.append(
            np.stack([width * np.cos(turn), middle + depth * np.sin(turn), np.full(sides, z)], 1)
        )
    mesh = loft(rings, colour)
    return Skinned(mesh, _skirt_weights(body, mesh.vertices, float(hip[2]), float(knee[2])))


def _skirt_weights(body: RestBody, vertices: Array, hip_z: float, knee_z: float) -> Array:
    weights = np.zeros((len(vertices), len(body.bones)))
    down = np.clip((hip_z + 0.05 - vertices[:, 2]) / 0.12, 0.0, 1.0)
    left = np.clip(0.5 + vertices[:, 0] / 0.16, 0.0, 1.0)
    shin = np.clip((knee_z - vertices[:, 2]) / 0.05 + 0.5, 0.0, 1.0)
    weights[:, body.bone("root")] = 1.0 - down
    for side, share in (("L", left), ("R", 1.0 - left)):
        weights[:, body.bone(f"upperleg02.{side}")] = down * share * (1.0 - shin)
        weights[:, body.bone(f"lowerleg01.{side}")] = down * share * shin
    return weights


def hidden_faces(measures: Measures, fields: list[Array], margin: float = 0.012) -> Triangles:
    """Faces of the body that stay in sight: those not `margin` deep under some garment."""
    body = measures.body
    covered = np.zeros(len(body.vertices), dtype=bool)
    for field in fields:
        covered |= field > margin
    kept: Triangles = body.faces[~covered[body.faces].all(axis=1)]
    return kept


Builder = Callable[[Measures], Skinned]
