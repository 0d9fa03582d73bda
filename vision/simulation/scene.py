"""A scenario put on the stage: draws its pictures and labels them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vision.simulation.actions import THINGS, Held, Passer, StaffActor, State, Visitor
from vision.simulation.body import BodyLibrary
from vision.simulation.hall import SEAT_Y_M, Style, build_hall, swivel_chair
from vision.simulation.labels import Box, Item, Landmarks, boxes, landmarks
from vision.simulation.lens import Puff, knocked, shown_time_s
from vision.simulation.linear import Array, euler, move, rigid, vec
from vision.simulation.optics import View
from vision.simulation.person import Person, dress
from vision.simulation.props import LABELS, in_hand, thing
from vision.simulation.scenario import PersonConfig, Scenario
from vision.simulation.stage import Light, Picture, Stage

Motion = Callable[[float], State]
THING_COLOURS = {
    "phone": (0.08, 0.08, 0.09),
    "cup": (0.85, 0.86, 0.88),
    "pen": (0.12, 0.18, 0.45),
    "calculator": (0.22, 0.23, 0.25),
    "handset": (0.22, 0.22, 0.24),
    "paper": (0.95, 0.95, 0.93),
    "card": (0.55, 0.70, 0.85),
    "cigarette": (0.95, 0.95, 0.93),
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture (H, W, 3) RGB before the camera spoils it, with its labels."""

    picture: Picture
    boxes: list[Box]
    landmarks: list[Landmarks]
    smoke: list[Puff]
    view: View


@dataclass(frozen=True, slots=True)
class _Member:
    config: PersonConfig
    person: Person
    motion: Motion
    idents: tuple[int, ...]
    things: dict[str, int]
    chair_at: Array | None


def cast(scenario: Scenario, library: BodyLibrary) -> dict[str, tuple[Person, Motion]]:
    """Every person of a scenario, dressed, with their motion."""
    outfits = {person.id: scenario.outfit(person) for person in scenario.people}
    library.prepare([outfit.phenotype for outfit in outfits.values()])
    people = {}
    for number, config in enumerate(scenario.people):
        person = dress(library.body(outfits[config.id].phenotype), outfits[config.id])
        people[config.id] = (person, motion_of(scenario, config, person, number))
    return people


def motion_of(scenario: Scenario, config: PersonConfig, person: Person, number: int) -> Motion:
    """What a person does over time."""
    seed = scenario.seed * 101 + number
    if config.role == "colleague":
        xs = [window.x_m for window in scenario.windows]
        return Passer(person.rig, min(xs) - 4.5, max(xs) + 4.5, config.actions).state
    x_m = scenario.seat_x_m(config)
    if config.role == "client":
        return Visitor(person.rig, x_m, config.actions, seed).state
    door = scenario.hall.door_x_m
    return StaffActor(person.rig, x_m, door, config.actions, seed).state


def view_of(scenario: Scenario) -> View:
    """The camera's view while nobody knocks it."""
    camera = scenario.camera
    return View(
        camera.position, camera.target, camera.vertical_fov_deg, camera.width, camera.height
    )


class Scene:
    """A scenario ready to be drawn at any moment."""

    def __init__(self, scenario: Scenario, library: BodyLibrary) -> None:
        self._scenario = scenario
        self._view = view_of(scenario)
        self._stage = Stage(self._view, Light(scenario.hall.light))
        self._next = 1
        self._furnish()
        people = cast(scenario, library)
        self._members = [self._enter(config, *people[config.id]) for config in scenario.people]

    def close(self) -> None:
        """Free the graphics windows."""
        self._stage.close()

    def shoot(self, t_s: float, view: View | None = None) -> Shot:
        """The picture at `t_s` seconds into the clip, from the scenario's camera or `view`."""
        t_s = shown_time_s(self._scenario.camera.faults, t_s)
        view = view or knocked(self._view, self._scenario.camera, t_s)
        self._stage.look(view)
        items: list[Item] = []
        poses: list[tuple[str, Array, tuple[int, ...]]] = []
        smoke: list[Puff] = []
        for member in self._members:
            state = member.motion(t_s)
            self._place_chair(member, state)
            transforms = self._place_person(member, state, items, poses)
            self._place_things(member, state, transforms, items, smoke, t_s)
        picture, idents = self._stage.picture(), self._stage.idents()
        found = [landmarks(owner, points, own, idents, view) for owner, points, own in poses]
        in_sight = [pose for pose in found if pose.points[:, 2].any()]
        return Shot(picture, boxes(items, idents, view), in_sight, smoke, view)

    def _furnish(self) -> None:
        hall = self._scenario.hall
        style = Style(hall.wall, hall.floor, hall.accent, hall.desk)
        stations = {window.id: window.x_m for window in self._scenario.windows}
        built = build_hall(stations, style, self._scenario.seed, hall.door_x_m)
        self._stage.add_fixed(built.fixed)
        for sign in built.signs:
            self._stage.add_sign(sign)
        manned = {person.window for person in self._scenario.people if person.role == "staff"}
        for window in self._scenario.windows:
            if window.id not in manned:
                chair = swivel_chair(style.chair).at(window.x_m, SEAT_Y_M, 0.0)
                self._stage.add_fixed(chair)

    def _ident(self) -> int:
        self._next += 1
        return self._next - 1

    def _enter(self, config: PersonConfig, person: Person, motion: Motion) -> _Member:
        idents = []
        for number, part in enumerate(person.parts):
            idents.append(self._ident())
            key = f"{config.id}/{number}"
            self._stage.add_moving(key, part.skinned.mesh, part.normals, idents[-1], part.shine)
        things = {}
        for kind in sorted(_kinds(config)):
            things[kind] = self._ident()
            mesh = thing(kind, THING_COLOURS[kind])
            self._stage.add_rigid(f"{config.id}/{kind}", mesh, things[kind])
        chair_at = None
        if config.role == "staff":
            chair_at = vec(self._scenario.seat_x_m(config), SEAT_Y_M, 0.0)
            self._stage.add_rigid(f"{config.id}/chair", swivel_chair((0.13, 0.14, 0.16)), 0)
        return _Member(config, person, motion, tuple(idents), things, chair_at)

    def _place_chair(self, member: _Member, state: State) -> None:
        if member.chair_at is None:
            return
        back = state.chair_back_m or 0.0
        place = rigid(euler(0.0, 0.0, 40.0 * back), member.chair_at + vec(0.0, back, 0.0))
        self._stage.carry(f"{member.config.id}/chair", place, visible=True)

    def _place_person(
        self,
        member: _Member,
        state: State,
        items: list[Item],
        poses: list[tuple[str, Array, tuple[int, ...]]],
    ) -> Array:
        name, person = member.config.id, member.person
        transforms = person.rig.pose(state.pose, state.place)
        bare: Array = np.empty((0, 3))
        for number, part in enumerate(person.parts):
            key = f"{name}/{number}"
            self._stage.show(key, visible=state.present)
            if not state.present:
                continue
            vertices, normals = part.posed(transforms)
            self._stage.update(key, vertices, normals)
            bare = vertices if number == 0 else bare
            if part.label is not None:
                items.append(Item(part.label, name, (member.idents[number],), vertices))
        if state.present:
            items.append(Item("person", name, member.idents, bare))
            poses.append((name, person.landmarks(bare, transforms), member.idents))
        return transforms

    def _place_things(
        self,
        member: _Member,
        state: State,
        transforms: Array,
        items: list[Item],
        smoke: list[Puff],
        t_s: float,
    ) -> None:
        held = {item.kind: item for item in state.things} if state.present else {}
        for kind, ident in member.things.items():
            key = f"{member.config.id}/{kind}"
            if kind not in held:
                self._stage.carry(key, np.eye(4), visible=False)
                continue
            place = _place_of(held[kind], member.person, transforms)
            self._stage.carry(key, place, visible=True)
            mesh = thing(kind, THING_COLOURS[kind])
            if kind in LABELS:
                vertices = move(place, mesh.vertices)
                items.append(Item(LABELS[kind], member.config.id, (ident,), vertices))
            if kind == "cigarette":
                smoke += _plume(move(place, vec(0.0, -0.056, 0.0)), t_s)


def _place_of(held: Held, person: Person, transforms: Array) -> Array:
    if held.place is not None:
        return held.place
    return in_hand(held.kind, person.rig, held.side, transforms)


def _kinds(config: PersonConfig) -> set[str]:
    kinds = {THINGS[action.do] for action in config.actions if action.do in THINGS}
    lying = {"phone"} if any(action.do == "phone_desk" for action in config.actions) else set()
    return kinds | lying


def _plume(ember: Array, t_s: float) -> list[Puff]:
    puffs = []
    for number in range(7):
        age = (number + (t_s * 2.0) % 1.0) / 7.0
        drift = vec(0.03 * np.sin(5.0 * age + t_s), 0.02 * np.cos(4.0 * age + t_s), 0.26 * age)
        puffs.append(Puff(ember + drift, 0.008 + 0.035 * age, 0.20 * (1.0 - age)))
    return puffs
