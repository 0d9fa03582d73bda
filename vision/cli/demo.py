"""``deportment demo``: the main job on footage that the project rendered itself."""

from datetime import datetime, tzinfo
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vision.bundled import bundled
from vision.cli.audit import gather, run_all
from vision.cli.serve import start_service
from vision.config import load_site
from vision.errors import UsageError
from vision.evidence import FileEvidenceStore, title_of
from vision.jobs.audit import events_of
from vision.jobs.inputs import Given
from vision.registry import home
from vision.sources.capture_time import parse_start
from vision.store import SqlStore
from vision.types import Event

SAMPLE = "demo-morning"
START = "2026-07-06T09:14:00"
"""Capture time of the sample, where its container does not say."""


def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit after the audit.")] = False,
    sample: Annotated[str, typer.Option(help="Which sample to audit.")] = SAMPLE,
    host: str = "127.0.0.1",
    port: int = 8000,
) -> None:
    """Audit a sample clip, print its events, and serve the dashboard until Ctrl-C."""
    folder = bundled("datasets/samples", "samples") / sample
    if not (folder / "clip.mp4").is_file():
        known = ", ".join(sorted(path.name for path in folder.parent.glob("*/")))
        raise UsageError(f"there is no sample '{sample}'; there are: {known}")
    site_file = folder / "site.yaml"
    site = load_site(site_file)
    workplace = home() / "demo"
    workplace.mkdir(parents=True, exist_ok=True)
    database = str(workplace / f"{sample}.db")
    typer.echo(f"auditing {folder / 'clip.mp4'} ({site.site.name or site.site.id})", err=True)
    with SqlStore(database) as store:
        evidence = FileEvidenceStore(workplace / "evidence")
        given = Given(start=parse_start(START, site.zone))
        failures, inputs = gather([folder / "clip.mp4"], site, given)
        results = run_all(site, inputs, store, evidence, None)
        events = list(events_of(store, [one.audit_id for one in results]))
        show_events(Console(), events, site.zone)
    if failures:
        raise UsageError(next(iter(failures.values())))
    typer.echo(f"events are in {database}, pictures in {workplace / 'evidence'}")
    if not once:
        start_service(database, workplace / "evidence", site_file, host, port)


def show_events(console: Console, events: list[Event], zone: tzinfo) -> None:
    """Print every event on a line, in the time of the site."""
    table = Table("window", "rule", "from", "to", "score", "clause")
    for column in table.columns:
        column.no_wrap = True
    for event in sorted(events, key=lambda one: one.started_at):
        table.add_row(
            event.window_id,
            title_of(event.rule_id),
            _clock(event.started_at, zone),
            _clock(event.ended_at, zone),
            f"{event.score:.2f}",
            event.clauses[0] if event.clauses else "",
        )
    console.print(table)


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else f"{at.astimezone(zone):%H:%M:%S}"
