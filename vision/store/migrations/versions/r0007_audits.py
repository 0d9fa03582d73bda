"""Audits with their inputs and progress; who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger()


def upgrade() -> None:
    """Make the tables; no version before wrote to the old one."""
    op.drop_table("audits")
    op.create_table(
        "audits",
        sa.Column("id", STRING, nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("status", STRING, nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=False),
        sa.Column("started_us", WHOLE, nullable=True),
        sa.Column("finished_us", WHOLE, nullable=True),
        sa.Column("failure", STRING, nullable=True),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("lease_us", WHOLE, nullable=True),
        sa.Column("tries", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
    )
    op.create_index("ix_audits_order", "audits", ["created_us", "id"])
    op.create_table(
        "activity",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.Column("who", STRING, nullable=False),
        sa.Column("action", STRING, nullable=False),
        sa.Column("subject", STRING, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
    )
    for name in ("who", "action", "subject"):
        op.create_index(f"ix_activity_{name}", "activity", [name, "id"])
    op.create_index("ix_activity_at", "activity", ["at_us", "id"])
