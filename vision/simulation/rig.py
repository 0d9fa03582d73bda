"""Poses a body: angles for the trunk, targets for hands and feet, two-bone inverse kinematics."""

from dataclasses import dataclass, field, replace

import numpy as np

from vision.simulation.body import RestBody, forward_kinematics, joint_position
from vision.simulation.linear import (
    UP,
    Array,
    axis_angle,
    between,
    blend_rotation,
    euler,
    frame,
    move,
    rigid,
    unit,
    vec,
)

SIDES = ("L", "R")
OUT = {"L": 1.0, "R": -1.0}
CURL_DEG = (55.0, 65.0, 45.0)
"""Flexion of the three joints of a finger in a fist."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Where a palm is held.

    `place` (3,) metres, `fingers` and `palm` (3,) directions in the axes of `space`: `seat` (the
    floor under the person), `chest` or `head` (that joint, turning with it). `elbow` (3,) is the
    side to which the elbow points, in seat axes; `curl` 0 is a flat hand and 1 a fist.
    """

    place: Array
    fingers: Array
    palm: Array
    elbow: Array
    space: str = "seat"
    curl: float = 0.25


@dataclass(frozen=True, slots=True)
class Foot:
    """`place` (3,) of the ankle's foot point on (or over) the floor, in seat axes, metres."""

    place: Array
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0


Blended = tuple[tuple[float, Hand], ...]


@dataclass(frozen=True, slots=True)
class Pose:
    """A whole body. Every field can be averaged, so poses blend linearly.

    `pelvis` (3,) metres in seat axes; `lean` pelvis pitch, roll, yaw; `spine`, `neck`, `head`
    pitch (forwards positive), roll and yaw (3,) degrees.
    """

    pelvis: Array
    lean: Array = field(default_factory=lambda: np.zeros(3))
    spine: Array = field(default_factory=lambda: np.zeros(3))
    neck: Array = field(default_factory=lambda: np.zeros(3))
    head: Array = field(default_factory=lambda: np.zeros(3))
    left: Blended = ()
    right: Blended = ()
    left_foot: Foot = field(default_factory=lambda: Foot(vec(0.11, 0.0, 0.0)))
    right_foot: Foot = field(default_factory=lambda: Foot(vec(-0.11, 0.0, 0.0)))

    def hands(self, side: str) -> Blended:
        """The weighted targets of one hand."""
        return self.left if side == "L" else self.right

    def foot(self, side: str) -> Foot:
        """The target of one foot."""
        return self.left_foot if side == "L" else self.right_foot

    def with_hand(self, side: str, hand: Hand) -> "Pose":
        """The pose with one hand elsewhere."""
        target = ((1.0, hand),)
        return replace(self, left=target) if side == "L" else replace(self, right=target)


def blend(a: Pose, b: Pose, share: float) -> Pose:
    """The pose a `share` in [0, 1] of the way from `a` to `b`."""
    if share <= 0.0:
        return a
    if share >= 1.0:
        return b

    def lerp(x: Array, y: Array) -> Array:
        return x * (1.0 - share) + y * share

    def feet(x: Foot, y: Foot) -> Foot:
        return Foot(
            lerp(x.place, y.place),
            x.yaw_deg * (1.0 - share) + y.yaw_deg * share,
            x.pitch_deg * (1.0 - share) + y.pitch_deg * share,
        )

    def hands(x: Blended, y: Blended) -> Blended:
        return tuple((w * (1.0 - share), h) for w, h in x) + tuple((w * share, h) for w, h in y)

    return Pose(
        pelvis=lerp(a.pelvis, b.pelvis),
        lean=lerp(a.lean, b.lean),
        spine=lerp(a.spine, b.spine),
        neck=lerp(a.neck, b.neck),
        head=lerp(a.head, b.head),
        left=hands(a.left, b.left),
        right=hands(a.right, b.right),
        left_foot=feet(a.left_foot, b.left_foot),
        right_foot=feet(a.right_foot, b.right_foot),
    )


def hinge(start: Array, end: Array, first: float, second: float, side: Array) -> Array:
    """The middle joint of two bones of lengths `first`, `second` that bends towards `side`."""
    along = end - start
    reach = float(np.clip(np.linalg.norm(along), abs(first - second) + 1e-3, first + second - 1e-3))
    along = unit(along)
    into = (first**2 - second**2 + reach**2) / (2.0 * reach)
    height = np.sqrt(max(first**2 - into**2, 0.0))
    square = unit(side - along * float(side @ along))
    joint: Array = start + along * into + square * height
    return joint


class Rig:
    """A body with what posing it needs to know, measured once."""

    def __init__(self, body: RestBody, sole_m: float) -> None:
        self.body = body
        self.scale = float(np.ptp(body.vertices[:, 2])) / 1.70
        foot = body.weight_of("foot", "toe") > 0.5
        self._floor = float(body.vertices[foot, 2].min()) - sole_m
        self._hand = {side: self._hand_frame(side) for side in SIDES}
        self._curl = {side: self._curl_axes(side) for side in SIDES}

    @property
    def standing_m(self) -> float:
        """Height of the pelvis over the floor when standing at rest."""
        return -self._floor

    def pose(self, pose: Pose, place: Array) -> Array:
        """Skinning transforms (B, 4, 4) of `pose` with the seat frame at `place` (4, 4)."""
        local = _trunk(pose)
        root = place @ rigid(euler(*pose.lean), pose.pelvis)
        trunk = forward_kinematics(self.body, local, root)
        for side in SIDES:
            if pose.hands(side):
                local |= self._arm(side, pose.hands(side), trunk, place)
            local |= self._leg(side, pose.foot(side), root, place)
        return forward_kinematics(self.body, local, root)

    def head_m(self, pose: Pose) -> float:
        """Height over the floor of the base of the skull."""
        root = rigid(euler(*pose.lean), pose.pelvis)
        transforms = forward_kinematics(self.body, _trunk(pose), root)
        return float(joint_position(self.body, transforms, "head")[2])

    def palm(self, side: str, transforms: Array) -> Array:
        """The palm's frame (4, 4): columns along the fingers, out of the palm, across; centre."""
        wrist = transforms[self.body.bone(f"wrist.{side}")]
        axes, centre = self._hand[side]
        return rigid(wrist[:3, :3] @ axes, move(wrist, centre))

    def _hand_frame(self, side: str) -> tuple[Array, Array]:
        head = self.body.head
        wrist, knuckle = head(f"wrist.{side}"), head(f"finger3-1.{side}")
        along = unit(knuckle - wrist)
        across = head(f"finger2-1.{side}") - head(f"finger5-1.{side}")
        palm = unit(np.cross(along, across))
        tip = head(f"finger3-3.{side}") - wrist
        palm = palm if float(palm @ tip) > 0 else -palm
        centre = wrist + 0.8 * (knuckle - wrist) + 0.012 * self.scale * palm
        return frame(along, palm), centre

    def _curl_axes(self, side: str) -> dict[str, tuple[Array, float]]:
        axes = {}
        palm = self._hand[side][0][:, 1]
        for finger in range(1, 6):
            for joint, angle in enumerate(CURL_DEG, start=1):
                share = 0.35 if finger == 1 else 1.0
                name = f"finger{finger}-{joint}.{side}"
                tip = self.body.head(f"finger{finger}-3.{side}")
                along = tip - self.body.head(f"finger{finger}-1.{side}")
                axes[name] = (np.cross(along, palm), angle * share)
        return axes

    def _target(self, blended: Blended, trunk: Array, place: Array) -> tuple[Array, Array, Array]:
        total = sum(weight for weight, _ in blended)
        where, elbow = np.zeros(3), np.zeros(3)
        turned: Array | None = None
        done = 0.0
        for weight, hand in blended:
            space = self._space(hand.space, trunk, place)
            where = where + weight / total * move(space, hand.place)
            elbow = elbow + weight / total * (place[:3, :3] @ hand.elbow)
            goal = space[:3, :3] @ frame(hand.fingers, hand.palm)
            done += weight
            turned = goal if turned is None else blend_rotation(turned, goal, weight / done)
        return where, np.eye(3) if turned is None else turned, elbow

    def _space(self, name: str, trunk: Array, place: Array) -> Array:
        if name == "seat":
            return place
        bone = {"head": "head", "chest": "spine01"}[name]
        transform = trunk[self.body.bone(bone)]
        return rigid(transform[:3, :3], move(transform, self.body.head(bone)))

    def _arm(self, side: str, blended: Blended, trunk: Array, place: Array) -> dict[str, Array]:
        head = self.body.head
        names = ("upperarm01", "lowerarm01", "wrist")
        shoulder, elbow, wrist = (head(f"{name}.{side}") for name in names)
        upper, lower = elbow - shoulder, wrist - elbow
        first, second = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
        where, goal, towards = self._target(blended, trunk, place)
        axes, centre = self._hand[side]
        hand = goal @ axes.T
        parent = trunk[self.body.bone(f"shoulder01.{side}")]
        start = move(parent, shoulder)
        end = where - hand @ (centre - wrist)
        reach = end - start
        end = start + unit(reach) * min(float(np.linalg.norm(reach)), (first + second) * 0.985)
        joint = hinge(start, end, first, second, towards)
        bend = np.cross(upper, lower)
        posed_bend = np.cross(joint - start, end - joint)
        full = frame(joint - start, posed_bend) @ frame(upper, bend).T
        swing = between(parent[:3, :3] @ upper, joint - start) @ parent[:3, :3]
        half = blend_rotation(swing, full, 0.5)
        fore = frame(end - joint, posed_bend) @ frame(lower, bend).T
        turn = between(fore @ lower, end - joint) @ fore
        twisted = between(hand @ lower, end - joint) @ hand
        forearm = blend_rotation(turn, twisted, 0.5)
        chain = {
            f"upperarm01.{side}": parent[:3, :3].T @ half,
            f"upperarm02.{side}": half.T @ full,
            f"lowerarm01.{side}": full.T @ fore,
            f"lowerarm02.{side}": fore.T @ forearm,
            f"wrist.{side}": forearm.T @ hand,
        }
        curl = sum(weight * hand_.curl for weight, hand_ in blended)
        fingers = {n: axis_angle(a, d * curl) for n, (a, d) in self._curl[side].items()}
        return chain | fingers

    def _leg(self, side: str, foot: Foot, root: Array, place: Array) -> dict[str, Array]:
        head = self.body.head
        hip, knee, ankle = (head(f"{b}.{side}") for b in ("upperleg01", "lowerleg01", "foot"))
        upper, lower = knee - hip, ankle - knee
        first, second = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
        sole = place[:3, :3] @ euler(foot.pitch_deg, 0.0, foot.yaw_deg)
        start = move(root, hip)
        rise = (ankle[2] - self._floor) * UP
        end = move(place, foot.place + rise)
        reach = end - start
        end = start + unit(reach) * min(float(np.linalg.norm(reach)), (first + second) * 0.999)
        joint = hinge(start, end, first, second, place[:3, :3] @ vec(OUT[side] * 0.12, -1.0, 0.15))
        bend = np.cross(upper, lower)
        posed_bend = np.cross(joint - start, end - joint)
        thigh = frame(joint - start, posed_bend) @ frame(upper, bend).T
        shin = frame(end - joint, posed_bend) @ frame(lower, bend).T
        return {
            f"upperleg01.{side}": root[:3, :3].T @ thigh,
            f"lowerleg01.{side}": thigh.T @ shin,
            f"foot.{side}": shin.T @ sole,
        }


def _trunk(pose: Pose) -> dict[str, Array]:
    local: dict[str, Array] = {}
    for number in range(1, 6):
        local[f"spine0{number}"] = euler(*(pose.spine / 5.0))
    for number in range(1, 4):
        local[f"neck0{number}"] = euler(*(pose.neck / 3.0))
    local["head"] = euler(*pose.head)
    return local
