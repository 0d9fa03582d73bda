"""The first schema: events, reviews, coverage, window states, checkpoints, audits."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create every table."""
    _events()
    _reviews()
    _coverage()
    _runs()
    _audits()


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, STRING, nullable=nullable)


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, autoincrement=False)


def _real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _events() -> None:
    op.create_table(
        "events",
        _text("id"),
        _text("window_id"),
        _text("camera_id"),
        _text("rule_id"),
        _text("status"),
        _whole("started_us"),
        _whole("confirmed_us"),
        _whole("ended_us", nullable=True),
        _whole("duration_us", nullable=True),
        _text("end_reason", nullable=True),
        _real("score"),
        _text("reason"),
        _json("measured"),
        _json("clauses"),
        _json("evidence"),
        _json("provenance"),
        _text("audit_id", nullable=True),
        _text("run_key", nullable=True),
        _text("review_state"),
        _text("review_reason", nullable=True),
        _text("reviewer", nullable=True),
        _whole("reviewed_us", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    _index("events", "duration_us")
    _index("events", "run_key")
    _event_lists()


def _event_lists() -> None:
    order = ("started_us", "id")
    filters = ("score", "rule_id", "review_state", "ended_us")
    for name, columns in {
        "all": (*order, *filters),
        "window": ("window_id", *order, *filters),
        "rule": ("rule_id", *order, "score", "review_state", "ended_us"),
        "review": ("review_state", *order, "score", "rule_id", "ended_us"),
        "audit": ("audit_id", *order),
        "ended": ("ended_us", *order),
    }.items():
        op.create_index(f"ix_events_{name}", "events", list(columns))


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", SERIAL, nullable=False),
        _text("event_id"),
        _text("state"),
        _text("reason", nullable=True),
        _text("reviewer", nullable=True),
        _whole("at_us", nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_reviews_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    _index("reviews", "event_id")


def _coverage() -> None:
    key = ("window_id", "rule_id", "hour_us", "run_key")
    op.create_table(
        "coverage",
        *(_text("window_id"), _text("rule_id"), _whole("hour_us"), _text("run_key")),
        *(_real("scheduled_s"), _real("assessable_s"), _real("unknown_s"), _real("lost_s")),
        sa.PrimaryKeyConstraint(*key, name="pk_coverage"),
    )
    op.create_table(
        "coverage_reasons",
        *(_text("window_id"), _text("rule_id"), _whole("hour_us"), _text("run_key")),
        *(_text("reason"), _real("seconds")),
        sa.PrimaryKeyConstraint(*key, "reason", name="pk_coverage_reasons"),
    )
    for table in ("coverage", "coverage_reasons"):
        _index(table, "hour_us")
        _index(table, "run_key")


def _runs() -> None:
    op.create_table(
        "window_states",
        _text("window_id"),
        _whole("at_us"),
        _text("state"),
        _text("reason"),
        _json("verdicts"),
        sa.PrimaryKeyConstraint("window_id", name="pk_window_states"),
    )
    op.create_table(
        "checkpoints",
        _text("key"),
        _text("footage"),
        _whole("at_us", nullable=True),
        _text("state"),
        sa.Column("done", sa.Boolean(), nullable=False),
        _text("failure", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_checkpoints"),
    )
    _index("checkpoints", "footage")


def _audits() -> None:
    op.create_table(
        "audits",
        _text("id"),
        _whole("created_us"),
        _text("status"),
        _real("progress"),
        _json("inputs"),
        _json("failures"),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
    )
    _index("audits", "created_us")
