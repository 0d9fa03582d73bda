"""Who did what with the service: changes, and views of what shows people."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, insert, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Reading

from vision.access import Activity
from vision.store.schema import Base, Serial, from_us, to_us


class ActivityRow(Base):
    """One act of one key or person."""

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at_us: Mapped[int]
    who: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]

    __table_args__ = (
        Index("ix_activity_who", "who", "id"),
        Index("ix_activity_action", "action", "id"),
        Index("ix_activity_subject", "subject", "id"),
        Index("ix_activity_at", "at_us", "id"),
    )


class SqlActivity:
    """The part of the event database that remembers who did what."""

    def _reading(self) -> AbstractContextManager[Reading]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def note_activity(self, done: Activity) -> None:
        """Add an entry; there is no way to change one."""
        row = {
            "at_us": to_us(done.at),
            "who": done.who,
            "action": done.action,
            "subject": done.subject,
            "detail": dict(done.detail),
        }
        with self._writing() as connection:
            connection.execute(insert(ActivityRow).values(row))

    def activity(
        self,
        who: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[tuple[int, Activity]]:
        """Numbered entries, the latest first, with numbers below ``before``."""
        table = ActivityRow
        equal = ((table.who, who), (table.action, action), (table.subject, subject))
        conditions = [column == value for column, value in equal if value is not None]
        if start is not None:
            conditions.append(table.at_us >= to_us(start))
        if end is not None:
            conditions.append(table.at_us < to_us(end))
        if before is not None:
            conditions.append(table.id < before)
        wanted = select(*table.__table__.columns).where(*conditions)
        with self._reading() as session:
            found = session.execute(wanted.order_by(table.id.desc()).limit(limit))
            return [
                (
                    row.id,
                    Activity(from_us(row.at_us), row.who, row.action, row.subject, row.detail),
                )
                for row in found
            ]
