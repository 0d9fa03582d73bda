"""How real models see the rendered people: recall of a person detector, error of a pose model."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vision.simulation.body import BodyLibrary
from vision.simulation.labels import Box, Landmarks
from vision.simulation.lens import add_smoke, expose
from vision.simulation.linear import Array, unit
from vision.simulation.optics import View
from vision.simulation.pictures import SHOTS_PER_SCENE, SLOT_S, random_scenario
from vision.simulation.scenario import Scenario
from vision.simulation.scene import Scene, Shot

UNOCCLUDED = 0.75
"""A person of whom this share is in sight counts as unoccluded."""

SMALLEST_PX = 60
FOUND_IOU = 0.5
JOINTS: dict[str, tuple[int, int]] = {
    "ears": (7, 8),
    "shoulders": (11, 12),
    "wrists": (15, 16),
    "hips": (23, 24),
}
HEIGHTS_M = (2.2, 2.7, 3.2)
BEARINGS = (("frontal", 0.0, 50.0), ("side", 50.0, 130.0), ("rear", 130.0, 181.0))


def measure_realism(
    out: Path,
    weights: Path,
    pose_model: Path,
    seed: int,
    count: int,
    progress: Callable[[int], None],
) -> str:
    """Render `count` pictures to `out`, show them to the models, and report as Markdown.

    The models run in a process of their own, because torch and VTK do not share one.
    """
    out.mkdir(parents=True, exist_ok=True)
    _render(out, seed, count, progress)
    command = [sys.executable, "-m", "vision.simulation.sightings"]
    subprocess.run(  # noqa: S603 (our own interpreter, no shell)
        [*command, str(out), str(weights), str(pose_model)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    rows = [json.loads(line) for line in (out / "sightings.jsonl").read_text().splitlines()]
    return report(rows)


def _render(out: Path, seed: int, count: int, progress: Callable[[int], None]) -> None:
    import cv2

    with (out / "persons.jsonl").open("w", encoding="ascii") as lines:
        for number in range((count + SHOTS_PER_SCENE - 1) // SHOTS_PER_SCENE):
            rng = np.random.default_rng((seed, number))
            scenario = random_scenario(rng, number)
            scene = Scene(scenario, BodyLibrary())
            for shot in range(min(SHOTS_PER_SCENE, count - number * SHOTS_PER_SCENE)):
                view = _view(rng, scenario)
                taken = scene.shoot(SLOT_S * shot + 5.5, view)
                name = f"{number:03d}-{shot}.png"
                picture = add_smoke(taken.picture, taken.smoke, view)
                picture = expose(picture, scenario.camera, shot, number, 0.0)
                cv2.imwrite(str(out / name), picture[:, :, ::-1])
                for person in persons(taken):
                    lines.write(json.dumps({"picture": name, **person}) + "\n")
                progress(1)
            scene.close()


def _view(rng: np.random.Generator, scenario: Scenario) -> View:
    """One post in the middle of the picture, from any side."""
    window = scenario.windows[int(rng.integers(len(scenario.windows)))]
    bearing = rng.uniform(0.0, 2.0 * np.pi)
    far = float(rng.uniform(2.2, 3.4))
    x, y = window.x_m + far * np.sin(bearing), 1.0 + far * np.cos(bearing)
    height = HEIGHTS_M[int(rng.integers(len(HEIGHTS_M)))]
    position = (float(x), float(np.clip(y, -6.0, 3.4)), height)
    target = (window.x_m, 0.95, 0.8)
    reach = float(np.linalg.norm(np.array(position) - np.array(target)))
    fov = float(np.degrees(2.0 * np.arctan(1.05 / reach)))
    return View(position, target, fov, scenario.camera.width, scenario.camera.height)


def persons(shot: Shot) -> list[dict[str, Any]]:
    """Every person of a picture, with what is true of them, as plain data."""
    boxes = {box.owner: box for box in shot.boxes if box.label == "person"}
    return [
        _person(boxes[pose.owner], pose, shot.view)
        for pose in shot.landmarks
        if pose.owner in boxes
    ]


def _person(box: Box, pose: Landmarks, view: View) -> dict[str, Any]:
    left, right = pose.world[11], pose.world[12]
    _, depth = view.project((left + right)[None] / 2.0)
    focal = view.height / 2.0 / np.tan(np.radians(view.vertical_fov_deg) / 2.0)
    inside = box.xyxy[0] > 0 and box.xyxy[1] > 0
    inside = inside and box.xyxy[2] < view.width and box.xyxy[3] < view.height
    return {
        "xyxy": box.xyxy,
        "visibility": box.visibility,
        "whole": bool(inside),
        "height_m": round(view.position[2], 2),
        "bearing_deg": round(bearing_deg(pose.world, view), 1),
        "shoulder_px": round(float(np.linalg.norm(left - right) * focal / depth[0]), 2),
        "landmarks": pose.points.tolist(),
    }


def bearing_deg(world: Array, view: View) -> float:
    """Angle in the floor plane between where the chest faces and the camera: 0 is frontal."""
    across = world[11] - world[12]
    facing = unit(np.array([across[1], -across[0], 0.0]))
    towards = np.array(view.position) - (world[11] + world[12]) / 2.0
    towards = unit(np.array([towards[0], towards[1], 0.0]))
    return float(np.degrees(np.arccos(np.clip(facing @ towards, -1.0, 1.0))))


def inclination_deg(points: Array, upper: tuple[int, int], lower: tuple[int, int]) -> float:
    """Angle in the picture of the line between two midpoints against the vertical."""
    top, bottom = points[list(upper), :2].mean(axis=0), points[list(lower), :2].mean(axis=0)
    return float(np.degrees(np.arctan2(top[0] - bottom[0], bottom[1] - top[1])))


def report(rows: list[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    clear = [
        row
        for row in rows
        if row["visibility"] >= UNOCCLUDED
        and row["whole"]
        and row["xyxy"][3] - row["xyxy"][1] >= SMALLEST_PX
    ]
    found = [row for row in clear if row["best_iou"] >= FOUND_IOU]
    posed = [row for row in clear if row["estimate"] is not None]
    lines = [
        f"Unoccluded persons: {len(clear)} of {len(rows)}. The COCO detector finds "
        f"{len(found)} ({_percent(found, clear)}), the pose model {len(posed)} "
        f"({_percent(posed, clear)}).",
        "",
        "| view | persons | found | "
        + " | ".join(f"{joint}, shoulder widths" for joint in JOINTS)
        + " | neck, deg | trunk, deg |",
        "|---|---|---|" + "---|" * (len(JOINTS) + 2),
    ]
    lines.append(_table_row("all", clear))
    for name, low, high in BEARINGS:
        chosen = [row for row in clear if low <= row["bearing_deg"] < high]
        lines.append(_table_row(name, chosen))
    for height in HEIGHTS_M:
        chosen = [row for row in clear if abs(row["height_m"] - height) < 0.01]
        lines.append(_table_row(f"camera at {height} m", chosen))
    return "\n".join(lines)


def _percent(part: list[dict[str, Any]], whole: list[dict[str, Any]]) -> str:
    return f"{100.0 * len(part) / max(len(whole), 1):.0f} %"


def _table_row(name: str, rows: list[dict[str, Any]]) -> str:
    found = [row for row in rows if row["best_iou"] >= FOUND_IOU]
    cells = [name, str(len(rows)), _percent(found, rows)]
    posed = [row for row in rows if row["estimate"] is not None]
    cells += [_median(_joint_errors(posed, pair)) for pair in JOINTS.values()]
    cells.append(_median(_angle_errors(posed, (7, 8), (11, 12))))
    cells.append(_median(_angle_errors(posed, (11, 12), (23, 24))))
    return "| " + " | ".join(cells) + " |"


def _joint_errors(rows: list[dict[str, Any]], pair: tuple[int, int]) -> list[float]:
    """Distances in shoulder widths at the landmarks that are truly in sight."""
    errors = []
    for row in rows:
        true, seen = np.array(row["landmarks"]), np.array(row["estimate"])
        for joint in pair:
            if true[joint, 2] > 0.0:
                away = float(np.linalg.norm(true[joint, :2] - seen[joint, :2]))
                errors.append(away / row["shoulder_px"])
    return errors


def _angle_errors(
    rows: list[dict[str, Any]], upper: tuple[int, int], lower: tuple[int, int]
) -> list[float]:
    errors = []
    for row in rows:
        true, seen = np.array(row["landmarks"]), np.array(row["estimate"])
        away = inclination_deg(true, upper, lower) - inclination_deg(seen, upper, lower)
        errors.append(abs((away + 180.0) % 360.0 - 180.0))
    return errors


def _median(values: list[float]) -> str:
    return f"{float(np.median(values)):.2f}" if values else "no data"
