"""Independent random pictures with full labels, for training the detector."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from vision.simulation.body import BodyLibrary
from vision.simulation.labels import Box
from vision.simulation.lens import add_smoke, expose
from vision.simulation.optics import View
from vision.simulation.outfit import BOTTOMS, TOPS
from vision.simulation.scenario import (
    ROLE_ACTIONS,
    Action,
    CameraModel,
    HallModel,
    PersonConfig,
    Scenario,
    WindowModel,
)
from vision.simulation.scene import Scene, Shot
from vision.types import CLASSES

SHOTS_PER_SCENE = 8
SLOT_S = 12.0
"""Every shot of a scene has a time slot of its own, in which people do other things."""

MIN_VISIBILITY = 0.08
FOOTWEAR = ("slippers", "shoes")
MIN_SIDE_PX = {"cigarette": 2, "phone": 4}


@dataclass(frozen=True, slots=True)
class Conduct:
    """What staff do in random pictures.

    Attributes:
        prefix: Of the names of the pictures.
        favoured: What they do in most pictures; repeated for more.
        unused: What they never do; to take one out of here would change every picture of a seed.
        frontal_share: Of the views of whole persons from the clients' side.
    """

    prefix: str
    favoured: tuple[str, ...]
    unused: tuple[str, ...]
    frontal_share: float


CONDUCT = {
    "things": Conduct(
        "sim",
        ("phone_front", "phone_lap", "phone_ear", "smoke", "smoke", "stand", "stand"),
        ("phone_desk", "leave", "hang_head", "read"),
        0.25,
    ),
    "rest": Conduct(
        "rest",
        ("head_on_desk", "head_on_desk", "slump", "hang_head", "nod_off", "recline", "write"),
        ("phone_desk", "leave"),
        0.5,
    ),
}
"""Things in the hand and on the feet; or bodies that sink, which a detector of persons loses."""

SLIPPER_SHARE = 0.5
"""Share of scenes in which most people wear slippers."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture's name, its pixels (H, W, 3) RGB, and one YOLO line a box."""

    name: str
    picture: np.ndarray[Any, np.dtype[np.uint8]]
    lines: tuple[str, ...]


def write_pictures(
    out: Path,
    count: int,
    seed: int = 0,
    progress: Callable[[int], None] = lambda pictures: None,
    conduct: Conduct = CONDUCT["things"],
) -> None:
    """Write `count` pictures to `out/images`, `out/labels` and `out/labelled_classes.json`.

    Continues after the scenes that an earlier, interrupted run has finished.
    """
    for folder in ("images", "labels"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    scenes = (count + SHOTS_PER_SCENE - 1) // SHOTS_PER_SCENE
    prepare_bodies(seed, scenes, BodyLibrary(), conduct)
    for scene in range(scenes):
        shots = min(SHOTS_PER_SCENE, count - scene * SHOTS_PER_SCENE)
        last = out / "labels" / f"{_name(conduct, seed, scene, shots - 1)}.txt"
        if not last.exists():
            _write_scene(out, conduct, seed, scene, shots)
        progress(shots)
    _write_index(out)


def prepare_bodies(seed: int, scenes: int, library: BodyLibrary, conduct: Conduct) -> None:
    """Make the bodies of all scenes at once: loading Anny takes longer than rendering a scene."""
    scenarios = [random_scenario(_dice(seed, scene), scene, conduct) for scene in range(scenes)]
    library.prepare(
        scenario.outfit(person).phenotype for scenario in scenarios for person in scenario.people
    )


def _dice(seed: int, scene: int) -> np.random.Generator:
    return np.random.default_rng((seed, scene))


def _name(conduct: Conduct, seed: int, scene: int, shot: int) -> str:
    return f"{conduct.prefix}-{seed}-{scene:05d}-{shot}"


def _write_scene(out: Path, conduct: Conduct, seed: int, scene: int, shots: int) -> None:
    import cv2

    for labelled in scene_pictures(conduct, seed, scene, shots):
        path = out / "images" / f"{labelled.name}.jpg"
        quality = [cv2.IMWRITE_JPEG_QUALITY, 88]
        cv2.imwrite(str(path), labelled.picture[:, :, ::-1], quality)
        text = "".join(f"{line}\n" for line in labelled.lines)
        (out / "labels" / f"{labelled.name}.txt").write_text(text, encoding="ascii")


def _write_index(out: Path) -> None:
    names = sorted(path.stem for path in (out / "labels").glob("*.txt"))
    every = {name: list(CLASSES) for name in names}
    (out / "labelled_classes.json").write_text(json.dumps(every, indent=0), encoding="ascii")


def scene_pictures(conduct: Conduct, seed: int, number: int, shots: int) -> Iterator[Labelled]:
    """The pictures of one random scene."""
    rng = _dice(seed, number)
    scenario = random_scenario(rng, number, conduct)
    scene = Scene(scenario, BodyLibrary())
    try:
        for shot in range(shots):
            camera = random_camera(rng, scenario.camera)
            view = random_view(rng, scenario, camera, conduct.frontal_share)
            t_s = SLOT_S * shot + float(rng.uniform(2.5, SLOT_S - 2.5))
            taken = scene.shoot(t_s, view)
            picture = add_smoke(taken.picture, taken.smoke, view)
            picture = expose(picture, camera, shot, seed * 1_000_003 + number, t_s)
            yield Labelled(_name(conduct, seed, number, shot), picture, yolo_lines(taken))
    finally:
        scene.close()


def yolo_lines(shot: Shot) -> tuple[str, ...]:
    """`class x y width height` in shares of the picture, for everything that can be made out."""
    seen = [
        box
        for box in shot.boxes
        if box.visibility >= MIN_VISIBILITY and _shorter_side(box) >= MIN_SIDE_PX.get(box.label, 5)
    ]
    return tuple(yolo_line(box, shot.view) for box in in_pairs(seen))


def in_pairs(boxes: Sequence[Box]) -> list[Box]:
    """The boxes, but one around both feet of a person, as the photographs are labelled."""
    joined: dict[tuple[str, str, int], Box] = {}
    for number, box in enumerate(boxes):
        key = (box.label, box.owner, -1 if box.label in FOOTWEAR else number)
        before = joined.get(key, box)
        joined[key] = replace(
            box,
            xyxy=(
                min(before.xyxy[0], box.xyxy[0]),
                min(before.xyxy[1], box.xyxy[1]),
                max(before.xyxy[2], box.xyxy[2]),
                max(before.xyxy[3], box.xyxy[3]),
            ),
        )
    return list(joined.values())


def yolo_line(box: Box, view: View) -> str:
    """One box as a YOLO line."""
    left, upper, right, lower = box.xyxy
    x, y = (left + right) / 2.0 / view.width, (upper + lower) / 2.0 / view.height
    width, height = (right - left) / view.width, (lower - upper) / view.height
    return f"{CLASSES.index(box.label)} {x:.5f} {y:.5f} {width:.5f} {height:.5f}"


def _shorter_side(box: Box) -> int:
    left, upper, right, lower = box.xyxy
    return min(right - left, lower - upper)


def random_scenario(
    rng: np.random.Generator, number: int, conduct: Conduct = CONDUCT["things"]
) -> Scenario:
    """A hall with three windows, staff, a colleague and a client, all doing random things."""
    xs = np.array([-1.9, 0.0, 1.9]) + rng.uniform(-0.15, 0.15, 3)
    windows = tuple(WindowModel(id=f"A{i + 1:02d}", x_m=float(x)) for i, x in enumerate(xs))
    slippers = bool(rng.random() < SLIPPER_SHARE)
    people = [_staff(rng, window.id, slippers, conduct) for window in windows]
    people.append(
        PersonConfig(id="client", role="client", window=windows[1].id, actions=_visits(rng))
    )
    people.append(
        PersonConfig(
            id="colleague", role="colleague", outfit=_outfit(rng, slippers), actions=_walks(rng)
        )
    )
    width, height = [(640, 480), (640, 360), (480, 480), (448, 576)][int(rng.integers(4))]
    tint = rng.uniform(0.75, 0.95, 3)
    floor = np.clip(rng.uniform(0.35, 0.8) + rng.normal(0.0, 0.03, 3), 0.05, 0.95)
    return Scenario(
        name=f"pictures-{number}",
        seed=int(rng.integers(1 << 31)),
        start=datetime(2026, 7, 6, 1, 0, tzinfo=UTC),
        duration_s=SLOT_S * SHOTS_PER_SCENE,
        hall=HallModel(
            wall=_rgb(tint),
            floor=_rgb(floor),
            accent=_rgb(rng.uniform(0.1, 0.7, 3)),
            desk=_rgb(np.clip(np.array([0.72, 0.58, 0.42]) * rng.uniform(0.5, 1.3), 0.0, 1.0)),
            door_x_m=float(rng.uniform(-2.0, 2.0)),
            light=float(rng.uniform(0.55, 1.1)),
        ),
        camera=CameraModel(
            position=(0.0, 3.0, 2.5), target=(0.0, 1.0, 1.0), width=width, height=height
        ),
        windows=windows,
        people=tuple(people),
    )


def _rgb(values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float, float]:
    r, g, b = values.tolist()
    return (r, g, b)


def _outfit(rng: np.random.Generator, slippers: bool) -> dict[str, Any]:
    outfit: dict[str, Any] = {
        "top_colour": _any_colour(rng, TOPS),
        "bottom_colour": _any_colour(rng, BOTTOMS),
        "footwear_colour": _rgb(rng.uniform(0.03, 0.95, 3)),
    }
    if slippers:
        kinds = ["slides", "slides", "flip_flops", "house_slippers", "shoes", "sandals"]
        outfit["footwear"] = str(rng.choice(kinds))
    return outfit


def _any_colour(
    rng: np.random.Generator, usual: tuple[tuple[float, float, float], ...]
) -> tuple[float, float, float]:
    if rng.random() < 0.5:
        return usual[int(rng.integers(len(usual)))]
    return _rgb(rng.uniform(0.03, 0.95, 3))


def _staff(rng: np.random.Generator, window: str, slippers: bool, conduct: Conduct) -> PersonConfig:
    kinds = [kind for kind in ROLE_ACTIONS["staff"] if kind not in conduct.unused]
    actions = []
    for shot in range(SHOTS_PER_SCENE):
        kind = str(rng.choice(conduct.favoured if rng.random() < 0.6 else kinds))
        actions.append(_slot(kind, shot, rng))
        if rng.random() < 0.15:
            actions.append(_slot("phone_desk", shot, rng))
    return PersonConfig(
        id=f"staff-{window}", window=window, outfit=_outfit(rng, slippers), actions=tuple(actions)
    )


def _slot(kind: str, shot: int, rng: np.random.Generator) -> Action:
    return Action.model_validate(
        {
            "do": kind,
            "at_s": SLOT_S * shot,
            "for_s": SLOT_S,
            "degree": float(rng.uniform(0.3, 1.15)),
            "hand": str(rng.choice(["left", "right"])),
            "towards": str(rng.choice(["left", "right"])),
        }
    )


def _visits(rng: np.random.Generator) -> tuple[Action, ...]:
    return (Action(do="visit", at_s=0.0, for_s=float(rng.uniform(30.0, 90.0))),)


def _walks(rng: np.random.Generator) -> tuple[Action, ...]:
    return tuple(_slot("pass", shot, rng) for shot in range(SHOTS_PER_SCENE))


def random_camera(rng: np.random.Generator, base: CameraModel) -> CameraModel:
    """The camera `base` with another quality of picture: good, dark, noisy, soft or infra-red."""
    dark = bool(rng.random() < 0.15)
    return base.model_copy(
        update={
            "noise": float(rng.uniform(0.5, 7.0)),
            "exposure": float(rng.uniform(0.25, 0.55) if dark else rng.uniform(0.75, 1.2)),
            "blur_px": float(rng.uniform(0.2, 1.1)),
            "infrared": bool(rng.random() < 0.12),
        }
    )


@dataclass(frozen=True, slots=True)
class _Framing:
    """What a picture shows: heights looked at and picture heights, low to high, in metres."""

    look_m: tuple[float, float]
    span_m: tuple[float, float]
    share: float


FRAMINGS = (
    _Framing((0.45, 0.90), (1.5, 2.2), 0.45),  # a post, as the detector sees it
    _Framing((0.45, 0.90), (2.4, 4.5), 0.28),  # the row
    _Framing((0.10, 0.35), (0.7, 1.2), 0.15),  # feet
    _Framing((0.95, 1.25), (0.7, 1.2), 0.12),  # head and hands
)


def random_view(
    rng: np.random.Generator, scenario: Scenario, camera: CameraModel, frontal_share: float = 0.25
) -> View:
    """One of the `FRAMINGS` of a window, from a camera under the ceiling on any side."""
    window = scenario.windows[int(rng.integers(len(scenario.windows)))]
    framing = FRAMINGS[int(rng.choice(len(FRAMINGS), p=[f.share for f in FRAMINGS]))]
    frontal = bool(rng.random() < frontal_share) and framing.look_m[0] > 0.3
    bearing = np.radians(rng.uniform(-75.0, 75.0)) + (np.pi if frontal else 0.0)
    far = float(rng.uniform(2.4, 5.2))
    x, y = window.x_m + far * np.sin(bearing), 1.0 + far * np.cos(bearing)
    height = float(rng.uniform(2.2, 3.2))
    position = (float(np.clip(x, -8.5, 8.5)), float(np.clip(y, -6.0, 3.4)), height)
    x_m, y_m = rng.normal([window.x_m, 0.92], 0.15).tolist()
    target = (x_m, y_m, float(rng.uniform(*framing.look_m)))
    reach = float(np.linalg.norm(np.array(position) - np.array(target)))
    span_m = float(rng.uniform(*framing.span_m))
    fov = float(np.clip(np.degrees(2.0 * np.arctan(span_m / 2.0 / reach)), 8.0, 85.0))
    return View(position, target, fov, camera.width, camera.height, float(rng.normal(0.0, 2.0)))


def main(arguments: list[str]) -> None:
    """`python -m vision.simulation.pictures OUT COUNT [SEED]`, for long runs in the background."""
    out, count = Path(arguments[0]), int(arguments[1])
    write_pictures(out, count, int(arguments[2]) if len(arguments) > 2 else 0, _tell)


def _tell(pictures: int) -> None:
    sys.stderr.write("." * pictures)
    sys.stderr.flush()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(sys.argv[1:])
