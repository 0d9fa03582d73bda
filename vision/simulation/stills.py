"""Renders scenes to folders of pictures seconds apart: what an audit of posture needs, no more."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from vision.simulation.body import BodyLibrary
from vision.simulation.extra import need
from vision.simulation.film import take
from vision.simulation.posture_scenes import PERIOD_S, VIEWS, posture_scene
from vision.simulation.scenario import Scenario
from vision.simulation.scene import Scene, cast
from vision.simulation.site_file import write_site
from vision.simulation.truth import truth_rows, write_truth

PICTURES = "pictures"
NAME_PATTERN = "%Y%m%d-%H%M%S"
_JPEG_QUALITY = 90


def write_posture_scenes(
    out: Path,
    seed: int,
    each: int,
    views: Sequence[str] = tuple(VIEWS),
    progress: Callable[[int], None] = lambda scenes: None,
) -> None:
    """Render `each` scenes of every view, a folder each; those that are there are kept.

    Raises:
        MissingExtra: the `simulate` extra is not installed.
    """
    need("pyvista")
    library = BodyLibrary()
    scenes = [posture_scene(seed, view, number) for number in range(each) for view in views]
    outfits = [scene.outfit(person) for scene in scenes for person in scene.people]
    library.prepare([outfit.phenotype for outfit in outfits])
    for scene in scenes:
        write_stills(scene, out / scene.name, PERIOD_S, library)
        progress(1)


def write_stills(scenario: Scenario, out: Path, period_s: float, library: BodyLibrary) -> None:
    """Render a scenario to `out`: `pictures/`, `site.yaml` and, last of all, `truth.jsonl`."""
    import cv2

    if (out / "truth.jsonl").exists():
        return
    (out / PICTURES).mkdir(parents=True, exist_ok=True)
    scene = Scene(scenario, library)
    try:
        for number in range(int(scenario.duration_s / period_s) + 1):
            t_s = number * period_s
            picture, _ = take(scene, scenario, round(t_s * scenario.fps))
            at = (scenario.start + timedelta(seconds=t_s)).astimezone(ZoneInfo(scenario.timezone))
            path = out / PICTURES / f"{at:{NAME_PATTERN}}.jpg"
            quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
            cv2.imwrite(str(path), picture[:, :, ::-1], quality)
    finally:
        scene.close()
    write_site(scenario, PICTURES, out / "site.yaml")
    motions = {name: motion for name, (_, motion) in cast(scenario, library).items()}
    write_truth(truth_rows(scenario, motions), scenario, out / "truth.jsonl")
