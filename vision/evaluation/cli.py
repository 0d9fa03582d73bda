"""``deportment evaluate``: how accurate the product is."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from vision.config import SiteConfig, load_site
from vision.errors import ConfigError, Mistake, UsageError
from vision.evaluation.detector_cli import detector
from vision.evaluation.events import EventCase
from vision.evaluation.events_figures import evaluate_events
from vision.evaluation.events_page import report_page
from vision.evaluation.events_report import report_tables, report_to_json
from vision.evaluation.posture_cli import posture
from vision.evaluation.truth import Truth, numbered_lines, read_truth
from vision.store import SqlStore
from vision.types import Coverage, Event
from vision.wire import event_from_json

T = TypeVar("T")
EVER = datetime(1970, 1, 1, tzinfo=UTC)

evaluate_app = typer.Typer(no_args_is_help=True)


@evaluate_app.callback()
def evaluate() -> None:
    """Measure the accuracy of the detector, of posture and of events."""


evaluate_app.command("detector")(detector)
evaluate_app.command("posture")(posture)


@evaluate_app.command("events")
def events(
    said: Annotated[list[Path], typer.Argument(help="Events, as `audit --jsonl` writes them.")],
    truth: Annotated[list[Path], typer.Option(help="Truth of each (JSON lines).")],
    site: Annotated[list[Path], typer.Option(help="Site file of each, or one for all.")],
    database: Annotated[
        list[str] | None,
        typer.Option("--db", help="Database of each audit, which has the coverage."),
    ] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with timelines here.")] = None,
) -> None:
    """Compare events with the truth: recall, precision, false alarms per camera-hour, latency."""
    truths = _for_each(truth, said, "--truth")
    sites = site * len(said) if len(site) == 1 else _for_each(site, said, "--site")
    databases = _for_each(database or [None] * len(said), said, "--db")
    cases = [
        _case(file, read_truth(true), load_site(layout), url)
        for file, true, layout, url in zip(said, truths, sites, databases, strict=True)
    ]
    report = evaluate_events(cases)
    if as_json is not None:
        _write(as_json, json.dumps(report_to_json(report), ensure_ascii=False, indent=2) + "\n")
    if html is not None:
        _write(html, report_page(report))
    Console().print(report_tables(report))


def _for_each(given: Sequence[T], files: Sequence[Path], option: str) -> Sequence[T]:
    if len(given) != len(files):
        raise UsageError(f"expected one {option} for each of {len(files)} files, got {len(given)}")
    return given


def _case(said: Path, truths: list[Truth], site: SiteConfig, database: str | None) -> EventCase:
    return EventCase(
        name=said.stem,
        truths=truths,
        events=read_events(said),
        dwell_s={
            (window.id, rule_id): policy.dwell_s
            for window in site.windows
            for rule_id, policy in site.policies(window).items()
        },
        camera_of={window.id: window.camera for window in site.windows},
        coverage=_coverage(database, site) if database is not None else (),
    )


def read_events(file: Path) -> list[Event]:
    """Read events as ``deportment audit --jsonl`` writes them.

    Raises:
        ConfigError: With every line that is not an event.
    """
    found: list[Event] = []
    mistakes: list[Mistake] = []
    for number, line in numbered_lines(file):
        try:
            found.append(event_from_json(json.loads(line)))
        except KeyError as error:
            mistakes.append(Mistake(file, number, str(error.args[0]), "this key is missing"))
        except (TypeError, ValueError) as error:
            mistakes.append(Mistake(file, number, "", f"not an event: {error}"))
    if mistakes:
        raise ConfigError(mistakes)
    return found


def _coverage(database: str, site: SiteConfig) -> list[Coverage]:
    if "://" not in database and not Path(database).is_file():
        raise UsageError(f"--db: there is no file {database}")
    windows = [window.id for window in site.windows]
    with SqlStore(database) as store:
        return store.coverage(windows, None, EVER, datetime.max.replace(tzinfo=UTC))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
