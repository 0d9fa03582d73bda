"""Machine keys of the HTTP service."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "access_keys",
        sa.Column("name", STRING, nullable=False),
        sa.Column("sha256", STRING, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("windows", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_access_keys"),
    )
