"""The chain of hashes, holds, views, and the list of evidence."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT_ONCE = 2000


def _text(name: str, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, STRING, nullable=nullable)


def _number(name: str, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def upgrade() -> None:
    """Create the tables, list the evidence there is, and begin the chain."""
    op.create_table(
        "chain",
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        _number("at_us"), _text("kind"), _text("subject"), _text("body", nullable=True),
        _text("body_sha256"), _text("sha256"),
        sa.PrimaryKeyConstraint("seq", name="pk_chain"),
    )  # fmt: skip
    _index("ix_chain_bodies", "chain", ["kind", "subject", "seq"], "body IS NOT NULL")
    evidence = op.create_table(
        "evidence",
        _text("event_id"), _text("sha256"), _text("kind"), _number("at_us"),
        _number("gone_us", nullable=True), sa.Column("on_disk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "sha256", name="pk_evidence"),
    )  # fmt: skip
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"])
    _index("ix_evidence_kept", "evidence", ["kind", "at_us"], "gone_us IS NULL")
    discarded = "on_disk AND gone_us IS NOT NULL"
    _index("ix_evidence_discarded", "evidence", ["gone_us"], discarded)
    op.create_table(
        "holds",
        _text("event_id"), _text("reason"), _text("held_by"), _number("at_us"),
        sa.PrimaryKeyConstraint("event_id", name="pk_holds"),
    )  # fmt: skip
    op.create_table(
        "views",
        sa.Column("id", SERIAL, nullable=False),
        _text("principal"), _text("event_id"), _text("sha256"), _number("at_us"),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
    )  # fmt: skip
    op.create_index("ix_views_event", "views", ["event_id", "id"])
    op.create_index("ix_views_principal", "views", ["principal", "id"])
    connection = op.get_bind()
    for page in _pages(connection):
        connection.execute(sa.insert(evidence), page)
    _begin(connection)


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _pages(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The evidence of all events, once for each event and hash."""
    events = sa.table("events", sa.column("id", sa.Text()), sa.column("evidence", sa.JSON()))
    after = ""
    while True:
        wanted = sa.select(events.c.id, events.c.evidence).where(events.c.id > after)
        found = connection.execute(wanted.order_by(events.c.id).limit(AT_ONCE)).all()
        page = {
            (row.id, item["sha256"]): {
                "event_id": row.id, "sha256": item["sha256"], "kind": item["kind"],
                "at_us": item["at"], "gone_us": None, "on_disk": True,
            }
            for row in found
            for item in row.evidence
        }  # fmt: skip
        if page:
            yield list(page.values())
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _begin(connection: sa.Connection) -> None:
    """The first link says how much is older than the chain, of which it can prove nothing."""
    count = {
        name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}"))  # noqa: S608
        for name in ("events", "reviews")
    }
    body = _canonical(count)
    body_sha256 = hashlib.sha256(body.encode()).hexdigest()
    at_us = int(datetime.now(UTC).timestamp() * 1e6)
    parts = ["0" * 64, 1, at_us, "genesis", "deportment", body_sha256]
    sha256 = hashlib.sha256(_canonical(parts).encode()).hexdigest()
    link = {
        "seq": 1, "at_us": at_us, "kind": "genesis", "subject": "deportment", "body": body,
        "body_sha256": body_sha256, "sha256": sha256,
    }  # fmt: skip
    table = sa.table("chain", *(sa.column(name) for name in link))
    connection.execute(sa.insert(table), link)
    counters = sa.table("counters", sa.column("name"), sa.column("value"))
    connection.execute(sa.insert(counters), {"name": "chain", "value": 1})


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
