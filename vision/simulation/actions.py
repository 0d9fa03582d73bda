"""What a person's body, hands and chair do at a moment: scenario actions blended over time."""

from dataclasses import dataclass, replace

import numpy as np

from vision.simulation import poses, quiet_poses
from vision.simulation.hall import SEAT_Y_M
from vision.simulation.linear import Array, euler, rigid, vec
from vision.simulation.paths import SPEED_M_S, Path2, rounded
from vision.simulation.poses import Sitter
from vision.simulation.rig import Pose, Rig, blend
from vision.simulation.scenario import Action

RISE_S = 1.6
AISLE_Y_M = 2.35
CLIENT_Y_M = -0.78
STRIDE_M = 0.66
CHAIR_BACK_M = 0.50
ASLEEP = ("head_on_desk", "nod_off", "hang_head")
AWAY = ("leave", "arrive", "depart")
FAR_S = 1e6


@dataclass(frozen=True, slots=True)
class Held:
    """A thing in a hand, or at rest in a place of its own: `place` (4, 4), else None."""

    kind: str
    side: str
    place: Array | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A person at a moment.

    `place` (4, 4) is the seat frame; `chair_back_m` how far the chair is pushed away from the
    desk, None for people without one; `present` is false before arriving and after leaving.
    """

    pose: Pose
    place: Array
    things: tuple[Held, ...] = ()
    chair_back_m: float | None = None
    present: bool = True


def ease(share: float) -> float:
    """Smooth step from 0 to 1."""
    x = min(max(share, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def weight(action: Action, t_s: float) -> float:
    """How far an action is blended in at `t_s`, in [0, 1]."""
    ease_s = min(action.ease_s, action.for_s / 2.0)
    return ease((t_s - action.at_s) / ease_s) * ease((action.end_s - t_s) / ease_s)


def spot(x: float, y: float, yaw_deg: float) -> Array:
    """A seat frame on the floor."""
    return rigid(euler(0.0, 0.0, yaw_deg), vec(x, y, 0.0))


class Motion:
    """Small natural motion of one person: breathing, swaying, glancing; the same for a seed."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self._phase = rng.uniform(0.0, 2.0 * np.pi, 8)
        self._rate = rng.uniform(0.06, 0.35, 8)
        self.habit = float(rng.uniform(-2.0, 2.0))
        self.period_s = float(rng.uniform(6.0, 10.0))

    def wave(self, number: int, t_s: float) -> float:
        """A slow wave in [-1, 1]."""
        return float(np.sin(2.0 * np.pi * self._rate[number] * t_s + self._phase[number]))

    def stir(self, pose: Pose, t_s: float, awake: float = 1.0) -> Pose:
        """The pose with breathing and drift added; who is not `awake` only breathes."""
        breath = 0.5 * float(np.sin(2.0 * np.pi * 0.27 * t_s + self._phase[0]))
        waves = [awake * self.wave(number, t_s) for number in range(1, 8)]
        return poses.turned(
            pose,
            spine=(breath + 1.2 * waves[0], waves[1], waves[2]),
            neck=(1.2 * waves[3], 0.0, 2.5 * waves[4]),
            head=(1.8 * waves[5], 1.2 * waves[6], 3.0 * awake * self.wave(2, 0.7 * t_s)),
        )


class StaffActor:
    """A member of staff at a window: seated unless away."""

    def __init__(
        self, rig: Rig, x_m: float, door_x_m: float, actions: tuple[Action, ...], seed: int
    ) -> None:
        self._sitter = Sitter(rig)
        self._x = x_m
        self._door_x = door_x_m
        self._actions = actions
        self._motion = Motion(seed)
        self._asleep = {
            towards: poses.head_on_desk(self._sitter, 1.0, yaw_deg)
            for towards, yaw_deg in (("left", 35.0), ("right", -35.0))
        }

    def state(self, t_s: float) -> State:
        """Body, things and chair at `t_s`."""
        lying = tuple(
            self._on_desk(action)
            for action in self._actions
            if action.do == "phone_desk" and action.at_s <= t_s < action.end_s
        )
        for action in self._actions:
            if action.do != "phone_desk" and action.at_s <= t_s < action.end_s:
                state = self._doing(action, t_s)
                return replace(state, things=state.things + lying)
        return self._seated(self._idle(t_s), t_s, lying)

    def _doing(self, action: Action, t_s: float) -> State:
        if action.do in AWAY:
            return self._away(action, t_s)
        if action.do == "stand":
            return self._rising(t_s, min(t_s - action.at_s, action.end_s - t_s))
        return self._busy(action, t_s)

    def _rising(self, t_s: float, near_s: float) -> State:
        """Getting up, or sitting down, `near_s` after or before being seated."""
        rise = ease(near_s / RISE_S)
        sit = self._motion.stir(self._idle(t_s), t_s)
        pose = blend(sit, poses.standing(self._sitter.rig), rise)
        pose = replace(pose, pelvis=pose.pelvis + vec(0.0, 0.64 * rise * (1.0 - rise), 0.0))
        place = spot(self._x, SEAT_Y_M, self._motion.habit)
        return State(pose, place, (), CHAIR_BACK_M * rise)

    def _seated(
        self, pose: Pose, t_s: float, things: tuple[Held, ...], awake: float = 1.0
    ) -> State:
        place = spot(self._x, SEAT_Y_M, self._motion.habit)
        return State(self._motion.stir(pose, t_s, awake), place, things, 0.0)

    def _idle(self, t_s: float) -> Pose:
        """Typing, reading and using the mouse in turns."""
        turn = np.sin(2.0 * np.pi * t_s / self._motion.period_s / 2.0 + self._motion.habit)
        share = ease(0.5 + 1.6 * float(turn))
        return blend(
            poses.typing(self._sitter, 1.7 * t_s), poses.mouse(self._sitter, 0.31 * t_s), share
        )

    def _busy(self, action: Action, t_s: float) -> State:
        share = weight(action, t_s)
        pose = blend(self._idle(t_s), self._target(action, t_s), share)
        kind = THINGS.get(action.do)
        held = (Held(kind, action.side),) if kind is not None and share > 0.35 else ()
        awake = 1.0 - share if action.do in ASLEEP else 1.0
        return self._seated(pose, t_s, held, awake)

    def _target(self, action: Action, t_s: float) -> Pose:
        sitter, side, degree = self._sitter, action.side, action.degree
        since = t_s - action.at_s
        match action.do:
            case "write":
                return poses.writing(sitter, 0.8 * since)
            case "take_document":
                return poses.reaching(sitter, side)
            case "turn":
                return poses.looking_aside(sitter, 70.0 if action.towards == "left" else -70.0)
            case "slump":
                return poses.slumped(sitter, degree)
            case "recline":
                return poses.reclined(sitter, degree)
            case "head_on_desk" | "nod_off" | "hang_head":
                return self._sleeping(action)
            case "read":
                return quiet_poses.reading(sitter, 0.25 * since)
            case "bend_down":
                return poses.bending_down(sitter, side)
            case "scratch":
                return poses.scratching(sitter, side, 1.5 * since)
            case _:
                return self._handling(action, since)

    def _sleeping(self, action: Action) -> Pose:
        if action.do == "head_on_desk":
            return self._asleep[action.towards]
        doze = poses.nodding_off if action.do == "nod_off" else quiet_poses.hanging_head
        return doze(self._sitter, action.degree)

    def _handling(self, action: Action, since_s: float) -> Pose:
        sitter, side = self._sitter, action.side
        match action.do:
            case "phone_front":
                return poses.phone_in_front(sitter, side, 0.95, both=action.degree > 1.0)
            case "phone_lap":
                return poses.phone_in_front(sitter, side, 0.74)
            case "phone_ear" | "handset":
                return poses.at_ear(sitter, side)
            case "smoke":
                return self._puffing(side, since_s)
            case "drink":
                return poses.at_mouth(sitter, side, cup=True)
            case "pen_mouth":
                return poses.at_mouth(sitter, side, cup=False)
            case "calculator" | "card":
                return poses.holding(sitter, side)
            case _:
                return poses.typing(sitter, 1.7 * since_s)

    def _puffing(self, side: str, since_s: float) -> Pose:
        """The hand at the mouth for three seconds of every seven."""
        cycle = since_s % 7.0
        share = ease((cycle - 0.2) / 1.0) * ease((4.4 - cycle) / 1.0)
        rest = poses.smoking_rest(self._sitter, side)
        return blend(rest, poses.at_mouth(self._sitter, side, cup=False), share)

    def _on_desk(self, action: Action) -> Held:
        out = 0.30 if action.hand == "left" else -0.22
        flat = rigid(
            euler(90.0, 0.0, 75.0 + 20.0 * out), vec(self._x + out, 0.60, poses.DESK_M + 0.006)
        )
        return Held("phone", action.side, flat)

    def _away(self, action: Action, t_s: float) -> State:
        """Stands up, walks out, stays out, and is back in the chair when the action ends.

        Who arrives is out from the beginning, who departs does not come back.
        """
        out = self._way_out(action)
        since = FAR_S if action.do == "arrive" else t_s - action.at_s
        left = FAR_S if action.do == "depart" else action.end_s - t_s
        needed = RISE_S + out.duration_s
        near = min(since, left)
        if near < RISE_S:
            return self._rising(t_s, near)
        walked = min((near - RISE_S) * SPEED_M_S, out.length_m)
        forwards = since <= left
        x, y, yaw = out.at(walked)
        yaw = yaw if forwards else yaw + 180.0
        turn = ease((near - RISE_S) / 0.7)
        swing = ((yaw + 180.0) % 360.0) - 180.0
        run = walked if forwards else out.length_m - walked
        pose = blend(poses.standing(self._sitter.rig), _stride(self._sitter.rig, run), turn)
        return State(pose, spot(x, y, swing * turn), (), CHAIR_BACK_M, present=near < needed)

    def _way_out(self, action: Action) -> Path2:
        side = 0.62 if action.towards == "left" else -0.62
        aside = self._x + side
        return rounded(
            [
                (self._x, SEAT_Y_M),
                (aside, SEAT_Y_M + 0.15),
                (aside + 0.2 * side, 1.9),
                (self._door_x, AISLE_Y_M + 0.2),
                (self._door_x, 4.1),
            ]
        )


def _stride(rig: Rig, run_m: float) -> Pose:
    return poses.walking(rig, run_m / (2.0 * STRIDE_M), STRIDE_M)


class Visitor:
    """A client: comes to the counter, stands there, goes again."""

    def __init__(self, rig: Rig, x_m: float, actions: tuple[Action, ...], seed: int) -> None:
        self._rig = rig
        self._actions = actions
        self._motion = Motion(seed)
        side = 1.0 if seed % 2 else -1.0
        start = (x_m + 2.6 * side, -6.6)
        self._path = rounded([start, (x_m + 0.6 * side, -3.2), (x_m, -1.6), (x_m, CLIENT_Y_M)])
        self._x = x_m

    def state(self, t_s: float) -> State:
        """Walking in, waiting or walking out at `t_s`."""
        for action in self._actions:
            if action.at_s <= t_s < action.end_s:
                return self._visiting(action, t_s)
        return State(poses.standing(self._rig), spot(self._x, -6.8, 180.0), present=False)

    def _visiting(self, action: Action, t_s: float) -> State:
        since, left = t_s - action.at_s, action.end_s - t_s
        way_s = self._path.duration_s
        share = ease((since - way_s) / 1.2) * ease((left - way_s) / 1.2)
        if since >= way_s and left >= way_s:
            stand = poses.at_counter(self._rig, 0.2 * t_s)
            pose = blend(poses.standing(self._rig), stand, share)
            turn = ease((left - way_s) / 0.8)
            return State(self._motion.stir(pose, t_s), spot(self._x, CLIENT_Y_M, 180.0 * turn))
        coming = since < way_s
        run = min(since, left) * SPEED_M_S
        x, y, yaw = self._path.at(run)
        moved = run if coming else self._path.length_m - run
        return State(_stride(self._rig, moved), spot(x, y, yaw if coming else yaw + 180.0))


class Passer:
    """A colleague who walks along the aisle behind the staff."""

    def __init__(self, rig: Rig, low_m: float, high_m: float, actions: tuple[Action, ...]) -> None:
        self._rig = rig
        self._actions = actions
        self._ends = (low_m, high_m)

    def state(self, t_s: float) -> State:
        """Where the walker is at `t_s`; the walk fills the action's time."""
        for action in self._actions:
            if action.at_s <= t_s < action.end_s:
                low, high = self._ends
                share = (t_s - action.at_s) / action.for_s
                start, end = (low, high) if action.towards == "left" else (high, low)
                x = start + (end - start) * share
                yaw = 90.0 if end > start else -90.0
                return State(_stride(self._rig, abs(x - start)), spot(x, AISLE_Y_M, yaw))
        return State(poses.standing(self._rig), spot(0.0, 8.0, 0.0), present=False)


THINGS = {
    "phone_front": "phone",
    "phone_lap": "phone",
    "phone_ear": "phone",
    "handset": "handset",
    "smoke": "cigarette",
    "drink": "cup",
    "pen_mouth": "pen",
    "write": "pen",
    "calculator": "calculator",
    "card": "card",
    "take_document": "paper",
}
"""What an action puts into the hand."""
