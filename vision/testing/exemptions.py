"""Exemptions in memory."""

from dataclasses import replace
from datetime import datetime

from vision.errors import Conflict, NotFound
from vision.exemptions import ExemptionFilter
from vision.types import Exemption


class MemoryExemptions:
    """``ExemptionStore`` in a dictionary."""

    def __init__(self) -> None:
        self._exemptions: dict[str, Exemption] = {}

    def add_exemption(self, exemption: Exemption) -> None:
        """Keep a new one."""
        self._exemptions = self._exemptions | {exemption.id: exemption}

    def exemptions(self, wanted: ExemptionFilter) -> list[Exemption]:
        """One page, the latest entry first."""
        newest_first = sorted(self._exemptions.values(), key=lambda one: one.id, reverse=True)
        return [one for one in newest_first if _matches(one, wanted)][: wanted.limit]

    def exemption(self, exemption_id: str) -> Exemption:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        if exemption_id not in self._exemptions:
            raise NotFound("exemption", exemption_id)
        return self._exemptions[exemption_id]

    def withdraw_exemption(self, exemption_id: str, at: datetime, by: str, reason: str) -> None:
        """Let it end now; what has passed of it stays exempt.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it was withdrawn before.
        """
        one = self.exemption(exemption_id)
        if one.withdrawn_at is not None:
            raise Conflict(f"the exemption '{exemption_id}' was withdrawn before")
        self.add_exemption(replace(one, withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason))


def _matches(one: Exemption, wanted: ExemptionFilter) -> bool:
    return (
        (wanted.window_ids is None or one.window_id in wanted.window_ids)
        and (wanted.start is None or one.end > wanted.start)
        and (wanted.end is None or one.start < wanted.end)
        and wanted.withdrawn in (None, one.withdrawn_at is not None)
        and (wanted.after is None or one.id < wanted.after)
    )
