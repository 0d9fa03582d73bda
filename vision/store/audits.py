"""Audits that were asked for, in the event database."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Reading

from vision import audits
from vision.audits import AuditOrder, AuditPart, AuditRecord, AuditStatus, Report
from vision.errors import NotFound
from vision.store import writer
from vision.store.rows import time_or_none, us_or_none
from vision.store.schema import Base, from_us, to_us


class AuditRow(Base):
    """A batch audit that was asked for."""

    __tablename__ = "audits"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_us: Mapped[int]
    status: Mapped[str]
    order: Mapped[dict[str, Any]] = mapped_column("asked", JSON)
    parts: Mapped[list[Any]]
    speed: Mapped[float]
    started_us: Mapped[int | None]
    finished_us: Mapped[int | None]
    failure: Mapped[str | None]
    cancelling: Mapped[bool]
    lease_us: Mapped[int | None]
    tries: Mapped[int]

    __table_args__ = (Index("ix_audits_order", "created_us", "id"),)


class SqlAudits:
    """The part of the event database that keeps audits; see ``AuditQueue``."""

    def _reading(self) -> AbstractContextManager[Reading]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def save_audit(self, record: AuditRecord) -> None:
        """Store an audit, or replace the one with its id."""
        with self._writing() as connection:
            _save(connection, record)

    def audit(self, audit_id: str) -> AuditRecord:
        """One audit.

        Raises:
            NotFound: If there is none with that id.
        """
        with self._reading() as session:
            return _found(session.execute(_by_id(audit_id)).one_or_none(), audit_id)

    def audits(
        self, limit: int = 50, after: tuple[datetime, str] | None = None
    ) -> list[AuditRecord]:
        """Audits, newest first, from behind the one of that time and id."""
        wanted = _all().order_by(AuditRow.created_us.desc(), AuditRow.id.desc()).limit(limit)
        if after is not None:
            here = tuple_(AuditRow.created_us, AuditRow.id)
            wanted = wanted.where(here < tuple_(to_us(after[0]), after[1]))
        with self._reading() as session:
            return [_audit_of(row) for row in session.execute(wanted)]

    def free_audits(self, now: datetime) -> int:
        """How many wait for somebody to run them."""
        with self._reading() as session:
            found = session.scalar(select(func.count()).select_from(AuditRow).where(_free(now)))
            return int(found or 0)

    def claim_audit(self, now: datetime, lease_until: datetime) -> AuditRecord | None:
        """Take the oldest free audit for oneself; None where there is none."""
        oldest = _all().where(_free(now)).order_by(AuditRow.created_us, AuditRow.id)
        with self._writing() as connection:
            for row in connection.execute(oldest.with_for_update(skip_locked=True)).all():
                claimed = audits.claimed(_audit_of(row), now, lease_until)
                _save(connection, claimed)
                if claimed.status is AuditStatus.RUNNING:
                    return claimed
        return None

    def report_audit(self, audit_id: str, report: Report) -> bool:
        """Store how far it came and keep it; False where it is to stop."""
        return not self._audit_changed(
            audit_id, lambda record: audits.reported(record, report)
        ).cancelling

    def release_audit(self, audit_id: str) -> None:
        """Put a running audit back into the queue: its process was asked to stop."""
        self._audit_changed(audit_id, audits.released)

    def end_audit(
        self,
        audit_id: str,
        status: AuditStatus,
        at: datetime,
        parts: Sequence[AuditPart] | None = None,
        failure: str | None = None,
    ) -> None:
        """Store how it ended."""
        self._audit_changed(
            audit_id, lambda record: audits.ended(record, status, at, parts, failure)
        )

    def cancel_audit(self, audit_id: str, at: datetime) -> AuditRecord:
        """Cancel it: at once while it waits, soon while it runs.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it has ended.
        """
        return self._audit_changed(audit_id, lambda record: audits.cancelled(record, at))

    def _audit_changed(
        self, audit_id: str, change: Callable[[AuditRecord], AuditRecord]
    ) -> AuditRecord:
        with self._writing() as connection:
            row = connection.execute(_by_id(audit_id).with_for_update()).one_or_none()
            record = change(_found(row, audit_id))
            _save(connection, record)
            return record


def _all() -> Select[Any]:
    return select(*AuditRow.__table__.columns)


def _by_id(audit_id: str) -> Select[Any]:
    return _all().where(AuditRow.id == audit_id)


def _free(now: datetime) -> Any:
    abandoned = or_(AuditRow.lease_us.is_(None), AuditRow.lease_us <= to_us(now))
    running = and_(AuditRow.status == AuditStatus.RUNNING.value, abandoned)
    return or_(AuditRow.status == AuditStatus.QUEUED.value, running)


def _found(row: Any, audit_id: str) -> AuditRecord:
    if row is None:
        raise NotFound("audit", audit_id)
    return _audit_of(row)


def _save(connection: Connection, record: AuditRecord) -> None:
    start = us_or_none(record.order.start)
    row = {
        "id": record.id,
        "created_us": to_us(record.created_at),
        "status": record.status.value,
        "asked": asdict(record.order) | {"start": start},
        "parts": [asdict(part) for part in record.parts],
        "speed": record.speed,
        "started_us": us_or_none(record.started_at),
        "finished_us": us_or_none(record.finished_at),
        "failure": record.failure,
        "cancelling": record.cancelling,
        "lease_us": us_or_none(record.lease_until),
        "tries": record.tries,
    }
    writer.replace(connection, AuditRow, [row])


def _audit_of(row: Any) -> AuditRecord:
    asked = row.asked | {"start": time_or_none(row.asked["start"])}
    return AuditRecord(
        id=row.id,
        created_at=from_us(row.created_us),
        order=AuditOrder(**asked | {"paths": tuple(asked["paths"])}),
        status=AuditStatus(row.status),
        parts=tuple(AuditPart(**part) for part in row.parts),
        speed=row.speed,
        started_at=time_or_none(row.started_us),
        finished_at=time_or_none(row.finished_us),
        failure=row.failure,
        cancelling=row.cancelling,
        lease_until=time_or_none(row.lease_us),
        tries=row.tries,
    )
