"""Exemptions in the event database."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Select, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vision.chain import Record
from vision.errors import Conflict, NotFound
from vision.exemptions import ExemptionFilter, exemption_to_json
from vision.store import chain
from vision.store.rows import time_or_none, us_or_none
from vision.store.schema import Base, from_us, to_us
from vision.types import Exemption, ExemptionKind


class ExemptionRow(Base):
    """One exemption; rows are added and withdrawn, never deleted."""

    __tablename__ = "exemptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    window_id: Mapped[str]
    kind: Mapped[str]
    start_us: Mapped[int]
    end_us: Mapped[int]
    reason: Mapped[str]
    approved_by: Mapped[str]
    created_us: Mapped[int]
    created_by: Mapped[str]
    withdrawn_us: Mapped[int | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]

    __table_args__ = (Index("ix_exemptions_end", "end_us", "window_id"),)


class SqlExemptions:
    """The part of the event database that keeps exemptions."""

    def _reading(self) -> AbstractContextManager[Session]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def add_exemption(self, exemption: Exemption) -> None:
        """Keep a new one."""
        with self._writing() as connection:
            connection.execute(insert(ExemptionRow).values(_row(exemption)))
            said = exemption_to_json(exemption)
            chain.append(connection, [Record.of("exemption", exemption.id, said)])

    def exemptions(self, wanted: ExemptionFilter) -> list[Exemption]:
        """One page, the latest entry first."""
        with self._reading() as session:
            return [_exemption(row) for row in session.scalars(_page(wanted))]

    def exemption(self, exemption_id: str) -> Exemption:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        with self._reading() as session:
            row = session.get(ExemptionRow, exemption_id)
            if row is None:
                raise NotFound("exemption", exemption_id)
            return _exemption(row)

    def withdraw_exemption(self, exemption_id: str, at: datetime, by: str, reason: str) -> None:
        """Let it end now; what has passed of it stays exempt.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it was withdrawn before.
        """
        values = {"withdrawn_us": to_us(at), "withdrawn_by": by, "withdrawn_reason": reason}
        standing = (ExemptionRow.id == exemption_id) & ExemptionRow.withdrawn_us.is_(None)
        with self._writing() as connection:
            changed = connection.execute(update(ExemptionRow).where(standing).values(values))
            if changed.rowcount:
                said = {"at_us": to_us(at), "by": by, "reason": reason}
                chain.append(connection, [Record.of("withdrawal", exemption_id, said)])
                return
        self.exemption(exemption_id)
        raise Conflict(f"the exemption '{exemption_id}' was withdrawn before")


def _page(wanted: ExemptionFilter) -> Select[Any]:
    query = select(ExemptionRow).order_by(ExemptionRow.id.desc()).limit(wanted.limit)
    if wanted.window_ids is not None:
        query = query.where(ExemptionRow.window_id.in_(wanted.window_ids))
    if wanted.start is not None:
        query = query.where(ExemptionRow.end_us > to_us(wanted.start))
    if wanted.end is not None:
        query = query.where(ExemptionRow.start_us < to_us(wanted.end))
    if wanted.withdrawn is not None:
        standing = ExemptionRow.withdrawn_us.is_(None)
        query = query.where(~standing if wanted.withdrawn else standing)
    if wanted.after is not None:
        query = query.where(ExemptionRow.id < wanted.after)
    return query


def _row(one: Exemption) -> dict[str, object]:
    return {
        "id": one.id,
        "window_id": one.window_id,
        "kind": one.kind.value,
        "start_us": to_us(one.start),
        "end_us": to_us(one.end),
        "reason": one.reason,
        "approved_by": one.approved_by,
        "created_us": to_us(one.created_at),
        "created_by": one.created_by,
        "withdrawn_us": us_or_none(one.withdrawn_at),
        "withdrawn_by": one.withdrawn_by,
        "withdrawn_reason": one.withdrawn_reason,
    }


def _exemption(row: ExemptionRow) -> Exemption:
    return Exemption(
        row.id,
        row.window_id,
        ExemptionKind(row.kind),
        from_us(row.start_us),
        from_us(row.end_us),
        row.reason,
        row.approved_by,
        from_us(row.created_us),
        row.created_by,
        time_or_none(row.withdrawn_us),
        row.withdrawn_by,
        row.withdrawn_reason,
    )
