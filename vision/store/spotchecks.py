"""Spot checks in the event database."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Select, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from vision.errors import NotFound
from vision.spotchecks import CheckFilter, Finding, SpotCheck
from vision.store.rows import time_or_none, us_or_none
from vision.store.schema import Base, from_us, to_us


class SpotCheckRow(Base):
    """One interval to be looked at."""

    __tablename__ = "spot_checks"

    id: Mapped[str] = mapped_column(primary_key=True)
    window_id: Mapped[str]
    camera_id: Mapped[str]
    rule_id: Mapped[str]
    started_us: Mapped[int]
    ended_us: Mapped[int]
    drawn_us: Mapped[int]
    drawn_by: Mapped[str]
    seed: Mapped[int]
    finding: Mapped[str | None]
    reviewer: Mapped[str | None]
    note: Mapped[str]
    answered_us: Mapped[int | None]

    __table_args__ = (
        Index(
            "ix_spot_checks_place", "window_id", "rule_id", "started_us", "ended_us", unique=True
        ),
        Index("ix_spot_checks_finding", "finding", "id"),
    )


class SqlSpotChecks:
    """The part of the event database that keeps spot checks."""

    def _reading(self) -> AbstractContextManager[Session]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def save_spot_checks(self, checks: Sequence[SpotCheck]) -> list[SpotCheck]:
        """Add them, and return what is stored: one of the same interval that was there stays."""
        ids = []
        with self._writing() as connection:
            for check in checks:
                place = (
                    SpotCheckRow.window_id == check.window_id,
                    SpotCheckRow.rule_id == check.rule_id,
                    SpotCheckRow.started_us == to_us(check.started_at),
                    SpotCheckRow.ended_us == to_us(check.ended_at),
                )
                found = connection.scalar(select(SpotCheckRow.id).where(*place))
                if found is None:
                    connection.execute(insert(SpotCheckRow).values(_row(check)))
                ids.append(found or check.id)
        return [self.spot_check(check_id) for check_id in ids]

    def spot_checks(self, wanted: CheckFilter) -> list[SpotCheck]:
        """One page, by id."""
        with self._reading() as session:
            return [_check(row) for row in session.scalars(_page(wanted))]

    def spot_check(self, check_id: str) -> SpotCheck:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        with self._reading() as session:
            row = session.get(SpotCheckRow, check_id)
            if row is None:
                raise NotFound("spot check", check_id)
            return _check(row)

    def answer_spot_check(
        self, check_id: str, finding: Finding, reviewer: str, note: str, at: datetime
    ) -> None:
        """Keep what a person saw; a later answer replaces an earlier one.

        Raises:
            NotFound: If there is none with that id.
        """
        values = {
            "finding": finding.value,
            "reviewer": reviewer,
            "note": note,
            "answered_us": to_us(at),
        }
        with self._writing() as connection:
            changed = connection.execute(
                update(SpotCheckRow).where(SpotCheckRow.id == check_id).values(values)
            )
            if changed.rowcount == 0:
                raise NotFound("spot check", check_id)


def _page(wanted: CheckFilter) -> Select[Any]:
    query = select(SpotCheckRow).order_by(SpotCheckRow.id).limit(wanted.limit)
    if wanted.window_ids is not None:
        query = query.where(SpotCheckRow.window_id.in_(wanted.window_ids))
    if wanted.rule_id is not None:
        query = query.where(SpotCheckRow.rule_id == wanted.rule_id)
    if wanted.answered is not None:
        open_ones = SpotCheckRow.finding.is_(None)
        query = query.where(~open_ones if wanted.answered else open_ones)
    if wanted.start is not None:
        query = query.where(SpotCheckRow.started_us >= to_us(wanted.start))
    if wanted.end is not None:
        query = query.where(SpotCheckRow.started_us < to_us(wanted.end))
    if wanted.after is not None:
        query = query.where(SpotCheckRow.id > wanted.after)
    return query


def _row(check: SpotCheck) -> dict[str, object]:
    return {
        "id": check.id,
        "window_id": check.window_id,
        "camera_id": check.camera_id,
        "rule_id": check.rule_id,
        "started_us": to_us(check.started_at),
        "ended_us": to_us(check.ended_at),
        "drawn_us": to_us(check.drawn_at),
        "drawn_by": check.drawn_by,
        "seed": check.seed,
        "finding": check.finding,
        "reviewer": check.reviewer,
        "note": check.note,
        "answered_us": us_or_none(check.answered_at),
    }


def _check(row: SpotCheckRow) -> SpotCheck:
    return SpotCheck(
        row.id,
        row.window_id,
        row.camera_id,
        row.rule_id,
        from_us(row.started_us),
        from_us(row.ended_us),
        from_us(row.drawn_us),
        row.drawn_by,
        row.seed,
        Finding(row.finding) if row.finding else None,
        row.reviewer,
        row.note,
        time_or_none(row.answered_us),
    )
