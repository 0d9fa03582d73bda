"""Approved absences and closed windows, and the time that they take out of the schedule."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table, and the column of the coverage."""
    op.create_table(
        "exemptions",
        sa.Column("id", STRING, nullable=False),
        sa.Column("window_id", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=False),
        sa.Column("reason", STRING, nullable=False),
        sa.Column("approved_by", STRING, nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", STRING, nullable=False),
        sa.Column("withdrawn_us", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", STRING, nullable=True),
        sa.Column("withdrawn_reason", STRING, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exemptions"),
    )
    op.create_index("ix_exemptions_end", "exemptions", ["end_us", "window_id"])
    op.add_column(
        "coverage", sa.Column("exempt_s", sa.Double(), nullable=False, server_default="0")
    )
