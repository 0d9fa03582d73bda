"""How many events there were, counted by the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

STEP_S = 900
"""Length of the finest count: every time zone's hours and days are whole multiples of it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Events of one window and rule that began in one quarter of an hour.

    Attributes:
        review: State of their review.
        at: Start of the quarter, UTC.
        events: How many.
        duration_s: Of those that have ended, together.
    """

    window_id: str
    rule_id: str
    review: str
    at: datetime
    events: int
    duration_s: float


class EventCounter(Protocol):
    """Counts events."""

    def tally(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Tally]:
        """Counts of the events that began in ``[start, end)``, by window, rule, review and time."""
        ...
