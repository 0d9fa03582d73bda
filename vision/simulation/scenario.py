"""The model of a scenario file: a hall, a camera, windows, people and what they do when."""

import hashlib
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import numpy as np
from pydantic import Field, field_validator, model_validator

from vision.config.base import Config
from vision.config.identifiers import Identifier
from vision.config.load import validate
from vision.config.rules import RuleConfig
from vision.config.yaml import load_yaml, parse_yaml
from vision.simulation.outfit import Outfit, Rgb, random_outfit

Metres = Annotated[float, Field(ge=-9.0, le=9.0)]
Point3 = tuple[Metres, Metres, Annotated[float, Field(ge=0.0, le=4.0)]]
Seconds = Annotated[float, Field(ge=0.0, le=600.0)]

ActionKind = Literal[
    "type",
    "write",
    "take_document",
    "turn",
    "slump",
    "recline",
    "head_on_desk",
    "nod_off",
    "hang_head",
    "read",
    "phone_front",
    "phone_lap",
    "phone_ear",
    "handset",
    "smoke",
    "drink",
    "scratch",
    "bend_down",
    "calculator",
    "card",
    "pen_mouth",
    "stand",
    "leave",
    "arrive",
    "depart",
    "phone_desk",
    "visit",
    "pass",
]
ALONE: dict[str, tuple[str, ...]] = {"client": ("visit",), "colleague": ("pass",)}
ROLE_ACTIONS = ALONE | {
    "staff": tuple(kind for kind in get_args(ActionKind) if kind not in ("visit", "pass"))
}


class Action(Config):
    """What a person does from `at_s` for `for_s` seconds, easing in and out within that span.

    Attributes:
        degree: How far: 1 is a full slump, 0.3 a slight one.
        hand: The hand that holds the thing.
        towards: Where a turn or a walk goes, as the person sees it.
    """

    do: ActionKind
    at_s: Seconds
    for_s: Annotated[float, Field(gt=0.0, le=600.0)]
    degree: Annotated[float, Field(ge=0.0, le=1.2)] = 1.0
    hand: Literal["left", "right"] = "right"
    towards: Literal["left", "right"] = "right"
    ease_s: Annotated[float, Field(gt=0.0, le=10.0)] = 1.2

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.at_s + self.for_s

    @property
    def side(self) -> str:
        """The hand as bones name it."""
        return "L" if self.hand == "left" else "R"


class PersonConfig(Config):
    """One person. `outfit` keys that are left out are drawn at random from the seed.

    Attributes:
        beside_m: How far a member of staff sits from the middle of the window, along the counter:
            two who share a post sit on either side of it.
    """

    id: Identifier
    role: Literal["staff", "client", "colleague"] = "staff"
    window: Identifier | None = None
    beside_m: Annotated[float, Field(ge=-0.5, le=0.5)] = 0.0
    outfit: dict[str, Any] = Field(default_factory=dict)
    actions: tuple[Action, ...] = ()

    @field_validator("outfit")
    @classmethod
    def _sound_outfit(cls, value: dict[str, Any]) -> dict[str, Any]:
        Outfit.model_validate(value)
        return value

    @model_validator(mode="after")
    def _fits_role(self) -> "PersonConfig":
        allowed = ROLE_ACTIONS[self.role]
        wrong = sorted({action.do for action in self.actions if action.do not in allowed})
        if wrong:
            raise ValueError(
                f"a {self.role} cannot {', '.join(wrong)}; expected {', '.join(allowed)}"
            )
        if self.role != "colleague" and self.window is None:
            raise ValueError(f"a {self.role} needs a window")
        posed = sorted(
            (action for action in self.actions if action.do != "phone_desk"),
            key=lambda action: action.at_s,
        )
        for before, after in pairwise(posed):
            if after.at_s < before.end_s:
                raise ValueError(
                    f"{after.do} begins at {after.at_s} s, before {before.do} has ended"
                )
        return self


class Fault(Config):
    """Something wrong with the picture for a while."""

    kind: Literal["dark", "covered", "black", "frozen", "knocked"]
    at_s: Seconds
    for_s: Annotated[float, Field(gt=0.0, le=600.0)]


class CameraModel(Config):
    """The camera: where it hangs, its lens, and how good its picture is.

    Attributes:
        noise: Standard deviation of the sensor noise, in grey levels of 255.
        exposure: Gain on the picture.
        blur_px: Standard deviation of the lens blur.
        infrared: Grey, as at night under an infra-red lamp.
        crf: x264 quality: 23 is good, 33 a cheap recorder.
        clock: Whether time and camera name are written into the picture, as recorders do.
    """

    id: Identifier = "cam-01"
    position: Point3
    target: Point3
    vertical_fov_deg: Annotated[float, Field(ge=15.0, le=90.0)] = 48.0
    width: Annotated[int, Field(ge=320, le=1920)] = 1280
    height: Annotated[int, Field(ge=240, le=1080)] = 720
    noise: Annotated[float, Field(ge=0.0, le=30.0)] = 2.0
    exposure: Annotated[float, Field(gt=0.0, le=3.0)] = 1.0
    blur_px: Annotated[float, Field(ge=0.0, le=5.0)] = 0.5
    infrared: bool = False
    crf: Annotated[int, Field(ge=15, le=40)] = 26
    clock: bool = True
    faults: tuple[Fault, ...] = ()


class WindowModel(Config):
    """One service window at `x_m` along the counter, with settings for its site file entry."""

    id: Identifier
    name: str = ""
    x_m: Metres
    rules: dict[str, RuleConfig] = Field(default_factory=dict)


class HallModel(Config):
    """Colours of the hall, brightness of its lamps, and where the staff door is."""

    wall: Rgb = (0.86, 0.86, 0.83)
    floor: Rgb = (0.70, 0.69, 0.66)
    accent: Rgb = (0.16, 0.33, 0.60)
    desk: Rgb = (0.72, 0.58, 0.42)
    door_x_m: Metres = 0.0
    light: Annotated[float, Field(gt=0.0, le=2.0)] = 1.0


class Scenario(Config):
    """A whole scenario."""

    name: Identifier
    description: str = ""
    seed: int = 0
    start: datetime
    timezone: str = "Asia/Shanghai"
    duration_s: Annotated[float, Field(gt=0.0, le=600.0)]
    fps: Annotated[float, Field(ge=1.0, le=25.0)] = 5.0
    hall: HallModel = HallModel()
    camera: CameraModel
    windows: tuple[WindowModel, ...] = Field(min_length=1)
    people: tuple[PersonConfig, ...] = ()
    rules: dict[str, RuleConfig] = Field(default_factory=dict)

    @field_validator("start")
    @classmethod
    def _with_zone(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("expected a time with its offset, such as 2026-11-02T09:14:00+08:00")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Scenario":
        windows = [window.id for window in self.windows]
        _unique("windows", windows)
        _unique("people", [person.id for person in self.people])
        for person in self.people:
            if person.window is not None and person.window not in windows:
                known = ", ".join(windows)
                raise ValueError(
                    f"people: {person.id}: no window '{person.window}'; expected {known}"
                )
            for action in person.actions:
                if action.at_s >= self.duration_s:
                    raise ValueError(
                        f"people: {person.id}: {action.do} at {action.at_s} s is after the end "
                        f"({self.duration_s} s)"
                    )
        return self

    @property
    def frame_count(self) -> int:
        """How many pictures the video has."""
        return round(self.duration_s * self.fps)

    def window(self, window_id: str) -> WindowModel:
        """The window with that id."""
        return next(window for window in self.windows if window.id == window_id)

    def seat_x_m(self, person: PersonConfig) -> float:
        """Where along the counter a person with a window sits or stands."""
        return self.window(str(person.window)).x_m + person.beside_m

    def outfit(self, person: PersonConfig) -> Outfit:
        """The outfit of a person, the same for the same seed and id."""
        mark = hashlib.sha256(f"{self.seed}:{person.id}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(mark[:8], "big"))
        return random_outfit(rng, **person.outfit)

    def sha256(self) -> str:
        """Hash of everything that decides the pictures."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _unique(place: str, ids: list[str]) -> None:
    for number, value in enumerate(ids):
        if value in ids[:number]:
            raise ValueError(f"{place}: the id '{value}' stands twice; ids must be unique")


def load_scenario(file: Path) -> Scenario:
    """Read and validate a scenario file.

    Raises:
        ConfigError: With every mistake: file, line, key and what was expected.
    """
    document, lines = load_yaml(file)
    return validate(Scenario, document, lines, file)


def parse_scenario(text: str, file: Path = Path("scenario.yaml")) -> Scenario:
    """As `load_scenario`, of text."""
    document, lines = parse_yaml(text, file)
    return validate(Scenario, document, lines, file)
