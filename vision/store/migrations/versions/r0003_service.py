"""Accounts, sessions, and the numbers that order the changes of events."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables; events that are there already count as unchanged."""
    op.create_table(
        "accounts",
        sa.Column("name", STRING, nullable=False),
        sa.Column("password_hash", STRING, nullable=False),
        sa.Column("role", STRING, nullable=False),
        sa.Column("windows", sa.JSON(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", STRING, nullable=False),
        sa.Column("subject", STRING, nullable=False),
        sa.Column("csrf", STRING, nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_us", "sessions", ["expires_us"])
    op.create_table(
        "counters",
        sa.Column("name", STRING, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.add_column(
        "events", sa.Column("change", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index("ix_events_change", "events", ["change"])
