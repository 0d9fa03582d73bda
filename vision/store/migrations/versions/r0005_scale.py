"""How large a post and the persons in it are, for what its view supports."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    number: sa.types.TypeEngine[float] = sa.Double()
    height = sa.Column("post_height_px", number, nullable=False, server_default="0")
    op.add_column("window_states", height)
    op.add_column("window_states", sa.Column("px_per_m", number, nullable=True))
