"""Auditing stored footage: many inputs, resumable, nothing lost and nothing repeated."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vision.errors import SourceError
from vision.jobs.identity import footage_key, run_key
from vision.jobs.recorder import Draw, Origin, Recorder
from vision.pipeline import CameraPipeline, Turn, dump_progress, load_progress
from vision.ports import Checkpoint, EventReader, EventStore, EvidenceStore, FrameSource
from vision.types import Event, Provenance

COMMIT_EVERY_S = 2.0
"""Of working time: what a killed run has to do again at most. Events are committed at once."""


class Store(EventStore, EventReader, Protocol):
    """What an audit needs of the store: to write, and to find what an earlier run left."""


@dataclass(frozen=True, slots=True)
class Input:
    """One piece of footage that is ready to be audited.

    Attributes:
        path: File or folder.
        camera_id: The camera that recorded it.
        start: Capture time of its first picture, UTC.
        duration_s: Length as its container declares it; 0 where unknown.
    """

    path: Path
    camera_id: str
    start: datetime
    duration_s: float


@dataclass(frozen=True, slots=True)
class Advance:
    """How far an input has come: media seconds done, and events that opened in it so far."""

    done_s: float
    events: int


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What came of one input.

    Attributes:
        audit_id: Names the run in the store.
        failure: Why it could not be read to its end; None if it could.
        skipped: Whether an earlier run had already finished it.
    """

    input: Input
    audit_id: str
    failure: str | None
    skipped: bool


@dataclass(frozen=True, slots=True)
class Workbench:
    """All that an audit works with, made by the wiring.

    Attributes:
        pipeline_for: Makes the pipeline of a camera.
        open_source: Opens an input, to go on after a capture time or from the start.
        provenance: Of every event; its source is filled in per input.
        rule_versions: Rule id to version.
    """

    store: Store
    evidence: EvidenceStore
    pipeline_for: Callable[[str], CameraPipeline]
    open_source: Callable[[Input, datetime | None], FrameSource]
    draw: Draw
    cite: Callable[[str], tuple[str, ...]]
    provenance: Provenance
    rule_versions: dict[str, int]


def audit_input(
    bench: Workbench, one: Input, on_advance: Callable[[Advance], None] = lambda _: None
) -> AuditResult:
    """Audit one input to its end, from where an earlier run stopped.

    Raises:
        StoreError: If the database cannot be written; what was committed stands.
        EvidenceError: If a snapshot cannot be written; likewise.
    """
    footage = footage_key(one.path, one.camera_id, one.start)
    key = run_key(footage, _run_parts(bench))
    begun = bench.store.checkpoint(key)
    if begun is not None and begun.done:
        return AuditResult(one, key, begun.failure, skipped=True)
    recorder = _recorder(bench, one, footage, key)
    failure = None
    last = begun or Checkpoint(key, None, "", footage=footage)
    try:
        for last in _turns(bench, one, last, recorder, on_advance):
            pass
    except SourceError as error:
        failure = str(error)
    done = Checkpoint(key, last.at, "", done=True, failure=failure, footage=footage)
    bench.store.commit(recorder.batch(done))
    return AuditResult(one, key, failure, skipped=False)


def events_of(store: EventReader, audit_ids: Sequence[str]) -> Iterator[Event]:
    """All events of these runs, run by run, oldest first."""
    from vision.ports import EventFilter

    for audit_id in audit_ids:
        after: tuple[datetime, str] | None = None
        while True:
            wanted = EventFilter(audit_id=audit_id, newest_first=False, after=after, limit=500)
            page = store.events(wanted)
            yield from page
            if len(page) < wanted.limit:
                break
            after = (page[-1].started_at, page[-1].id)


def _run_parts(bench: Workbench) -> tuple[str, ...]:
    made_by = bench.provenance
    versions = ",".join(f"{rule}={number}" for rule, number in sorted(bench.rule_versions.items()))
    return (
        made_by.config_sha256, made_by.detector_sha256, made_by.pose_sha256,
        made_by.version, versions,
    )  # fmt: skip


def _recorder(bench: Workbench, one: Input, footage: str, key: str) -> Recorder:
    made_by = bench.provenance
    provenance = Provenance(
        made_by.detector_sha256, made_by.pose_sha256, made_by.config_sha256, made_by.version,
        made_by.rule_version, one.path.name,
    )  # fmt: skip
    origin = Origin(footage, one.camera_id, key, provenance, bench.rule_versions)
    return Recorder(origin, bench.evidence, bench.draw, bench.cite, bench.store.event)


def _turns(
    bench: Workbench,
    one: Input,
    begun: Checkpoint,
    recorder: Recorder,
    on_advance: Callable[[Advance], None],
) -> Iterator[Checkpoint]:
    """Analyse, commit now and then, and give each turn's checkpoint."""
    progress = load_progress(begun.state) if begun.state else None
    source = bench.open_source(one, begun.at)
    committed, opened = time.monotonic(), 0
    for turn in bench.pipeline_for(one.camera_id).run(source, progress):
        opened += sum(change.kind == "opened" for o in turn.outcomes for _, change in o.transitions)
        urgent = recorder.add(turn.outcomes)
        if urgent or time.monotonic() - committed >= COMMIT_EVERY_S:
            bench.store.commit(recorder.batch(_checkpoint(begun, turn)))
            committed = time.monotonic()
        on_advance(Advance((turn.at - one.start).total_seconds(), opened))
        yield Checkpoint(begun.key, turn.at, "", footage=begun.footage)


def _checkpoint(begun: Checkpoint, turn: Turn) -> Checkpoint:
    return Checkpoint(begun.key, turn.at, dump_progress(turn.progress), footage=begun.footage)
