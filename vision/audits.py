"""Audits of stored footage that somebody asked for over HTTP, as they wait, run and end."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vision.errors import Conflict

MOST_TRIES = 3
"""An audit whose process died so often is given up."""


class AuditStatus(StrEnum):
    """Where an audit stands; ``done`` says that it ran to its end, not that no input failed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({AuditStatus.DONE, AuditStatus.FAILED, AuditStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """What somebody asked for.

    Attributes:
        by: Who.
        paths: Files and folders, relative to the media folder or to the uploads of this audit.
        uploaded: Whether the files came with the request.
        camera_id: The camera that recorded them; None to find out.
        start: Capture time of the first picture; None to find out.
        name_pattern: ``strptime`` pattern of the capture times in file names.
    """

    by: str
    paths: tuple[str, ...]
    uploaded: bool = False
    camera_id: str | None = None
    start: datetime | None = None
    name_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPart:
    """One input of an audit.

    Attributes:
        name: Its path, as in the order or below a folder of it.
        state: ``waiting``, ``running``, ``done`` or ``failed``.
        done_s: Seconds of footage analysed.
        total_s: Length; 0 where unknown.
        events: How many it has opened.
        run_id: ``audit_id`` of its events.
        failure: Why it could not be read to its end.
    """

    name: str
    state: str = "waiting"
    done_s: float = 0.0
    total_s: float = 0.0
    events: int = 0
    run_id: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One audit.

    Attributes:
        id: Names it.
        created_at: When it was asked for, UTC.
        parts: Its inputs, once they are known.
        speed: Seconds of footage per second, of late; 0 where unknown.
        failure: Why the audit as a whole failed.
        cancelling: Whether it was asked to stop.
        lease_until: Until when whoever runs it has it for itself; later it may be taken over.
        tries: How often it was begun.
    """

    id: str
    created_at: datetime
    order: AuditOrder
    status: AuditStatus = AuditStatus.QUEUED
    parts: tuple[AuditPart, ...] = ()
    speed: float = 0.0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None
    cancelling: bool = False
    lease_until: datetime | None = None
    tries: int = 0

    @property
    def done_s(self) -> float:
        """Seconds of footage analysed."""
        return sum(part.done_s for part in self.parts)

    @property
    def total_s(self) -> float:
        """Seconds of footage, as far as they are known."""
        return sum(max(part.total_s, part.done_s) for part in self.parts)

    @property
    def progress(self) -> float:
        """Share of the footage that is analysed, in [0, 1]."""
        if self.status is AuditStatus.DONE:
            return 1.0
        return min(1.0, self.done_s / self.total_s) if self.total_s > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """Seconds until the end, if it goes on like this; None where that cannot be told."""
        if self.status is not AuditStatus.RUNNING or self.speed <= 0 or self.total_s <= 0:
            return None
        return max(0.0, self.total_s - self.done_s) / self.speed

    def is_free(self, now: datetime) -> bool:
        """Whether nobody runs it, and somebody should."""
        abandoned = self.lease_until is None or self.lease_until <= now
        return self.status is AuditStatus.QUEUED or (
            self.status is AuditStatus.RUNNING and abandoned
        )


@dataclass(frozen=True, slots=True)
class Report:
    """How far a run has come.

    Attributes:
        lease_until: For how long the runner wants to keep the audit.
    """

    parts: tuple[AuditPart, ...] = field(default_factory=tuple)
    speed: float = 0.0
    lease_until: datetime | None = None


class AuditQueue(Protocol):
    """Keeps audits; several processes may share it."""

    def save_audit(self, record: AuditRecord) -> None:
        """Store an audit, or replace the one with its id."""
        ...

    def audit(self, audit_id: str) -> AuditRecord:
        """One audit.

        Raises:
            NotFound: If there is none with that id.
        """
        ...

    def audits(
        self, limit: int = 50, after: tuple[datetime, str] | None = None
    ) -> Sequence[AuditRecord]:
        """Audits, newest first, from behind the one of that time and id."""
        ...

    def free_audits(self, now: datetime) -> int:
        """How many wait for somebody to run them."""
        ...

    def claim_audit(self, now: datetime, lease_until: datetime) -> AuditRecord | None:
        """Take the oldest free audit for oneself; None where there is none.

        One that was begun too often already is given up on the way.
        """
        ...

    def report_audit(self, audit_id: str, report: Report) -> bool:
        """Store how far it came and keep it; False where it is to stop."""
        ...

    def release_audit(self, audit_id: str) -> None:
        """Put a running audit back into the queue: its process was asked to stop."""
        ...

    def end_audit(
        self,
        audit_id: str,
        status: AuditStatus,
        at: datetime,
        parts: Sequence[AuditPart] | None = None,
        failure: str | None = None,
    ) -> None:
        """Store how it ended."""
        ...

    def cancel_audit(self, audit_id: str, at: datetime) -> AuditRecord:
        """Cancel it: at once while it waits, soon while it runs.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it has ended.
        """
        ...


def claimed(record: AuditRecord, now: datetime, lease_until: datetime) -> AuditRecord:
    """A free audit as it is after a claim: running, or ended for good."""
    if record.cancelling:
        return ended(record, AuditStatus.CANCELLED, now)
    if record.tries >= MOST_TRIES:
        why = f"its process died {record.tries} times; the log of the service may say why"
        return ended(record, AuditStatus.FAILED, now, failure=why)
    return replace(
        record,
        status=AuditStatus.RUNNING,
        started_at=record.started_at or now,
        lease_until=lease_until,
        tries=record.tries + 1,
        speed=0.0,
    )


def reported(record: AuditRecord, report: Report) -> AuditRecord:
    """A running audit after a report."""
    return replace(record, parts=report.parts, speed=report.speed, lease_until=report.lease_until)


def released(record: AuditRecord) -> AuditRecord:
    """A running audit after its process was asked to stop, which is no fault of the audit."""
    if record.status is not AuditStatus.RUNNING:
        return record
    tries = max(0, record.tries - 1)
    return replace(record, status=AuditStatus.QUEUED, lease_until=None, tries=tries, speed=0.0)


def ended(
    record: AuditRecord,
    status: AuditStatus,
    at: datetime,
    parts: Sequence[AuditPart] | None = None,
    failure: str | None = None,
) -> AuditRecord:
    """An audit after its end."""
    return replace(
        record,
        status=status,
        finished_at=at,
        parts=record.parts if parts is None else tuple(parts),
        failure=failure,
        lease_until=None,
        speed=0.0,
    )


def cancelled(record: AuditRecord, at: datetime) -> AuditRecord:
    """An audit after somebody cancelled it.

    Raises:
        Conflict: If it has ended.
    """
    if record.status in ENDED:
        raise Conflict(f"the audit is {record.status} already")
    if record.status is AuditStatus.QUEUED:
        return ended(replace(record, cancelling=True), AuditStatus.CANCELLED, at)
    return replace(record, cancelling=True)
