"""Spot checks in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vision.errors import NotFound
from vision.spotchecks import CheckFilter, Finding, SpotCheck


class MemorySpotChecks:
    """``SpotCheckStore`` in a dictionary."""

    def __init__(self) -> None:
        self._checks: dict[str, SpotCheck] = {}

    def save_spot_checks(self, checks: Sequence[SpotCheck]) -> list[SpotCheck]:
        """Add them, and return what is stored: one of the same interval that was there stays."""
        known = {_place(one): one for one in self._checks.values()}
        kept = [known.setdefault(_place(check), check) for check in checks]
        self._checks |= {one.id: one for one in kept}
        return kept

    def spot_checks(self, wanted: CheckFilter) -> list[SpotCheck]:
        """One page, by id."""
        found = [one for _, one in sorted(self._checks.items()) if _matches(one, wanted)]
        return found[: wanted.limit]

    def spot_check(self, check_id: str) -> SpotCheck:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        if check_id not in self._checks:
            raise NotFound("spot check", check_id)
        return self._checks[check_id]

    def answer_spot_check(
        self, check_id: str, finding: Finding, reviewer: str, note: str, at: datetime
    ) -> None:
        """Keep what a person saw; a later answer replaces an earlier one.

        Raises:
            NotFound: If there is none with that id.
        """
        check = self.spot_check(check_id)
        answered = {"finding": finding, "reviewer": reviewer, "note": note, "answered_at": at}
        self._checks[check_id] = replace(check, **answered)  # type: ignore[arg-type]


def _place(check: SpotCheck) -> tuple[str, str, datetime, datetime]:
    return check.window_id, check.rule_id, check.started_at, check.ended_at


def _matches(check: SpotCheck, wanted: CheckFilter) -> bool:
    return (
        (wanted.window_ids is None or check.window_id in wanted.window_ids)
        and wanted.rule_id in (None, check.rule_id)
        and wanted.answered in (None, check.finding is not None)
        and (wanted.start is None or check.started_at >= wanted.start)
        and (wanted.end is None or check.started_at < wanted.end)
        and (wanted.after is None or check.id > wanted.after)
    )
