"""``deportment check``: is the site file right, and can its views support its rules?"""

import os
from pathlib import Path
from typing import Annotated

import typer

from vision.config import SiteConfig, load_site
from vision.errors import DeportmentError, SourceError
from vision.jobs.probe import probe


def check(
    site: Annotated[Path, typer.Argument(help="Site file (YAML).")],
    probe_cameras: Annotated[
        bool, typer.Option("--probe", help="Also open each camera and look through it.")
    ] = False,
) -> None:
    """Validate a site file; every mistake with file, line, key and what was expected."""
    config = load_site(site)
    typer.echo(
        f"{site}: ok: {len(config.cameras)} cameras, {len(config.windows)} windows, "
        f"time zone {config.site.timezone}"
    )
    for line in hints(config):
        typer.echo(f"{site}: note: {line}")
    if probe_cameras and not _probe(config):
        raise typer.Exit(1)


def hints(site: SiteConfig) -> list[str]:
    """What is allowed but hardly meant."""
    found = [
        f"camera '{camera.id}' sees no window"
        for camera in site.cameras
        if not site.windows_of(camera.id)
    ]
    found += [
        f"window '{window.id}': its upright reference is not applied: {why}; "
        "run deportment calibrate again"
        for window in site.windows
        if (why := window.upright_misfit()) is not None
    ]
    if site.calendar is None or not site.calendar.service_hours:
        found.append("no calendar.service_hours: windows count as on duty day and night")
    return found


def _probe(site: SiteConfig) -> bool:
    fine = True
    for camera in site.cameras:
        try:
            lines = probe(site, camera, os.environ)
        except (SourceError, DeportmentError) as error:
            typer.echo(f"deportment: {error}", err=True)
            fine = False
            continue
        typer.echo(f"camera {camera.id}: {lines[0]}")
        for line in lines[1:]:
            typer.echo(f"  {line}")
    return fine
