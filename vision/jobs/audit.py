"""Auditing stored footage: many inputs, resumable, nothing lost and nothing repeated."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vision.errors import SourceError
from vision.jobs.allowances import fingerprint, of_footage
from vision.jobs.clips import add_clips
from vision.jobs.identity import footage_key, run_key
from vision.jobs.inputs import Input
from vision.jobs.recorder import Origin, Recorder
from vision.observe import SceneState
from vision.pipeline import Turn, dump_progress, load_progress
from vision.ports import Checkpoint, EventFilter, EventReader
from vision.types import Event
from vision.wiring import Bench, open_footage

COMMIT_EVERY_S = 2.0
"""Of working time: what a killed run has to do again at most. Events are committed at once."""


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
        moved_at: From when on the camera did not see its posts any more, as far as this run found.
    """

    input: Input
    audit_id: str
    failure: str | None
    skipped: bool
    moved_at: datetime | None = None


def run_of(bench: Bench, one: Input) -> tuple[str, str]:
    """The footage's key, and that of its analysis by this bench, which is its ``audit_id``."""
    footage = footage_key(one.path, one.camera_id, one.start)
    parts = (*_run_parts(bench), *fingerprint(of_footage(bench, one)))
    return footage, run_key(footage, parts)


def audit_input(
    bench: Bench, one: Input, on_advance: Callable[[Advance], None] = lambda _: None
) -> AuditResult:
    """Audit one input to its end, from where an earlier run stopped.

    An exemption that is entered or withdrawn later makes it another run, which supersedes this.

    Raises:
        StoreError: If the database cannot be written; what was committed stands.
        EvidenceError: If a snapshot cannot be written; likewise.
    """
    footage, key = run_of(bench, one)
    allowed = of_footage(bench, one)
    bench = replace(bench, exemptions=lambda: allowed)
    begun = bench.store.checkpoint(key)
    if begun is not None and begun.done:
        return AuditResult(one, key, begun.failure, skipped=True)
    recorder = _recorder(bench, one, footage, key)
    failure = None
    begun = begun or Checkpoint(key, None, "", footage=footage)
    reached, moved_at = begun.at, None
    try:
        for turn in _turns(bench, one, begun, recorder, on_advance):
            reached = turn.at
            moved_at = moved_at or _moved_at(turn)
    except SourceError as error:
        failure = str(error)
    add_clips(bench, one, events_of(bench.store, [key]))
    done = Checkpoint(key, reached, "", done=True, failure=failure, footage=footage)
    bench.store.commit(recorder.batch(done))
    return AuditResult(one, key, failure, skipped=False, moved_at=moved_at)


def events_of(store: EventReader, audit_ids: Sequence[str]) -> Iterator[Event]:
    """All events of these runs, run by run, oldest first."""
    for audit_id in audit_ids:
        after: tuple[datetime, str] | None = None
        while True:
            wanted = EventFilter(audit_id=audit_id, newest_first=False, after=after, limit=500)
            page = store.events(wanted)
            yield from page
            if len(page) < wanted.limit:
                break
            after = (page[-1].started_at, page[-1].id)


def _moved_at(turn: Turn) -> datetime | None:
    """Since when pictures have not fitted, once that has lasted."""
    scene = turn.progress.scene
    return scene.odd_since if scene is not None and scene.state is SceneState.MOVED else None


def _run_parts(bench: Bench) -> tuple[str, ...]:
    made_by = bench.provenance("")
    versions = ",".join(f"{rule.rule_id}={rule.version}" for rule in bench.rules)
    return (
        made_by.config_sha256, made_by.detector_sha256, made_by.pose_sha256,
        made_by.version, versions,
    )  # fmt: skip


def _recorder(bench: Bench, one: Input, footage: str, key: str) -> Recorder:
    versions = {rule.rule_id: rule.version for rule in bench.rules}
    origin = Origin(footage, one.camera_id, key, bench.provenance(one.path.name), versions)
    return Recorder(origin, bench.evidence, bench.draw, bench.cite, bench.store.event)


def _turns(
    bench: Bench,
    one: Input,
    begun: Checkpoint,
    recorder: Recorder,
    on_advance: Callable[[Advance], None],
) -> Iterator[Turn]:
    """Analyse, commit now and then, and give each turn."""
    progress = load_progress(begun.state) if begun.state else None
    source = open_footage(
        one.path, bench.site, one.camera_id, one.start, begun.at, one.name_pattern
    )
    committed, opened = time.monotonic(), 0
    for turn in bench.pipeline(one.camera_id).run(source, progress):
        opened += sum(change.kind == "opened" for o in turn.outcomes for _, change in o.transitions)
        urgent = recorder.add(turn.outcomes)
        if urgent or time.monotonic() - committed >= COMMIT_EVERY_S:
            bench.store.commit(recorder.batch(_checkpoint(begun, turn)))
            committed = time.monotonic()
        on_advance(Advance((turn.at - one.start).total_seconds(), opened))
        yield turn


def _checkpoint(begun: Checkpoint, turn: Turn) -> Checkpoint:
    return Checkpoint(begun.key, turn.at, dump_progress(turn.progress), footage=begun.footage)
