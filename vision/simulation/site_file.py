"""The site file that belongs to a rendered clip: windows with the posts that the camera sees."""

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from vision.config.load import parse_site
from vision.simulation.hall import SEAT_Y_M
from vision.simulation.optics import View
from vision.simulation.polygons import clipped, hull
from vision.simulation.scenario import Scenario
from vision.simulation.scene import view_of

HALF_WIDTH_M = 0.56
FRONT_M, BACK_M = 0.62, 0.50
HEIGHT_M = 1.42


def post_polygon(x_m: float, view: View) -> list[tuple[float, float]]:
    """The post of a window at `x_m`: the outline in the picture of where its staff sit.

    Normalised to [0, 1], clipped to the picture, at most eight corners.
    """
    corners = np.array(
        [
            [x_m + dx, SEAT_Y_M + dy, z]
            for dx in (-HALF_WIDTH_M, HALF_WIDTH_M)
            for dy in (-FRONT_M, BACK_M)
            for z in (0.0, HEIGHT_M)
        ]
    )
    pixels, depth = view.project(corners)
    visible = pixels[depth > 0.1] / np.array([view.width, view.height])
    outline = clipped(hull(visible))
    return [(round(float(x), 4), round(float(y), 4)) for x, y in outline]


def site_document(scenario: Scenario, clip_name: str) -> dict[str, Any]:
    """The site file of a scenario as plain data."""
    view = view_of(scenario)
    windows = []
    for window in scenario.windows:
        entry: dict[str, Any] = {
            "id": window.id,
            "name": window.name or window.id,
            "camera": scenario.camera.id,
            "post": [list(point) for point in post_polygon(window.x_m, view)],
        }
        if window.rules:
            entry["rules"] = _plain(window.rules)
        windows.append(entry)
    document: dict[str, Any] = {
        "site": {"id": scenario.name, "name": scenario.description, "timezone": scenario.timezone},
        "cameras": [{"id": scenario.camera.id, "files": clip_name}],
        "windows": windows,
    }
    if scenario.rules:
        document["rules"] = _plain(scenario.rules)
    return document


def _plain(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: rule.model_dump(exclude_none=True, mode="json") for name, rule in rules.items()}


def write_site(scenario: Scenario, clip_name: str, path: Path) -> None:
    """Write the site file of a scenario, checked as any other.

    Raises:
        ConfigError: the scenario's windows or rules do not make a valid site.
    """
    text = yaml.safe_dump(
        site_document(scenario, clip_name),
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,
    )
    parse_site(text, path)
    path.write_text(text, encoding="utf-8")
