"""Approved absences and closed windows: how they are entered, kept and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ulid import ULID

from vision.errors import UsageError
from vision.types import Exemption, ExemptionKind
from vision.wire import time_to_json

LONGEST = timedelta(days=366)
MOST_LETTERS = 2000
MOST_NAME_LETTERS = 200


@dataclass(frozen=True, slots=True)
class ExemptionFilter:
    """Which exemptions are asked for; None means any.

    Attributes:
        start: Those that end after it, UTC, as they were entered.
        end: Those that begin before it, UTC.
        withdrawn: Whether they were withdrawn.
        after: Id of the last one of the page before; pages go from the newest to the oldest entry.
    """

    window_ids: Sequence[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    withdrawn: bool | None = None
    after: str | None = None
    limit: int = 10_000


class ExemptionStore(Protocol):
    """Keeps exemptions; one that was entered is never erased."""

    def add_exemption(self, exemption: Exemption) -> None:
        """Keep a new one."""
        ...

    def exemptions(self, wanted: ExemptionFilter) -> list[Exemption]:
        """One page, the latest entry first."""
        ...

    def exemption(self, exemption_id: str) -> Exemption:
        """One of them.

        Raises:
            NotFound: If there is none with that id.
        """
        ...

    def withdraw_exemption(self, exemption_id: str, at: datetime, by: str, reason: str) -> None:
        """Let it end now; what has passed of it stays exempt.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it was withdrawn before.
        """
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody asks to be entered."""

    window_id: str
    kind: ExemptionKind
    start: datetime
    end: datetime
    reason: str
    approved_by: str


def entered(entry: Entry, by: str, now: datetime) -> Exemption:
    """The exemption that an entry makes.

    Raises:
        UsageError: If a part of it does not fit; names the part.
    """
    if entry.end <= entry.start:
        raise UsageError("to: expected a time after 'from'")
    if entry.end - entry.start > LONGEST:
        raise UsageError(f"to: expected at most {LONGEST.days} days after 'from'")
    return Exemption(
        id=str(ULID.from_datetime(now)),
        window_id=entry.window_id,
        kind=entry.kind,
        start=entry.start,
        end=entry.end,
        reason=words("reason", entry.reason, MOST_LETTERS),
        approved_by=words("approved_by", entry.approved_by, MOST_NAME_LETTERS),
        created_at=now,
        created_by=by,
    )


def words(name: str, text: str, most: int) -> str:
    """The text without blanks around it.

    Raises:
        UsageError: If there is nothing, or too much; names the part.
    """
    text = text.strip()
    if not text:
        raise UsageError(f"{name}: expected words")
    if len(text) > most:
        raise UsageError(f"{name}: expected at most {most} letters, got {len(text)}")
    return text


def exemption_to_json(one: Exemption) -> dict[str, Any]:
    """An exemption as a JSON object; ``until`` is when it really ends."""
    return {
        "id": one.id,
        "window_id": one.window_id,
        "kind": one.kind.value,
        "from": time_to_json(one.start),
        "to": time_to_json(one.end),
        "until": time_to_json(one.until),
        "reason": one.reason,
        "approved_by": one.approved_by,
        "created_at": time_to_json(one.created_at),
        "created_by": one.created_by,
        "withdrawn_at": time_to_json(one.withdrawn_at) if one.withdrawn_at else None,
        "withdrawn_by": one.withdrawn_by,
        "withdrawn_reason": one.withdrawn_reason,
    }
