"""Spot checks: silent time that a person looks at, to learn what the rules miss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Finding(StrEnum):
    """What a person saw in an interval in which a rule found nothing.

    ``SILENT``: no violation of the rule began in it. ``MISSED``: one did. ``UNCLEAR``: the
    recording is not there, or does not show it.
    """

    SILENT = "silent"
    MISSED = "missed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """An interval of one window and rule without an event, to be looked at in the recording.

    Attributes:
        id: Grows with the time of the draw.
        seed: Of the draw that it came from; the same seed over the same data draws the same.
        finding: What was seen; None while nobody has looked.
        reviewer: Who looked.
        note: What they wrote.
        answered_at: When, UTC.
    """

    id: str
    window_id: str
    camera_id: str
    rule_id: str
    started_at: datetime
    ended_at: datetime
    drawn_at: datetime
    drawn_by: str
    seed: int
    finding: Finding | None = None
    reviewer: str | None = None
    note: str = ""
    answered_at: datetime | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class CheckFilter:
    """Which spot checks are asked for; None means any.

    Attributes:
        answered: Whether somebody has looked.
        start: Those that begin at or after it.
        end: Those that begin before it.
        after: Id of the last one of the page before.
    """

    window_ids: Sequence[str] | None = None
    rule_id: str | None = None
    answered: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    after: str | None = None
    limit: int = 50


class SpotCheckStore(Protocol):
    """Keeps spot checks."""

    def save_spot_checks(self, checks: Sequence[SpotCheck]) -> list[SpotCheck]:
        """Add them, and return what is stored: one of the same interval that was there stays."""
        ...

    def spot_checks(self, wanted: CheckFilter) -> list[SpotCheck]:
        """One page, by id."""
        ...

    def spot_check(self, check_id: str) -> SpotCheck:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        ...

    def answer_spot_check(
        self, check_id: str, finding: Finding, reviewer: str, note: str, at: datetime
    ) -> None:
        """Keep what a person saw; a later answer replaces an earlier one.

        Raises:
            NotFound: If there is none with that id.
        """
        ...
