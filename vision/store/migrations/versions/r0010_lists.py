"""Indexes for lists by two filters, and by a score that few events have."""

from alembic import op

revision = "0010"
down_revision = "0009"

ORDER = ("started_us", "id")
INDEXES = {
    "window_rule": ("window_id", "rule_id", *ORDER, "score", "review_state", "ended_us"),
    "rule_review": ("rule_id", "review_state", *ORDER, "score", "ended_us"),
    "score": ("score", *ORDER, "window_id", "rule_id", "review_state", "ended_us"),
}


def upgrade() -> None:
    """Create the indexes; minutes where there are many millions of events."""
    for name, columns in INDEXES.items():
        op.create_index(f"ix_events_{name}", "events", list(columns))
