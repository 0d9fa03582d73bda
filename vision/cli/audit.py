"""``deportment audit``: stored footage in, events out."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from vision.cli.options import (
    DEFAULT_DATABASE,
    Database,
    EvidenceFolder,
    SiteFile,
    evidence_folder,
)
from vision.config import SiteConfig, load_site, recordable
from vision.errors import SourceError, UsageError
from vision.evidence import FileEvidenceStore
from vision.jobs.audit import Advance, AuditResult, audit_input, events_of, run_of
from vision.jobs.cluster import Place, audit_on_ray
from vision.jobs.inputs import Given, Input, expand, prepare
from vision.ports import EventReader
from vision.sources.capture_time import parse_start
from vision.store import SqlStore
from vision.types import Event
from vision.wire import event_to_json
from vision.wiring import Bench, open_models


def audit(
    videos: Annotated[list[str], typer.Argument(help="Files, folders or globs.")],
    site: SiteFile,
    camera: Annotated[str | None, typer.Option(help="Camera that recorded them.")] = None,
    start: Annotated[
        str | None, typer.Option(help="Capture time of the first picture, ISO 8601.")
    ] = None,
    name_pattern: Annotated[
        str | None, typer.Option(help="strptime pattern of the time in the file names.")
    ] = None,
    jsonl: Annotated[
        Path | None, typer.Option(help="Write the events here, one JSON object per line.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    evidence: EvidenceFolder = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="ray shares the inputs out to workers.")
    ] = "local",
    workers: Annotated[int, typer.Option(min=1, help="Workers of --engine ray.")] = 2,
) -> None:
    """Audit stored footage. Exit code 0: all done, 1: some inputs failed, 2: wrong usage."""
    config = load_site(site)
    moment = parse_start(start, config.zone) if start else None
    given = Given(config.camera(camera).id if camera else None, moment, name_pattern)
    paths = list(expand(videos))
    if moment and len(paths) > 1:
        raise UsageError("--start says when one input began; give --name-pattern for several")
    if jsonl is not None:
        write_jsonl(jsonl, [])
    failures, inputs = gather(paths, config, given)
    with SqlStore(db) as store:
        folder = evidence_folder(evidence, db).absolute()
        found = FileEvidenceStore(folder)
        store.note_config(config.site.id, recordable(config))
        if engine == "ray":
            results = run_on_ray(Place(config, _absolute(db), folder), inputs, workers)
            if jsonl is not None:
                write_jsonl(jsonl, events_of(store, [one.audit_id for one in results]))
        else:
            results = run_all(config, inputs, store, found, jsonl)
        failures |= {str(one.input.path): one.failure for one in results if one.failure}
        show(Console(), results, store)
    tell_moved(results, config)
    for failure in failures.values():
        typer.echo(f"deportment: {failure}", err=True)
    if failures:
        typer.echo(f"deportment: {len(failures)} of {len(paths)} inputs failed", err=True)
        raise typer.Exit(1)


def _absolute(database: str) -> str:
    """A plain file name from where every worker finds it."""
    return database if "://" in database else str(Path(database).absolute())


def run_on_ray(place: Place, inputs: Sequence[Input], workers: int) -> list[AuditResult]:
    """Audit the inputs in parallel; results in the order of the inputs."""
    ready = [replace(one, path=one.path.absolute()) for one in inputs]
    results = []
    with _progress() as bar:
        task = bar.add_task("inputs", total=len(ready), speed="", events=0)
        for result in audit_on_ray(place, ready, workers) if ready else ():
            results.append(result)
            bar.advance(task)
    return sorted(results, key=lambda one: ready.index(one.input))


def gather(
    paths: Sequence[Path], site: SiteConfig, given: Given
) -> tuple[dict[str, str], list[Input]]:
    """Prepare every input; those that cannot be used are named with the reason."""
    failures: dict[str, str] = {}
    inputs: list[Input] = []
    for path in paths:
        try:
            inputs.append(prepare(path, site, given))
        except SourceError as error:
            failures[str(path)] = str(error)
    return failures, inputs


def run_all(
    site: SiteConfig,
    inputs: Sequence[Input],
    store: SqlStore,
    evidence: FileEvidenceStore,
    jsonl: Path | None,
) -> list[AuditResult]:
    """Audit the inputs one after the other under a progress bar; write the events as they come.

    The lines are also written when the run is stopped half way.
    """
    results: list[AuditResult] = []
    if not inputs:
        return results
    with open_models() as models, _progress() as bar:
        bench = Bench.of(site, models, store, evidence)
        begun: list[str] = []
        for one in inputs:
            begun.append(run_of(bench, one)[1])
            task = bar.add_task(one.path.name, total=one.duration_s or None, speed="", events=0)
            try:
                results.append(audit_input(bench, one, partial(_advance, bar, task)))
            finally:
                if jsonl is not None:
                    write_jsonl(jsonl, events_of(store, begun))
            found = sum(1 for _ in events_of(store, begun[-1:]))  # of an earlier run, too
            bar.update(task, completed=one.duration_s, total=one.duration_s or 1, events=found)
    return results


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[events]} events"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _advance(bar: Progress, task: TaskID, done: Advance) -> None:
    elapsed_s = bar.tasks[task].elapsed or 0.0
    speed = f"{done.done_s / elapsed_s:.0f} x real time" if elapsed_s > 1 else ""
    bar.update(task, completed=done.done_s, speed=speed, events=done.events)


def write_jsonl(path: Path, events: Iterable[Event]) -> None:
    """Write events, one JSON object per line, replacing the file as a whole.

    Raises:
        UsageError: If the file cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            for event in events:
                file.write(json.dumps(event_to_json(event), ensure_ascii=False) + "\n")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UsageError(f"--jsonl {path}: cannot be written: {error.strerror}") from error


def tell_moved(results: Sequence[AuditResult], site: SiteConfig) -> None:
    """Name the inputs in which a camera moved: nobody is judged behind that."""
    for one in results:
        if one.moved_at is not None:
            at = one.moved_at.astimezone(site.zone).strftime("%H:%M:%S")
            typer.echo(
                f"deportment: {one.input.path}: camera '{one.input.camera_id}' moved at {at}: "
                "the posts do not fit what follows, and its windows are UNKNOWN from there on",
                err=True,
            )


def show(console: Console, results: Sequence[AuditResult], store: EventReader) -> None:
    """Print how many events each window had, by rule."""
    events = list(events_of(store, [result.audit_id for result in results]))
    skipped = [result for result in results if result.skipped]
    if skipped:
        console.print(f"{len(skipped)} of {len(results)} inputs were already audited", style="dim")
    if not events and results:
        console.print("no events; see the coverage before reading that as good conduct")
    if not events:
        return
    table = Table("window", "rule", "events", "seconds")
    counts = Counter((event.window_id, event.rule_id) for event in events)
    for (window_id, rule_id), count in sorted(counts.items()):
        same = [e for e in events if (e.window_id, e.rule_id) == (window_id, rule_id)]
        seconds = sum(event.duration_s or 0.0 for event in same)
        table.add_row(window_id, rule_id, str(count), f"{seconds:.1f}")
    console.print(table)
