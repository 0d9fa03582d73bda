"""``deportment calibrate``: what upright looks like at one window, kept in the site file."""

import getpass
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import cv2
import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from vision.cli.options import SiteFile
from vision.config import ServiceWindow, SiteConfig, load_site
from vision.errors import UsageError
from vision.evidence.annotate import annotate_reference
from vision.jobs.calibration import (
    Watched,
    footage_of,
    frames_of_camera,
    upright_config,
    watch_post,
    with_upright,
)
from vision.posture.calibration import Learnt, calibrate
from vision.rules.deviation import SHOULDER_LINE, SLOUCHING_LIMITS
from vision.rules.sleep_signs import SLEEPING_LIMITS
from vision.sitebook import SiteBook
from vision.types import POSTURE_FEATURES, Frame
from vision.wiring import camera_plan, open_models, rules_with

LIVE = "camera"
_NEEDS = {
    "head_height_norm": "ears or nose, and both shoulders",
    "neck_flexion_deg": "a view from the side",
    "head_inclination_deg": "a view not from behind",
    "trunk_inclination_deg": "a view from the side, and a hip",
    "lateral_tilt_deg": "a view from the front",
    "box_height_norm": "a person box",
}


def calibrate_window(
    source: Annotated[
        str, typer.Argument(help="Footage of one person who sits upright, or 'camera'.")
    ],
    window: Annotated[str, typer.Option(help="Id of the window.")],
    site: SiteFile,
    work: Annotated[
        bool, typer.Option("--work", help="The footage shows ordinary work: take the upright part.")
    ] = False,
    for_s: Annotated[
        float, typer.Option(min=5, max=600, help="How long to look through a camera.")
    ] = 20.0,
    draw: Annotated[Path | None, typer.Option(help="Draw what was learnt into a PNG.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change no file.")] = False,
) -> None:
    """Learn what upright looks like at a window, and keep it in the site file."""
    config = load_site(site)
    place = _window(config, window, site)
    with open_models() as models:
        plan = camera_plan(config, place.camera, rules_with(models.thresholds))
        watched = watch_post(_frames(config, place, source, for_s), plan, window, models)
    learnt = calibrate(watched.glimpses, SHOULDER_LINE.min_px, work)
    _tell(Console(), learnt)
    if draw is not None:
        _draw(draw, watched, learnt)
    if not dry_run:
        kept = upright_config(place, watched.size_px, learnt, datetime.now(UTC))
        book = SiteBook(site, lambda: datetime.now(UTC))
        book.write("*", _user(), lambda document: with_upright(document, window, kept))
        typer.echo(f"{site}: windows[{window}].upright written")


def _window(config: SiteConfig, window_id: str, file: Path) -> ServiceWindow:
    for one in config.windows:
        if one.id == window_id:
            return one
    known = ", ".join(one.id for one in config.windows)
    raise UsageError(f"--window: no window '{window_id}' in {file}; it has: {known}")


def _frames(config: SiteConfig, place: ServiceWindow, source: str, for_s: float) -> Iterable[Frame]:
    if source == LIVE:
        return frames_of_camera(config, place.camera, os.environ, for_s)
    start = datetime(2000, 1, 1, tzinfo=UTC)  # only the time between pictures counts
    return footage_of(config, place.camera, Path(source), start).frames()


def _tell(console: Console, learnt: Sequence[Learnt]) -> None:
    for one in learnt:
        upright = one.upright
        kind = "side" if upright.side_view else "front"
        console.print(
            f"seen from the {kind}, turned by {upright.body_yaw_deg or 0:.0f} degrees, shoulder "
            f"width {upright.scale_px:.0f} px, {one.samples} pictures"
        )
        console.print(_table(one))
        for name in POSTURE_FEATURES:
            if getattr(upright, name) is None:
                typer.echo(f"not supported by this view: {name} (needs {_NEEDS[name]})")


def _table(one: Learnt) -> Table:
    table = Table(box=SIMPLE)
    for heading in ("feature", "upright", "spread", "slouching from", "sleeping from"):
        table.add_column(heading, justify="left" if heading == "feature" else "right")
    for name in POSTURE_FEATURES:
        value = getattr(one.upright, name)
        if value is not None:
            by = (bounds.get(name) for bounds in (SLOUCHING_LIMITS, SLEEPING_LIMITS))
            limits = (_limit(value, one) for one in by)
            table.add_row(name, f"{value:.2f}", f"{getattr(one.spread, name):.2f}", *limits)
    return table


def _limit(upright: float, by: float | None) -> str:
    return "-" if by is None else f"{upright + by:.2f}"


def _draw(file: Path, watched: Watched, learnt: Sequence[Learnt]) -> None:
    if watched.last is None:
        raise UsageError(f"--draw {file}: no picture shows the person's posture")
    frame, seen = watched.last
    side = seen.persons[0].posture is not None and seen.persons[0].posture.side_view
    upright = next((one.upright for one in learnt if one.upright.side_view is side), None)
    picture = annotate_reference(frame.image, seen, upright or learnt[0].upright)
    if not cv2.imwrite(str(file), picture):
        raise UsageError(f"--draw {file}: cannot be written; expected a name that ends in .png")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "calibrate"
