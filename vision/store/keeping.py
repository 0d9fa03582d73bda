"""Holds, views, and which evidence is kept, given up, or still to be taken off the disk."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index, Table, delete, exists, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vision.chain import Record
from vision.errors import NotFound
from vision.keeping import Hold, Piece, View
from vision.store import chain, rows
from vision.store.engine import dialect_of
from vision.store.schema import Base, EventRow, ReviewRow, Serial, from_us, to_us
from vision.types import Evidence

ONE_VIEW = timedelta(minutes=1)
"""A player asks for a clip in many parts, and a page for its picture again: that is one view."""

APPEALED = "appealed"
_AT_ONCE = 1000


class EvidenceRow(Base):
    """One piece of evidence of one event.

    ``gone_us`` is null while its bytes are kept, ``on_disk`` tells whether they may still lie
    there: bytes are only taken off the disk after the database says that they are given up.
    """

    __tablename__ = "evidence"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True, index=True)
    kind: Mapped[str]
    at_us: Mapped[int]
    gone_us: Mapped[int | None]
    on_disk: Mapped[bool]


Index(
    "ix_evidence_kept",
    EvidenceRow.kind,
    EvidenceRow.at_us,
    sqlite_where=EvidenceRow.gone_us.is_(None),
    postgresql_where=EvidenceRow.gone_us.is_(None),
)
Index(
    "ix_evidence_discarded",
    EvidenceRow.gone_us,
    sqlite_where=EvidenceRow.on_disk & EvidenceRow.gone_us.is_not(None),
    postgresql_where=EvidenceRow.on_disk & EvidenceRow.gone_us.is_not(None),
)


class HoldRow(Base):
    """One event of which nothing may be removed."""

    __tablename__ = "holds"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    held_by: Mapped[str]
    at_us: Mapped[int]


class ViewRow(Base):
    """Somebody looked at a piece of evidence."""

    __tablename__ = "views"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    principal: Mapped[str]
    event_id: Mapped[str]
    sha256: Mapped[str]
    at_us: Mapped[int]

    __table_args__ = (
        Index("ix_views_event", "event_id", "id"),
        Index("ix_views_principal", "principal", "id"),
    )


HELD = select(HoldRow.event_id)
"""The events that are held."""


def note_evidence(connection: Connection, event_id: str, kept: Sequence[Evidence]) -> None:
    """Bring the list of an event's evidence up to what the event has now."""
    values = [
        {
            "event_id": event_id,
            "sha256": item.sha256,
            "kind": item.kind,
            "at_us": to_us(item.at),
            "gone_us": rows.us_or_none(item.expired_at),
            "on_disk": True,
        }
        for item in kept
    ]
    mine = EvidenceRow.event_id == event_id
    named = EvidenceRow.sha256.in_([value["sha256"] for value in values])
    replaced = update(EvidenceRow).where(mine, ~named, EvidenceRow.gone_us.is_(None))
    connection.execute(replaced.values(gone_us=to_us(datetime.now(UTC))))
    if values:
        table = EvidenceRow.__table__
        assert isinstance(table, Table)
        new = dialect_of(connection).insert(table)
        changed = {"gone_us": new.excluded.gone_us, "on_disk": new.excluded.on_disk}
        keys = ["event_id", "sha256"]
        connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed), values)


def remove(connection: Connection, event_ids: Sequence[str], at_us: int, reason: str) -> None:
    """Remove events with their reviews, give up their evidence, and record it."""
    for first in range(0, len(event_ids), _AT_ONCE):
        some = event_ids[first : first + _AT_ONCE]
        kept = EvidenceRow.event_id.in_(some) & EvidenceRow.gone_us.is_(None)
        connection.execute(delete(ReviewRow).where(ReviewRow.event_id.in_(some)))
        connection.execute(delete(EventRow).where(EventRow.id.in_(some)))
        connection.execute(update(EvidenceRow).where(kept).values(gone_us=at_us))
    body = {"reason": reason}
    chain.append(connection, [Record.of("removed", one, body) for one in event_ids])


class SqlKeeping:
    """The part of the event database that knows how long things are kept."""

    def _reading(self) -> AbstractContextManager[Session]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def place_hold(self, hold: Hold) -> None:
        """Hold an event; see ``HoldStore``."""
        row = {"reason": hold.reason, "held_by": hold.by, "at_us": to_us(hold.at)}
        mine = HoldRow.event_id == hold.event_id
        with self._writing() as connection:
            lock = select(EventRow.id).where(EventRow.id == hold.event_id).with_for_update()
            if connection.scalar(lock) is None:
                raise NotFound("event", hold.event_id)
            if not connection.execute(update(HoldRow).where(mine).values(row)).rowcount:
                connection.execute(insert(HoldRow).values(event_id=hold.event_id, **row))
            said = {"reason": hold.reason, "by": hold.by, "at_us": to_us(hold.at)}
            chain.append(connection, [Record.of("hold", hold.event_id, said)])

    def release_hold(self, event_id: str, by: str, at: datetime) -> None:
        """End a hold; see ``HoldStore``."""
        with self._writing() as connection:
            gone = connection.execute(delete(HoldRow).where(HoldRow.event_id == event_id))
            if gone.rowcount == 0:
                raise NotFound("hold on event", event_id)
            said = {"by": by, "at_us": to_us(at)}
            chain.append(connection, [Record.of("release", event_id, said)])

    def hold_of(self, event_id: str) -> Hold | None:
        """The hold on an event."""
        with self._reading() as session:
            row = session.get(HoldRow, event_id)
            return None if row is None else _hold(row)

    def holds(self) -> list[Hold]:
        """Every hold, the oldest first."""
        with self._reading() as session:
            wanted = select(HoldRow).order_by(HoldRow.at_us, HoldRow.event_id)
            return [_hold(row) for row in session.scalars(wanted)]

    def record_view(self, principal: str, event_id: str, sha256: str, at: datetime) -> bool:
        """Note that somebody looks at evidence; see ``HoldStore``."""
        lately = select(ViewRow.id).where(
            ViewRow.event_id == event_id,
            ViewRow.principal == principal,
            ViewRow.sha256 == sha256,
            ViewRow.at_us > to_us(at - ONE_VIEW),
        )
        with self._reading() as session:
            if session.scalar(lately.limit(1)) is not None:
                return False
        view = {"principal": principal, "event_id": event_id, "sha256": sha256}
        with self._writing() as connection:
            connection.execute(insert(ViewRow).values(at_us=to_us(at), **view))
        return True

    def views(
        self, event_id: str | None = None, principal: str | None = None,
        before: int | None = None, limit: int = 100,
    ) -> list[View]:  # fmt: skip
        """Views, newest first; see ``HoldStore``."""
        wanted = select(ViewRow)
        if event_id is not None:
            wanted = wanted.where(ViewRow.event_id == event_id)
        if principal is not None:
            wanted = wanted.where(ViewRow.principal == principal)
        if before is not None:
            wanted = wanted.where(ViewRow.id < before)
        with self._reading() as session:
            found = session.scalars(wanted.order_by(ViewRow.id.desc()).limit(limit))
            return [
                View(row.id, row.principal, row.event_id, row.sha256, from_us(row.at_us))
                for row in found
            ]

    def attach(self, event_id: str, item: Evidence) -> None:
        """Add evidence to an event that is stored; once, however often it is asked for.

        Raises:
            NotFound: If there is no such event.
        """
        with self._writing() as connection:
            first = chain.next_numbers(connection, "change")
            row = _locked(connection, event_id)
            if any(one["sha256"] == item.sha256 for one in row["evidence"]):
                return
            row["evidence"] = [*row["evidence"], rows.evidence_row(item)]
            changed = {"evidence": row["evidence"], "change": first}
            connection.execute(update(EventRow).where(EventRow.id == event_id).values(changed))
            note_evidence(connection, event_id, [rows.evidence_of(one) for one in row["evidence"]])
            chain.append(connection, [chain.event_record(row)])

    def pieces(self, kind: str, before: datetime | None = None) -> list[Piece]:
        """Evidence of a kind whose bytes are kept, oldest first; see ``RemovalStore``."""
        bound = _bound().label("bound")
        wanted = (
            select(EvidenceRow, bound)
            .join(EventRow, EventRow.id == EvidenceRow.event_id)
            .where(EvidenceRow.kind == kind, EvidenceRow.gone_us.is_(None))
            .order_by(EvidenceRow.at_us, EvidenceRow.event_id, EvidenceRow.sha256)
        )
        if before is not None:
            wanted = wanted.where(EvidenceRow.at_us < to_us(before))
        with self._reading() as session:
            return [
                Piece(row.event_id, row.sha256, row.kind, from_us(row.at_us), bool(is_bound))
                for row, is_bound in session.execute(wanted)
            ]

    def expire(self, pieces: Sequence[Piece], reason: str, at: datetime) -> list[Piece]:
        """Mark evidence as given up, and record it; see ``RemovalStore``."""
        with self._writing() as connection:
            done = [piece for piece in pieces if _expired(connection, piece, reason, to_us(at))]
            records = [
                Record.of(
                    "expired",
                    piece.event_id,
                    {"sha256": piece.sha256, "kind": piece.kind, "reason": reason},
                )
                for piece in done
            ]
            chain.append(connection, records)
            return done

    def remove_events(self, before: datetime, at: datetime, limit: int = 200) -> int:
        """Remove events that ended before, with reviews and evidence; see ``RemovalStore``."""
        wanted = (
            select(EventRow.id)
            .where(EventRow.ended_us < to_us(before), ~_bound())
            .order_by(EventRow.ended_us)
            .limit(limit)
            .with_for_update()
        )
        with self._writing() as connection:
            found = list(connection.scalars(wanted))
            remove(connection, found, to_us(at), "age")
            return len(found)

    def discarded(self, limit: int = 1000) -> list[str]:
        """Hashes of bytes that no event needs any more; see ``RemovalStore``."""
        kept = EvidenceRow.__table__.alias("kept")
        needed = exists().where(kept.c.sha256 == EvidenceRow.sha256, kept.c.gone_us.is_(None))
        wanted = (
            select(EvidenceRow.sha256)
            .where(EvidenceRow.gone_us.is_not(None), EvidenceRow.on_disk, ~needed)
            .distinct()
            .limit(limit)
        )
        with self._reading() as session:
            return list(session.scalars(wanted))

    def forget(self, sha256: Sequence[str]) -> None:
        """Note that these bytes are no longer on the disk."""
        gone = update(EvidenceRow).where(
            EvidenceRow.sha256.in_(sha256), EvidenceRow.gone_us.is_not(None)
        )
        with self._writing() as connection:
            connection.execute(gone.values(on_disk=False))


def _bound() -> Any:
    """Whether nothing may be removed of an event: it lasts, is held, or its appeal is open."""
    held = EventRow.id.in_(HELD)
    return EventRow.ended_us.is_(None) | held | (EventRow.review_state == APPEALED)


def _locked(connection: Connection, event_id: str) -> rows.Row:
    wanted = select(*EventRow.__table__.columns).where(EventRow.id == event_id)
    row = connection.execute(wanted.with_for_update()).first()
    if row is None:
        raise NotFound("event", event_id)
    return dict(row._mapping)


def _expired(connection: Connection, piece: Piece, reason: str, at_us: int) -> bool:
    wanted = select(EventRow.evidence).where(EventRow.id == piece.event_id, ~_bound())
    evidence: list[rows.Row] | None = connection.scalar(wanted.with_for_update())
    if evidence is None:
        return False
    left = [dict(item) for item in evidence]
    for item in left:
        if item["sha256"] == piece.sha256:
            item |= {"expired_us": at_us, "expired_for": reason}
    mine = (EvidenceRow.event_id == piece.event_id) & (EvidenceRow.sha256 == piece.sha256)
    connection.execute(update(EventRow).where(EventRow.id == piece.event_id).values(evidence=left))
    connection.execute(update(EvidenceRow).where(mine).values(gone_us=at_us))
    return True


def _hold(row: HoldRow) -> Hold:
    return Hold(row.event_id, row.reason, row.held_by, from_us(row.at_us))
