"""The process that runs audits of the service: ``python -m vision.jobs.audit_worker``.

It takes one order after the other out of the database until none waits. What to work on comes as
JSON on its standard input, since a database address may hold a password; when that input closes,
the service is gone, and the audit goes back into the queue. However a process ends, the audit is
taken up again where it stood: the lease runs out, and what was committed stands.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread
from typing import IO, Any

from vision.audits import AuditPart, AuditQueue, AuditRecord, AuditStatus, Report
from vision.config import load_site
from vision.errors import DeportmentError, SourceError
from vision.evidence import FileEvidenceStore
from vision.jobs.audit import Advance, audit_input, events_of, run_of
from vision.jobs.inputs import Given, Input, expand, prepare
from vision.jobs.roots import inside, shown_below
from vision.store import SqlStore
from vision.wiring import Bench, Models, open_models

LEASE = timedelta(seconds=60)
REPORT_EVERY_S = 1.0
NICE = 10
"""Live analysis and answers come first."""


class _Stop(Exception):
    """The audit is to stop: it was cancelled, or the service ends."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where audits read and write.

    Attributes:
        db: Event database.
        evidence: Folder of pictures.
        site: Site file; read anew for every audit.
        uploads: Folder of what came with requests.
        media_root: Folder that may be audited; None for none.
    """

    db: str
    evidence: Path
    site: Path
    uploads: Path
    media_root: Path | None

    def dump(self) -> str:
        """As one line of JSON."""
        return json.dumps({name: str(getattr(self, name) or "") for name in self.__slots__})

    @classmethod
    def load(cls, text: str) -> "Workplace":
        """What :meth:`dump` wrote."""
        given = json.loads(text)
        root = Path(given["media_root"]) if given["media_root"] else None
        folders = {name: Path(given[name]) for name in ("evidence", "site", "uploads")}
        return cls(given["db"], media_root=root, **folders)

    def root_of(self, record: AuditRecord) -> Path | None:
        """The folder that the paths of an order are relative to."""
        return self.uploads / record.id if record.order.uploaded else self.media_root


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Runner:
    """One audit while it runs.

    Attributes:
        queue: Where it is reported to.
        record: The audit.
        stopping: Set when the service ends.
        now: The clock.
    """

    queue: AuditQueue
    record: AuditRecord
    stopping: Event
    now: Callable[[], datetime] = _utc_now
    parts: list[AuditPart] = field(default_factory=list)
    _began_s: float = field(default_factory=time.monotonic)
    _reported_s: float = float("-inf")
    _done_before_s: float = 0.0

    def set(self, number: int, **changes: Any) -> None:
        """Note how one input is doing."""
        self.parts[number] = replace(self.parts[number], **changes)

    def report(self, urgent: bool = False) -> None:
        """Tell the queue, now and then.

        Raises:
            _Stop: If the audit is to stop.
        """
        if self.stopping.is_set():
            raise _Stop
        now_s = time.monotonic()
        if not urgent and now_s - self._reported_s < REPORT_EVERY_S:
            return
        self._reported_s = now_s
        report = Report(tuple(self.parts), self._speed(now_s), self.now() + LEASE)
        if not self.queue.report_audit(self.record.id, report):
            raise _Stop

    def _speed(self, now_s: float) -> float:
        done_s = sum(part.done_s for part in self.parts)
        took_s = now_s - self._began_s
        return round((done_s - self._done_before_s) / took_s, 2) if took_s > 0.5 else 0.0

    def start_clock(self) -> None:
        """Measure the speed from here on: loading the models does not count."""
        self._began_s = time.monotonic()
        self._done_before_s = sum(part.done_s for part in self.parts)


def run(
    place: Workplace, record: AuditRecord, store: SqlStore, models: Models, stopping: Event
) -> None:
    """Carry out one audit and store how it ended.

    Raises:
        DeportmentError: If nothing can be stored.
    """
    runner = Runner(store, record, stopping)
    try:
        bench = Bench.of(load_site(place.site), models, store, FileEvidenceStore(place.evidence))
        inputs = _gather(place, runner, bench)
        runner.start_clock()
        for number, one in enumerate(inputs):
            if one is not None:
                _audit(runner, bench, number, one, place)
        status = AuditStatus.DONE
        if runner.parts and all(part.state == "failed" for part in runner.parts):
            status = AuditStatus.FAILED
        failure = None if status is AuditStatus.DONE else "none of the inputs could be used"
    except _Stop:
        if stopping.is_set():
            store.release_audit(record.id)
            return
        status, failure = AuditStatus.CANCELLED, None
    except DeportmentError as error:
        status, failure = AuditStatus.FAILED, _told(error, place, record)
    _end(runner, place, status, failure)


def _end(runner: Runner, place: Workplace, status: AuditStatus, failure: str | None) -> None:
    runner.queue.end_audit(runner.record.id, status, runner.now(), runner.parts, failure)
    forget_uploads(place.uploads, runner.record)


def forget_uploads(uploads: Path, record: AuditRecord) -> None:
    """Delete what came with the request of an audit that has ended."""
    if record.order.uploaded:
        rmtree(uploads / record.id, ignore_errors=True)


def _gather(place: Workplace, runner: Runner, bench: Bench) -> list[Input | None]:
    """Find and prepare every input; None for one that cannot be used."""
    order, root = runner.record.order, place.root_of(runner.record)
    given = Given(order.camera_id, order.start, order.name_pattern)
    known = {part.name: part for part in runner.record.parts}
    inputs: list[Input | None] = []
    for text in order.paths:
        found = list(expand([str(inside(root, text))]))
        for path in found:
            name = shown_below(root, path)
            runner.parts.append(replace(known.get(name, AuditPart(name)), state="waiting"))
            inputs.append(_prepared(path, root, bench, given, runner, place))
            runner.report()
    runner.report(urgent=True)
    return inputs


def _prepared(
    path: Path, root: Path | None, bench: Bench, given: Given, runner: Runner, place: Workplace
) -> Input | None:
    number = len(runner.parts) - 1
    try:
        one = prepare(inside(root, shown_below(root, path)), bench.site, given)
    except (SourceError, DeportmentError) as error:
        runner.set(number, state="failed", failure=_told(error, place, runner.record))
        return None
    runner.set(number, total_s=round(one.duration_s, 3), run_id=run_of(bench, one)[1])
    return one


def _audit(runner: Runner, bench: Bench, number: int, one: Input, place: Workplace) -> None:
    runner.set(number, state="running")
    runner.report(urgent=True)
    before = runner.parts[number].events if runner.parts[number].done_s else 0

    def advance(done: Advance) -> None:
        runner.set(number, done_s=round(done.done_s, 3), events=before + done.events)
        runner.report()

    result = audit_input(bench, one, advance)
    runner.set(number, events=sum(1 for _ in events_of(bench.store, [result.audit_id])))
    if result.failure is not None:
        failure = _plain(result.failure, place, runner.record)
        runner.set(number, state="failed", failure=failure)
    else:
        runner.set(number, state="done", done_s=round(one.duration_s, 3))
    runner.report(urgent=True)


def _told(error: DeportmentError, place: Workplace, record: AuditRecord) -> str:
    return _plain(str(error), place, record)


def _plain(text: str, place: Workplace, record: AuditRecord) -> str:
    """What went wrong, without the folders of the machine."""
    for folder in filter(None, (place.root_of(record), place.uploads, place.site.parent)):
        for name in (str(folder.resolve()), str(folder)):
            text = text.replace(f"{name}/", "")
    return text


def main(orders: IO[str] = sys.stdin) -> None:
    """Work until no audit waits, or the service ends."""
    place = Workplace.load(orders.readline())
    stopping = Event()
    Thread(target=_watch, args=(orders, stopping), name="service", daemon=True).start()
    with suppress(OSError):
        os.nice(NICE)
    with SqlStore(place.db) as store:
        record = _claim(store)
        if record is None:
            return
        try:
            with open_models() as models:
                while record is not None:
                    run(place, record, store, models, stopping)
                    record = None if stopping.is_set() else _claim(store)
        except DeportmentError as error:
            if record is not None:
                store.end_audit(record.id, AuditStatus.FAILED, _utc_now(), failure=str(error))
                forget_uploads(place.uploads, record)


def _claim(store: AuditQueue) -> AuditRecord | None:
    now = _utc_now()
    return store.claim_audit(now, now + LEASE)


def _watch(orders: IO[str], stopping: Event) -> None:
    while orders.read(1):
        pass
    stopping.set()


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # the thread that waits for the service holds the input
