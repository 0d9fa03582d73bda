"""Messages that wait for receivers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("sink", STRING, nullable=False),
        sa.Column("window_id", STRING, nullable=False),
        sa.Column("change", STRING, nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("again_us", sa.BigInteger(), nullable=True),
        sa.Column("failure", STRING, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_queue", "outbox", ["sink", "window_id", "id"])
