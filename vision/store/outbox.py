"""Messages that wait for receivers, written with the events that they are about."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vision.ports import Letter, Notice
from vision.store.rows import time_or_none, us_or_none
from vision.store.schema import Base, Serial, to_us
from vision.wire import event_to_json


class OutboxRow(Base):
    """One message to one receiver; ``again_us`` is null for a dead letter.

    Numbers are never given twice: receivers know a repeated message by its number.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    sink: Mapped[str]
    window_id: Mapped[str]
    change: Mapped[str]
    event: Mapped[dict[str, Any]]
    tries: Mapped[int]
    again_us: Mapped[int | None]
    failure: Mapped[str | None]

    __table_args__ = (
        Index("ix_outbox_queue", "sink", "window_id", "id"),
        {"sqlite_autoincrement": True},
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies in the outbox for one receiver.

    Attributes:
        waiting: Messages still to be delivered.
        dead: Messages that were given up.
    """

    waiting: int = 0
    dead: int = 0


def post(connection: Connection, notices: Sequence[Notice]) -> None:
    """Put notices into the outbox, due at once, inside the caller's transaction."""
    if notices:
        connection.execute(insert(OutboxRow), [_row(notice) for notice in notices])


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "sink": notice.sink,
        "window_id": notice.event.window_id,
        "change": notice.change,
        "event": event_to_json(notice.event),
        "tries": 0,
        "again_us": 0,
        "failure": None,
    }


class SqlOutbox:
    """The part of the event database that holds what receivers are still to be told."""

    def _reading(self) -> AbstractContextManager[Session]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def due(self, sink: str, now: datetime, limit: int = 100) -> list[Letter]:
        """The oldest waiting message of each window, where its time has come; see ``Outbox``."""
        table = OutboxRow
        heads = (
            select(func.min(table.id))
            .where(table.sink == sink, table.again_us.is_not(None))
            .group_by(table.window_id)
        )
        wanted = select(table).where(table.id.in_(heads), table.again_us <= to_us(now))
        with self._reading() as session:
            return [_letter(row) for row in session.scalars(wanted.order_by(table.id).limit(limit))]

    def delivered(self, letter: Letter) -> None:
        """Forget a message that its receiver has taken."""
        with self._writing() as connection:
            connection.execute(delete(OutboxRow).where(OutboxRow.id == letter.id))

    def failed(self, letter: Letter, failure: str, again_at: datetime | None) -> None:
        """Note a failed try; without a time for the next one the message is a dead letter."""
        changed = {
            "tries": letter.tries + 1,
            "failure": failure,
            "again_us": us_or_none(again_at),
        }
        with self._writing() as connection:
            connection.execute(update(OutboxRow).where(OutboxRow.id == letter.id).values(changed))

    def backlogs(self) -> dict[str, Backlog]:
        """How much waits and how much was given up, per receiver."""
        table = OutboxRow
        counted = select(table.sink, func.count(), func.count(table.again_us)).group_by(table.sink)
        with self._reading() as session:
            return {
                sink: Backlog(waiting, every - waiting)
                for sink, every, waiting in session.execute(counted.order_by(table.sink))
            }

    def dead_letters(self, limit: int = 100) -> list[Letter]:
        """Messages that were given up, oldest first."""
        wanted = select(OutboxRow).where(OutboxRow.again_us.is_(None)).order_by(OutboxRow.id)
        with self._reading() as session:
            return [_letter(row) for row in session.scalars(wanted.limit(limit))]

    def revive(self, sink: str) -> int:
        """Make the dead letters of a receiver due again, in their old order; how many they are."""
        dead = (OutboxRow.sink == sink) & OutboxRow.again_us.is_(None)
        with self._writing() as connection:
            found = connection.execute(
                update(OutboxRow).where(dead).values(tries=0, again_us=0, failure=None)
            )
            return found.rowcount


def _letter(row: OutboxRow) -> Letter:
    again_at = time_or_none(row.again_us)
    return Letter(
        row.id, row.sink, row.window_id, row.change, row.event, row.tries, again_at, row.failure
    )
