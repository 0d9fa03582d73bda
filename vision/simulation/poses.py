"""The postures of window staff, seated at a desk in front of them, and of people on their feet.

Axes as in `rig`: x left, y back (so -y is towards the desk), z up, from the floor under the seat.
"""

from dataclasses import dataclass, replace

import numpy as np

from vision.simulation.linear import unit, vec
from vision.simulation.rig import OUT, SIDES, Foot, Hand, Pose, Rig

DESK_M = 0.74
SEAT_M = 0.46
FACE_DOWN_M = 0.15
"""Height of the base of the skull over the desk when the head lies on the arms."""
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Sitter:
    """What a seated pose depends on: the body and how far it sits from the desk."""

    rig: Rig

    @property
    def hip_m(self) -> float:
        """Height of the pelvis on the seat."""
        return SEAT_M + 0.095 * self.rig.scale


def flat_hand(side: str, x: float, y: float, z: float, curl: float = 0.25) -> Hand:
    """A palm on a surface, fingers forwards and slightly inwards; `x` is outwards."""
    out = OUT[side]
    return Hand(
        vec(out * x, y, z + 0.018),
        unit(vec(-out * 0.35, -1.0, 0.0)),
        vec(0.0, 0.0, -1.0),
        vec(out * 0.9, 0.35, -0.6),
        curl=curl,
    )


def upright(sitter: Sitter) -> Pose:
    """Sitting straight, hands on the desk."""
    hip = sitter.hip_m
    return Pose(
        pelvis=vec(0.0, 0.0, hip),
        lean=np.array([-4.0, 0.0, 0.0]),
        spine=np.array([8.0, 0.0, 0.0]),
        neck=np.array([2.0, 0.0, 0.0]),
        head=np.array([4.0, 0.0, 0.0]),
        left=((1.0, flat_hand("L", 0.17, -0.40, DESK_M)),),
        right=((1.0, flat_hand("R", 0.17, -0.40, DESK_M)),),
        left_foot=Foot(vec(0.14, -0.36, 0.0), 8.0),
        right_foot=Foot(vec(-0.14, -0.30, 0.0), -8.0),
    )


def turned(pose: Pose, **angles: tuple[float, float, float]) -> Pose:
    """`pose` with some of `lean`, `spine`, `neck`, `head` (pitch, roll, yaw degrees) added to."""
    changes = {name: getattr(pose, name) + np.array(by) for name, by in angles.items()}
    return replace(pose, **changes)


def typing(sitter: Sitter, phase: float) -> Pose:
    """Both hands over the keyboard; `phase` in cycles moves them."""
    pose = turned(upright(sitter), spine=(4.0, 0.0, 0.0), head=(4.0, 0.0, 0.0))
    for side, shift in (("L", 0.0), ("R", 0.37)):
        wave = np.sin(2.0 * np.pi * (phase + shift))
        hand = flat_hand(side, 0.09 + 0.012 * wave, -0.42 - 0.01 * wave, DESK_M + 0.025, 0.45)
        pose = pose.with_hand(side, hand)
    return pose


def mouse(sitter: Sitter, phase: float) -> Pose:
    """Right hand on the mouse, left on the keyboard."""
    wave = np.sin(2.0 * np.pi * phase)
    pose = turned(upright(sitter), spine=(3.0, 0.0, 0.0))
    right = flat_hand("R", 0.27 + 0.01 * wave, -0.42 + 0.012 * wave, DESK_M + 0.02, 0.4)
    return pose.with_hand("R", right).with_hand("L", flat_hand("L", 0.10, -0.42, DESK_M + 0.02))


def writing(sitter: Sitter, phase: float) -> Pose:
    """Bent over a form, the right hand writing: an everyday posture, not a slouch."""
    wave = np.sin(2.0 * np.pi * phase)
    pose = turned(upright(sitter), spine=(14.0, 0.0, 0.0), neck=(10.0, 0.0, 0.0), head=(14, 0, 0))
    out = OUT["R"]
    pen = Hand(
        vec(out * (0.06 + 0.02 * wave), -0.36, DESK_M + 0.035),
        unit(vec(0.45, -1.0, -0.15)),
        unit(vec(0.55, 0.1, -0.85)),
        vec(out * 0.9, 0.3, -0.6),
        curl=0.65,
    )
    return pose.with_hand("R", pen).with_hand("L", flat_hand("L", 0.10, -0.42, DESK_M))


def reaching(sitter: Sitter, side: str) -> Pose:
    """An arm stretched over the counter to take or give a document."""
    pose = turned(upright(sitter), lean=(7.0, 0.0, 0.0), spine=(10.0, 0.0, 0.0))
    hand = Hand(
        vec(OUT[side] * 0.10, -0.66, DESK_M + 0.20),
        unit(vec(0.0, -1.0, 0.1)),
        unit(vec(-OUT[side], 0.0, 0.35)),
        vec(OUT[side] * 0.7, 0.2, -0.8),
        curl=0.4,
    )
    return pose.with_hand(side, hand)


def looking_aside(sitter: Sitter, yaw_deg: float) -> Pose:
    """Turned to a colleague; positive is to the person's left."""
    return turned(
        upright(sitter),
        spine=(0.0, 0.0, yaw_deg * 0.35),
        neck=(0.0, 0.0, yaw_deg * 0.25),
        head=(0.0, 0.0, yaw_deg * 0.4),
    )


def slumped(sitter: Sitter, degree: float) -> Pose:
    """Hunched over the desk: `degree` 0 is upright, 1 a round back and the head far forwards."""
    pose = turned(
        upright(sitter),
        lean=(-8.0 * degree, 0.0, 0.0),
        spine=(44.0 * degree, 0.0, 0.0),
        neck=(24.0 * degree, 0.0, 0.0),
        head=(-6.0 * degree, 0.0, 0.0),
    )
    pose = replace(pose, pelvis=pose.pelvis + vec(0.0, 0.02 * degree, -0.02 * degree))
    for side in SIDES:
        hand = flat_hand(side, 0.20, -0.40, DESK_M)
        hand = replace(hand, fingers=unit(vec(-OUT[side], -0.7, 0.0)))
        pose = pose.with_hand(side, hand)
    return pose


def reclined(sitter: Sitter, degree: float) -> Pose:
    """Slid down in the chair, the back against it, the chin on the chest."""
    pose = turned(
        upright(sitter),
        lean=(-26.0 * degree, 0.0, 0.0),
        spine=(14.0 * degree, 0.0, 0.0),
        neck=(16.0 * degree, 0.0, 0.0),
        head=(8.0 * degree, 0.0, 0.0),
    )
    pose = replace(pose, pelvis=pose.pelvis + vec(0.0, -0.13 * degree, -0.03 * degree))
    for side in SIDES:
        pose = pose.with_hand(side, lap_hand(sitter, side))
    return pose


def lap_hand(sitter: Sitter, side: str) -> Hand:
    """A hand resting on the thigh."""
    out = OUT[side]
    return Hand(
        vec(out * 0.11, -0.20, sitter.hip_m + 0.10),
        unit(vec(-out * 0.5, -1.0, -0.05)),
        vec(0.0, 0.0, -1.0),
        vec(out * 0.9, 0.4, -0.4),
        curl=0.35,
    )


def head_on_desk(sitter: Sitter, degree: float = 1.0, yaw_deg: float = 35.0) -> Pose:
    """Asleep on folded arms, the trunk bent as far as this body needs to reach the desk."""
    low, high = 0.3, 1.3
    for _ in range(9):
        middle = (low + high) / 2.0
        level = sitter.rig.head_m(_folded(sitter, middle, yaw_deg))
        low, high = (middle, high) if level > DESK_M + FACE_DOWN_M else (low, middle)
    return _folded(sitter, degree * low, yaw_deg)


def _folded(sitter: Sitter, bend: float, yaw_deg: float) -> Pose:
    pose = turned(
        upright(sitter),
        lean=(26.0 * bend, 0.0, 0.0),
        spine=(58.0 * bend, 0.0, 0.0),
        neck=(8.0 * bend, 0.0, 0.0),
        head=(-14.0 * bend, 0.0, yaw_deg * bend),
    )
    pose = replace(pose, pelvis=pose.pelvis + vec(0.0, 0.06 * bend, 0.0))
    for side in SIDES:
        out = OUT[side]
        back = -0.50 if side == "L" else -0.42
        hand = Hand(
            vec(-out * 0.10, back, DESK_M + 0.03),
            unit(vec(-out, -0.15, 0.0)),
            vec(0.0, 0.0, -1.0),
            vec(out, -0.2, -0.5),
        )
        pose = pose.with_hand(side, hand)
    return pose


def nodding_off(sitter: Sitter, degree: float = 1.0) -> Pose:
    """Asleep in the chair, the head hanging on the chest."""
    pose = reclined(sitter, 0.75 * degree)
    return turned(pose, neck=(22.0 * degree, 0.0, 0.0), head=(26.0 * degree, 8.0 * degree, 0.0))


def phone_in_front(sitter: Sitter, side: str, height_m: float, both: bool = False) -> Pose:
    """Looking down at a phone held `height_m` over the floor: 0.68 is the lap, 0.95 the chest."""
    low = float(np.clip((0.98 - height_m) / 0.3, 0.0, 1.0))
    pose = turned(
        upright(sitter),
        spine=(6.0 + 8.0 * low, 0.0, 0.0),
        neck=(8.0 + 8.0 * low, 0.0, 0.0),
        head=(14.0 + 14.0 * low, 0.0, 0.0),
    )
    out, reach = OUT[side], -0.25 - 0.05 * (1.0 - low)
    tilt = np.radians(30.0 + 25.0 * (1.0 - low))
    hand = Hand(
        vec(out * 0.03, reach, height_m),
        unit(vec(0.0, -np.cos(tilt), np.sin(tilt))),
        unit(vec(-out * 0.15, np.sin(tilt), np.cos(tilt))),
        vec(out * 0.8, 0.5, -0.7),
        curl=0.42,
    )
    pose = pose.with_hand(side, hand)
    other = "L" if side == "R" else "R"
    if both:
        mate = replace(
            hand,
            place=hand.place + vec(-out * 0.075, -0.01, 0.005),
            palm=unit(hand.palm + vec(out * 0.8, 0.0, 0.0)),
            elbow=hand.elbow * MIRROR,
        )
        return pose.with_hand(other, mate)
    return pose.with_hand(other, flat_hand(other, 0.17, -0.40, DESK_M))


def at_ear(sitter: Sitter, side: str) -> Pose:
    """A telephone held to the ear: a mobile, or the handset on the desk."""
    out, scale = OUT[side], sitter.rig.scale
    pose = turned(upright(sitter), head=(2.0, 5.0 * out, 0.0))
    hand = Hand(
        vec(out * 0.105, -0.035, 0.005) * scale,
        unit(vec(-out * 0.10, 0.18, 1.0)),
        unit(vec(-out, -0.05, 0.0)),
        vec(out * 0.75, -0.45, -0.8),
        space="head",
        curl=0.35,
    )
    return pose.with_hand(side, hand)


def at_mouth(sitter: Sitter, side: str, cup: bool) -> Pose:
    """A cigarette, a pen or a cup at the mouth."""
    out, scale = OUT[side], sitter.rig.scale
    pose = turned(upright(sitter), head=(-6.0 if cup else 0.0, 0.0, 0.0))
    place = vec(out * 0.045, -0.19, -0.03) if cup else vec(out * 0.055, -0.165, -0.045)
    hand = Hand(
        place * scale,
        unit(vec(-out * 0.75, 0.10, 0.62)) if not cup else unit(vec(-out * 0.9, -0.3, 0.3)),
        unit(vec(-out * 0.35, 1.0, -0.1)) if not cup else unit(vec(-out * 0.3, 1.0, 0.0)),
        vec(out * 0.75, -0.1, -0.9),
        space="head",
        curl=0.35 if not cup else 0.55,
    )
    return pose.with_hand(side, hand)


def smoking_rest(sitter: Sitter, side: str) -> Pose:
    """The cigarette held off the desk between two puffs."""
    out = OUT[side]
    hand = Hand(
        vec(out * 0.20, -0.30, DESK_M + 0.16),
        unit(vec(-out * 0.3, -0.75, 0.6)),
        unit(vec(-out, 0.1, -0.2)),
        vec(out * 0.6, 0.4, -0.8),
        curl=0.3,
    )
    return upright(sitter).with_hand(side, hand)


def scratching(sitter: Sitter, side: str, phase: float) -> Pose:
    """Scratching the head: near the ear, with an empty hand."""
    out, scale = OUT[side], sitter.rig.scale
    wave = np.sin(2.0 * np.pi * phase)
    hand = Hand(
        vec(out * 0.10, 0.0 + 0.012 * wave, 0.105) * scale,
        unit(vec(-out * 0.6, 0.25, 0.75)),
        unit(vec(-out, 0.0, -0.5)),
        vec(out, -0.2, 0.1),
        space="head",
        curl=0.45,
    )
    return turned(upright(sitter), head=(6.0, 0.0, 0.0)).with_hand(side, hand)


def bending_down(sitter: Sitter, side: str) -> Pose:
    """Down to a drawer beside the chair."""
    out = OUT[side]
    pose = turned(
        upright(sitter),
        lean=(16.0, 0.0, 0.0),
        spine=(34.0, 26.0 * out, 18.0 * out),
        neck=(6.0, 0.0, 8.0 * out),
    )
    hand = Hand(
        vec(out * 0.46, -0.22, 0.36),
        unit(vec(0.0, -0.3, -1.0)),
        unit(vec(-out, 0.0, 0.0)),
        vec(out, 0.4, 0.2),
        curl=0.5,
    )
    return pose.with_hand(side, hand)


def holding(sitter: Sitter, side: str) -> Pose:
    """A thing held over the desk and looked at: a calculator, a paper, an identity card."""
    out = OUT[side]
    hand = Hand(
        vec(out * 0.08, -0.36, DESK_M + 0.12),
        unit(vec(-out * 0.25, -1.0, 0.25)),
        unit(vec(-out * 0.25, 0.3, 1.0)),
        vec(out * 0.9, 0.3, -0.6),
        curl=0.4,
    )
    return turned(upright(sitter), neck=(6.0, 0, 0), head=(12.0, 0, 0)).with_hand(side, hand)


def standing(rig: Rig) -> Pose:
    """On one's feet, arms hanging."""
    pose = Pose(
        pelvis=vec(0.0, 0.0, rig.standing_m - 0.012),
        spine=np.array([3.0, 0.0, 0.0]),
        head=np.array([2.0, 0.0, 0.0]),
        left_foot=Foot(vec(0.12, 0.0, 0.0), 6.0),
        right_foot=Foot(vec(-0.12, 0.0, 0.0), -6.0),
    )
    for side in SIDES:
        pose = pose.with_hand(side, hanging_hand(rig, side, 0.0))
    return pose


def hanging_hand(rig: Rig, side: str, swing_m: float) -> Hand:
    """A hand beside the hip, `swing_m` to the back."""
    out = OUT[side]
    height = rig.standing_m - 0.12 * rig.scale + 0.25 * abs(swing_m)
    return Hand(
        vec(out * 0.29, swing_m - 0.04, height),
        unit(vec(0.0, -0.12, -1.0)),
        vec(-out, 0.0, 0.0),
        vec(out * 0.3, 1.0, 0.0),
        curl=0.3,
    )


def at_counter(rig: Rig, phase: float) -> Pose:
    """A client on the public side, forearms on the ledge, facing the staff."""
    wave = 0.01 * np.sin(2.0 * np.pi * phase)
    pose = turned(standing(rig), spine=(6.0, 0.0, 0.0), head=(10.0, 0.0, 0.0))
    for side in SIDES:
        pose = pose.with_hand(side, flat_hand(side, 0.16 + wave, -0.36, 1.06))
    return pose


def walking(rig: Rig, phase: float, stride_m: float = 0.68) -> Pose:
    """A step cycle: `phase` in cycles of two steps, each `stride_m` long."""
    pose = standing(rig)
    lift = 0.012 * np.cos(4.0 * np.pi * phase)
    pose = replace(pose, pelvis=vec(0.0, 0.0, rig.standing_m - 0.032 * rig.scale + lift))
    pose = turned(pose, lean=(3.0, 0.0, 5.0 * np.sin(2.0 * np.pi * phase)))
    feet = {}
    for side, shift in (("L", 0.0), ("R", 0.5)):
        cycle = (phase + shift) % 1.0
        feet[side] = _step(OUT[side], cycle, stride_m)
        swing = 0.17 * np.cos(2.0 * np.pi * cycle)
        pose = pose.with_hand(side, hanging_hand(rig, side, swing))
    return replace(pose, left_foot=feet["L"], right_foot=feet["R"])


def _step(out: float, cycle: float, stride_m: float) -> Foot:
    """Stance for the first 0.6 of the cycle (foot carried back), swing for the rest."""
    if cycle < 0.6:
        y = stride_m * (cycle / 0.6 - 0.5) * 1.2
        return Foot(vec(out * 0.09, y, 0.0), 5.0 * out, 18.0 * max(cycle - 0.45, 0.0) / 0.15)
    swing = (cycle - 0.6) / 0.4
    y = stride_m * (0.5 - (0.5 - 0.5 * np.cos(np.pi * swing))) * 1.2
    lift = 0.10 * np.sin(np.pi * swing)
    return Foot(vec(out * 0.09, y, lift), 5.0 * out, 18.0 * (1.0 - 1.6 * swing))
