"""The chain of hashes in the database, written in the transactions of what it is about."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Index, Row, Table, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vision.chain import ORIGIN, Link, Record, Stored, canonical, digest, linked
from vision.keeping import Removal
from vision.store import rows
from vision.store.engine import dialect_of
from vision.store.schema import Base, CounterRow, EventRow, ReviewRow, from_us, to_us
from vision.types import Review

_UNCHAINED = frozenset({"run_key", "change", "duration_us"})
"""What says nothing of the event itself."""
_OF_EVIDENCE = ("kind", "at", "sha256", "media_type")
_AT_ONCE = 5000


class ChainRow(Base):
    """One link; a body only where no other table holds what was written."""

    __tablename__ = "chain"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_us: Mapped[int]
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str | None]
    body_sha256: Mapped[str]
    sha256: Mapped[str]


Index(
    "ix_chain_bodies",
    ChainRow.kind,
    ChainRow.subject,
    ChainRow.seq,
    sqlite_where=ChainRow.body.is_not(None),
    postgresql_where=ChainRow.body.is_not(None),
)


def next_numbers(connection: Connection, name: str, how_many: int = 1) -> int:
    """The first of ``how_many`` new numbers of a counter.

    The row stays locked until the commit, so numbers are seen in their order by every reader.
    """
    table = CounterRow.__table__
    assert isinstance(table, Table)
    new = dialect_of(connection).insert(table)
    statement = new.on_conflict_do_update(
        index_elements=["name"], set_={"value": CounterRow.value + new.excluded.value}
    ).returning(CounterRow.value)
    last = connection.scalar(statement, {"name": name, "value": how_many})
    return int(last or 0) - how_many + 1


def append(connection: Connection, records: Sequence[Record]) -> None:
    """Write records as the next links. Whoever does holds the end of the chain until the commit."""
    if not records:
        return
    first = next_numbers(connection, "chain", len(records))
    last = select(ChainRow.sha256).where(ChainRow.seq == first - 1)
    previous = connection.scalar(last) or ORIGIN
    at_us = to_us(datetime.now(UTC))
    written = []
    for seq, record in enumerate(records, first):
        link = linked(previous, seq, at_us, record)
        previous = link.sha256
        written.append(_row(link))
    connection.execute(insert(ChainRow), written)


def _row(link: Link) -> rows.Row:
    record = link.record
    return {
        "seq": link.seq,
        "at_us": link.at_us,
        "kind": record.kind,
        "subject": record.subject,
        "body": record.body,
        "body_sha256": record.body_sha256,
        "sha256": link.sha256,
    }


def _link(row: Row[Any]) -> Link:
    record = Record(row.kind, row.subject, row.body_sha256, row.body)
    return Link(row.seq, row.at_us, record, row.sha256)


def event_record(row: rows.Row) -> Record:
    """The record of an event's row."""
    return Record("event", row["id"], event_sha256(row))


def event_sha256(row: rows.Row) -> str:
    """Hash of an event's row: all that says something of it, but its review and what expired."""
    left_out = _UNCHAINED | rows.REVIEW_COLUMNS
    # What is null is left out, so that a column of a later version changes no older hash.
    said = {n: value for n, value in row.items() if n not in left_out and value is not None}
    said["evidence"] = [[item[name] for name in _OF_EVIDENCE] for item in row["evidence"]]
    return digest(canonical(said))


def review_record(event_id: str, columns: rows.Row) -> Record:
    """The record of a review."""
    return Record("review", event_id, _review_sha256(columns))


def _review_sha256(columns: rows.Row) -> str:
    return digest(canonical([columns[name] for name in sorted(rows.REVIEW_COLUMNS)]))


class SqlChain:
    """The part of the event database that holds the chain."""

    def _reading(self) -> AbstractContextManager[Session]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def note_config(self, site_id: str, document: dict[str, Any]) -> bool:
        """Record the configuration of a site, unless it is the one that was recorded last.

        Args:
            site_id: The site.
            document: Without secrets.

        Returns:
            Whether it was new.
        """
        record = Record.of("config", site_id, document)
        last = (
            select(ChainRow.body_sha256)
            .where(
                ChainRow.kind == "config",
                ChainRow.subject == site_id,
                ChainRow.body.is_not(None),
            )
            .order_by(ChainRow.seq.desc())
            .limit(1)
        )
        with self._writing() as connection:
            if connection.scalar(last) == record.body_sha256:
                return False
            append(connection, [record])
            return True

    def chain_head(self) -> Link | None:
        """The newest link."""
        with self._reading() as session:
            newest = select(*ChainRow.__table__.columns).order_by(ChainRow.seq.desc()).limit(1)
            row = session.execute(newest).first()
            return None if row is None else _link(row)

    def removals(self, limit: int = 100) -> list[Removal]:
        """What was removed, the latest first."""
        wanted = (
            select(*ChainRow.__table__.columns)
            .where(ChainRow.kind.in_(("expired", "removed")), ChainRow.body.is_not(None))
            .order_by(ChainRow.seq.desc())
            .limit(limit)
        )
        with self._reading() as session:
            return [_removal(_link(row)) for row in session.execute(wanted)]

    def links(self) -> Iterator[Link]:
        """Every link, from the first one."""
        after = 0
        while True:
            wanted = select(*ChainRow.__table__.columns).where(ChainRow.seq > after)
            with self._reading() as session:
                page = session.execute(wanted.order_by(ChainRow.seq).limit(_AT_ONCE)).all()
            yield from map(_link, page)
            if len(page) < _AT_ONCE:
                return
            after = page[-1].seq

    def stored(self) -> Iterator[Stored]:
        """Every event as the tables hold it, by id."""
        after = ""
        while True:
            wanted = select(*EventRow.__table__.columns).where(EventRow.id > after)
            with self._reading() as session:
                page = session.execute(wanted.order_by(EventRow.id).limit(_AT_ONCE)).all()
                told = _reviews(session, after, page[-1].id) if page else {}
            for row in page:
                yield _stored(dict(row._mapping), told.get(row.id, []))
            if len(page) < _AT_ONCE:
                return
            after = page[-1].id


def _removal(link: Link) -> Removal:
    said = json.loads(link.record.body or "{}")
    what = said.get("kind", "event")
    return Removal(what, link.record.subject, said["reason"], from_us(link.at_us))


def _reviews(session: Session, after: str, last: str) -> dict[str, list[rows.Row]]:
    wanted = (
        select(ReviewRow)
        .where(ReviewRow.event_id > after, ReviewRow.event_id <= last)
        .order_by(ReviewRow.id)
    )
    found: dict[str, list[rows.Row]] = {}
    for row in session.scalars(wanted):
        found.setdefault(row.event_id, []).append(rows.review_columns(rows.review_of(row)))
    return found


def _stored(row: rows.Row, reviews: list[rows.Row]) -> Stored:
    own = {name: row[name] for name in rows.REVIEW_COLUMNS}
    last = reviews[-1] if reviews else rows.review_columns(Review())
    return Stored(
        row["id"],
        event_sha256(row),
        tuple(_review_sha256(review) for review in reviews),
        tuple(item["sha256"] for item in row["evidence"] if "expired_us" in item),
        own == last,
    )
