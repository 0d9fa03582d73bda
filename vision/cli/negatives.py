"""``deportment negatives``: wrong events as pictures for training."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vision.cli.options import DEFAULT_DATABASE, Database, EvidenceFolder, evidence_folder
from vision.config import RULE_IDS
from vision.errors import UsageError
from vision.evidence import FileEvidenceStore
from vision.labelled.negatives import DECISIONS, write_negatives
from vision.ports import EventFilter, EventReader
from vision.store import SqlStore
from vision.types import Event
from vision.wire import time_from_json

_AT_ONCE = 500


def negatives(
    out: Annotated[Path, typer.Argument(help="Folder to write; made if it is not there.")],
    db: Database = DEFAULT_DATABASE,
    evidence: EvidenceFolder = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="RFC 3339 time with zone.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="RFC 3339 time with zone.")] = None,
) -> None:
    """Export dismissed and overturned events as hard negatives for training."""
    if rule is not None and rule not in RULE_IDS:
        raise UsageError(f"--rule: expected one of {', '.join(RULE_IDS)}, got '{rule}'")
    wanted = EventFilter(rule_id=rule, start=_time("--from", since), end=_time("--to", until))
    with SqlStore(db) as store:
        pictures = FileEvidenceStore(evidence_folder(evidence, db))
        done = write_negatives(out, wrong_events(store, wanted), pictures)
    typer.echo(f"{done.pictures} pictures are in {out}")
    if done.missing:
        typer.echo(f"{len(done.missing)} events have no picture: {', '.join(done.missing[:20])}")


def wrong_events(store: EventReader, wanted: EventFilter) -> Iterator[Event]:
    """Every dismissed and overturned event, oldest first within each."""
    for decision in DECISIONS:
        page = replace(wanted, review=decision, newest_first=False, limit=_AT_ONCE)
        while found := store.events(page):
            yield from found
            page = replace(page, after=(found[-1].started_at, found[-1].id))


def _time(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return time_from_json(text)
    except ValueError:
        raise UsageError(f"{option}: expected a time such as 2026-11-02T09:00:00+08:00") from None
