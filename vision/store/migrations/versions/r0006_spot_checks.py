"""Silent time that people look at."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "spot_checks",
        sa.Column("id", STRING, nullable=False),
        sa.Column("window_id", STRING, nullable=False),
        sa.Column("camera_id", STRING, nullable=False),
        sa.Column("rule_id", STRING, nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=False),
        sa.Column("drawn_us", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", STRING, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("finding", STRING, nullable=True),
        sa.Column("reviewer", STRING, nullable=True),
        sa.Column("note", STRING, nullable=False),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_spot_checks"),
    )
    place = ["window_id", "rule_id", "started_us", "ended_us"]
    op.create_index("ix_spot_checks_place", "spot_checks", place, unique=True)
    op.create_index("ix_spot_checks_finding", "spot_checks", ["finding", "id"])
