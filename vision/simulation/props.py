"""Things people hold or have on the desk, built lying along x, thin along y, wide along z."""

import numpy as np

from vision.simulation.linear import Array, frame, move, rigid
from vision.simulation.mesh import Colour, Mesh, box, ellipsoid, join, tube
from vision.simulation.rig import Rig

LABELS = {"phone": "phone", "cigarette": "cigarette"}
"""Detector class of a thing; anything else is a distractor without a class."""

SMOKE: Colour = (0.82, 0.83, 0.85)


def thing(kind: str, colour: Colour) -> Mesh:
    """The mesh of a thing.

    `kind`: phone, cigarette, pen, cup, calculator, handset, paper, card.
    """
    makers = {
        "phone": _phone,
        "cigarette": _cigarette,
        "pen": _pen,
        "cup": _cup,
        "calculator": _calculator,
        "handset": _handset,
        "paper": _paper,
        "card": _card,
    }
    return makers[kind](colour)


def _phone(colour: Colour) -> Mesh:
    body = box((0.156, 0.009, 0.076), colour)
    screen = box((0.146, 0.002, 0.069), (0.16, 0.22, 0.30)).at(0.0, 0.005, 0.0)
    lit = box((0.11, 0.002, 0.060), (0.55, 0.66, 0.78)).at(0.006, 0.006, 0.0)
    camera = box((0.025, 0.003, 0.025), (0.05, 0.05, 0.06)).at(0.055, -0.005, 0.02)
    return join([body, screen, lit, camera])


def _cigarette(colour: Colour) -> Mesh:
    del colour
    ends = ((-0.050, 0.010), (0.010, 0.034), (-0.056, -0.050))
    tints = ((0.95, 0.95, 0.93), (0.80, 0.55, 0.28), (0.9, 0.3, 0.1))
    return join(
        [
            tube(_along_y(low, high), [0.0046] * 2, tint, 8)
            for (low, high), tint in zip(ends, tints, strict=True)
        ]
    )


def _along_y(low: float, high: float) -> Array:
    return np.array([[0.0, low, 0.0], [0.0, high, 0.0]])


def _pen(colour: Colour) -> Mesh:
    return tube(
        np.array([[-0.05, 0, 0], [0.075, 0, 0], [0.088, 0, 0]]), [0.005, 0.005, 0.001], colour
    )


def _cup(colour: Colour) -> Mesh:
    heights = np.array([[0, 0, -0.05], [0, 0, 0.05]])
    wall = tube(heights, [0.031, 0.039], colour, 20)
    inside = tube(
        heights + np.array([[0, 0, 0.1], [0, 0, 0.001]]), [0.034, 0.034], (0.3, 0.22, 0.15), 20
    )
    return join([wall, inside])


def _calculator(colour: Colour) -> Mesh:
    keys = [
        box((0.014, 0.004, 0.016), (0.75, 0.75, 0.76)).at(
            -0.055 + 0.022 * i, 0.009, -0.036 + 0.024 * j
        )
        for i in range(4)
        for j in range(4)
    ]
    screen = box((0.03, 0.003, 0.085), (0.62, 0.70, 0.60)).at(0.055, 0.009, 0.0)
    return join([box((0.155, 0.016, 0.105), colour), screen, *keys])


def _handset(colour: Colour) -> Mesh:
    arch = np.array([[-0.09, 0.0, 0], [-0.05, -0.018, 0], [0.05, -0.018, 0], [0.09, 0.0, 0]])
    ends = [ellipsoid((0.028, 0.024, 0.027), colour).at(x, 0.008, 0) for x in (-0.085, 0.085)]
    return join([tube(arch, [0.017] * 4, colour), *ends])


def _paper(colour: Colour) -> Mesh:
    lines = [
        box((0.008, 0.002, 0.14), (0.6, 0.6, 0.65)).at(0.1 - 0.03 * i, 0.001, 0.0) for i in range(7)
    ]
    return join([box((0.297, 0.002, 0.21), colour), *lines])


def _card(colour: Colour) -> Mesh:
    return box((0.086, 0.002, 0.054), colour)


def in_hand(kind: str, rig: Rig, side: str, transforms: Array) -> Array:
    """Where a thing is when held (4, 4)."""
    palm = rig.palm(side, transforms)
    along, out, across = palm[:3, 0], palm[:3, 1], palm[:3, 2]
    centre = palm[:3, 3]
    if kind == "cigarette":
        return rigid(frame(along, out), _between_fingers(rig, side, transforms))
    if kind == "cup":
        thumb = _thumb_up(rig, side, transforms, across)
        square = np.stack([np.cross(out, thumb), out, thumb], axis=1)
        return rigid(square, centre + 0.048 * out + 0.01 * along)
    if kind == "pen":
        tip = frame(0.6 * along + 0.8 * out, across)
        return rigid(tip, centre + 0.02 * out + 0.045 * along)
    reach = {"phone": 0.035, "paper": 0.10, "handset": 0.02, "calculator": 0.04}.get(kind, 0.05)
    lift = {"handset": 0.035}.get(kind, 0.021)
    return rigid(palm[:3, :3], centre + lift * out + reach * along)


def _thumb_up(rig: Rig, side: str, transforms: Array, across: Array) -> Array:
    thumb = _joint(rig, f"finger1-2.{side}", transforms) - _joint(rig, f"wrist.{side}", transforms)
    return across if float(across @ thumb) > 0 else -across


def _between_fingers(rig: Rig, side: str, transforms: Array) -> Array:
    first = _joint(rig, f"finger2-3.{side}", transforms)
    second = _joint(rig, f"finger3-3.{side}", transforms)
    middle: Array = (first + second) / 2.0
    return middle


def _joint(rig: Rig, name: str, transforms: Array) -> Array:
    index = rig.body.bone(name)
    return move(transforms[index], rig.body.heads[index])
