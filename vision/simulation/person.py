"""A dressed person: body, clothes, hair, with what each part is called in the labels."""

from dataclasses import dataclass

import numpy as np

from vision.simulation.body import RestBody, joint_position, skin_with_normals
from vision.simulation.footwear import footwear, sole_height_m
from vision.simulation.garments import (
    Measures,
    Skinned,
    hem,
    hidden_faces,
    leg_length,
    lowest,
    measure,
    neckline,
    skirt,
    sleeve,
    top,
    trousers,
    vest,
    vest_field,
)
from vision.simulation.head import glasses, hair, paint_skin, scalp_field
from vision.simulation.linear import Array
from vision.simulation.mesh import Mesh, vertex_normals
from vision.simulation.outfit import Outfit
from vision.simulation.patterns import patterned
from vision.simulation.rig import SIDES, Rig

FOOTWEAR_CLASS = {
    "shoes": "shoes",
    "sandals": "shoes",
    "slides": "slippers",
    "flip_flops": "slippers",
    "house_slippers": "slippers",
    "bare": None,
}
TOP_CLASS = {"shirt": "sleeved_top", "tshirt": "sleeved_top", "vest": "vest", "camisole": "vest"}
BOTTOM_CLASS = {"trousers": "trousers", "shorts": "shorts", "skirt": None}


@dataclass(frozen=True, slots=True)
class Part:
    """One mesh of a person: `label` is its detector class besides `person`, or None."""

    label: str | None
    skinned: Skinned
    normals: Array
    shine: float = 0.05

    def posed(self, transforms: Array) -> tuple[Array, Array]:
        """Vertices and normals (V, 3) under skinning `transforms` (B, 4, 4)."""
        return skin_with_normals(
            self.skinned.mesh.vertices, self.normals, self.skinned.weights, transforms
        )


@dataclass(frozen=True, slots=True)
class Person:
    """A dressed body ready to be posed."""

    rig: Rig
    parts: tuple[Part, ...]
    landmark_weights: Array

    def landmarks(self, skin_vertices: Array, transforms: Array) -> Array:
        """The 33 MediaPipe landmarks (33, 3) in metres, from the posed bare body (V, 3)."""
        points: Array = self.landmark_weights @ skin_vertices
        for index, name in HAND_JOINTS.items():
            points[index] = joint_position(self.rig.body, transforms, name)
        return points


def dress(body: RestBody, outfit: Outfit) -> Person:
    """Put clothes, hair and glasses on a body."""
    measures = measure(body)
    skin, iris, brow = outfit.skin, (0.16, 0.10, 0.07), outfit.hair
    parts = [_part(TOP_CLASS[outfit.top], _top(measures, outfit))]
    parts.append(_part(BOTTOM_CLASS[outfit.bottom], _bottom(measures, outfit)))
    parts += [
        _part(FOOTWEAR_CLASS[outfit.footwear], _shoe(measures, side, outfit), 0.15)
        for side in SIDES
        if outfit.footwear != "bare"
    ]
    parts.append(_part(None, hair(measures, outfit.hair_style, outfit.hair), 0.25))
    if outfit.glasses:
        parts.append(_part(None, glasses(measures, (0.08, 0.08, 0.09)), 0.4))
    bare = Mesh(body.vertices, _skin_faces(measures, outfit), paint_skin(body, skin, iris, brow))
    normals = vertex_normals(body.vertices, body.faces)
    first = Part(None, Skinned(bare, body.weights), normals, 0.12)
    rig = Rig(body, sole_height_m(outfit.footwear))
    return Person(rig, (first, *parts), _landmark_weights(body))


def _part(label: str | None, skinned: Skinned, shine: float = 0.03) -> Part:
    return Part(label, skinned, vertex_normals(skinned.mesh.vertices, skinned.mesh.faces), shine)


def _sleeve_share(outfit: Outfit) -> float:
    if outfit.top == "tshirt":
        return 0.32
    return 0.95 if outfit.long_sleeves else 0.36


def _hem_height(outfit: Outfit) -> float:
    return 0.085 if outfit.top == "shirt" or outfit.bottom == "skirt" else -0.045


def _top(measures: Measures, outfit: Outfit) -> Skinned:
    height = _hem_height(outfit)
    if outfit.top in ("vest", "camisole"):
        return vest(measures, 0.055 if outfit.top == "vest" else 0.022, height, outfit.top_colour)
    made = top(measures, _sleeve_share(outfit), height, outfit.top_colour)
    return patterned(made, measures, outfit)


def _bottom(measures: Measures, outfit: Outfit) -> Skinned:
    if outfit.bottom == "skirt":
        return skirt(measures, 0.52, outfit.bottom_colour)
    share = 0.96 if outfit.bottom == "trousers" else outfit.shorts_share
    return trousers(measures, share, outfit.bottom_colour)


def _shoe(measures: Measures, side: str, outfit: Outfit) -> Skinned:
    return footwear(measures, side, outfit.footwear, outfit.footwear_colour, outfit.sole_colour)


def _skin_faces(
    measures: Measures, outfit: Outfit
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    top_hem = hem(measures, _hem_height(outfit))
    if outfit.top in ("vest", "camisole"):
        width = 0.055 if outfit.top == "vest" else 0.022
        upper = lowest(vest_field(measures, width), top_hem)
    else:
        upper = lowest(neckline(measures, 0.012), top_hem, sleeve(measures, _sleeve_share(outfit)))
    share = {"trousers": 0.96, "skirt": 0.50}.get(outfit.bottom, outfit.shorts_share)
    lower = lowest(-hem(measures, 0.115), leg_length(measures, share), 0.3 - measures.arm)
    fields = [upper, lower, scalp_field(measures, outfit.hair_style)]
    if outfit.footwear == "shoes":
        fields.append((measures.foot - 0.4) * 0.2)
    return hidden_faces(measures, fields)


HAND_JOINTS = {
    17: "finger5-1.L",
    18: "finger5-1.R",
    19: "finger2-1.L",
    20: "finger2-1.R",
    21: "finger1-2.L",
    22: "finger1-2.R",
}
"""MediaPipe's hand landmarks by bone."""

NAMED = {
    0: "nose",
    2: "left_eye",
    5: "right_eye",
    7: "left_ear",
    8: "right_ear",
    11: "left_shoulder",
    12: "right_shoulder",
    13: "left_elbow",
    14: "right_elbow",
    15: "left_wrist",
    16: "right_wrist",
    23: "left_hip",
    24: "right_hip",
    25: "left_knee",
    26: "right_knee",
    27: "left_ankle",
    28: "right_ankle",
    29: "left_heel",
    30: "right_heel",
    31: "left_big_toe",
    32: "right_big_toe",
}
"""MediaPipe's landmark numbers by Anny's keypoint names."""


def _landmark_weights(body: RestBody) -> Array:
    weights = np.zeros((33, len(body.vertices)))
    for index, name in NAMED.items():
        weights[index] = body.keypoints[body.keypoint_names.index(name)]
    x = body.vertices[:, 0]
    for side, (inner, outer) in (("L", (1, 3)), ("R", (4, 6))):
        ball = np.flatnonzero(body.weight_of(f"eye.{side}") > 0.5)
        order = ball[np.argsort(np.abs(x[ball]))]
        weights[inner, order[0]] = 1.0
        weights[outer, order[-1]] = 1.0
    lips = np.flatnonzero(body.lips > 0.5)
    weights[9, lips[np.argmax(x[lips])]] = 1.0
    weights[10, lips[np.argmin(x[lips])]] = 1.0
    return weights
