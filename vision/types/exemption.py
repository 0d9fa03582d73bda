"""Time in which an absence is no violation, because somebody who may do so has allowed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vision.types.media import require_utc


class ExemptionKind(StrEnum):
    """What is allowed."""

    APPROVED_ABSENCE = "approved_absence"
    CLOSED = "closed"

    def covers(self, rule_id: str) -> bool:
        """Whether it takes a rule out of force; a closed window has no duty at all."""
        return self is ExemptionKind.CLOSED or rule_id in ABSENCE_RULES


ABSENCE_RULES = frozenset({"leaving_post", "attendance"})
"""Rules that an approved absence takes out of force: who is allowed to be away."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One window's exemption over an interval.

    Attributes:
        id: ULID.
        start: From when on, UTC.
        end: Until when, UTC.
        reason: Why, in the words of whoever entered it.
        approved_by: Who allowed it.
        created_at: When it was entered, UTC.
        created_by: Account or key that entered it.
        withdrawn_at: When it was withdrawn; None while it stands. It is never erased.
    """

    id: str
    window_id: str
    kind: ExemptionKind
    start: datetime
    end: datetime
    reason: str
    approved_by: str
    created_at: datetime
    created_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None

    def __post_init__(self) -> None:
        require_utc(self.start, "Exemption.start")
        require_utc(self.end, "Exemption.end")
        if self.end <= self.start:
            raise ValueError(f"an exemption must end after it starts: {self.start} .. {self.end}")

    @property
    def until(self) -> datetime:
        """When it really ends: what has passed before it was withdrawn stays exempt."""
        if self.withdrawn_at is None:
            return self.end
        return min(self.end, max(self.start, self.withdrawn_at))

    def holds(self, at: datetime) -> bool:
        """Whether it is in effect at that instant."""
        return self.start <= at < self.until


@dataclass(frozen=True, slots=True)
class Exemptions:
    """Those that may matter to one analysis."""

    items: tuple[Exemption, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Exemption]) -> "Exemptions":
        """Those that are ever in effect."""
        return cls(tuple(one for one in found if one.until > one.start))

    def kind_at(self, window_id: str, at: datetime) -> ExemptionKind | None:
        """What holds at a window; a closed window outweighs an approved absence."""
        kinds = {one.kind for one in self.items if one.window_id == window_id and one.holds(at)}
        return max(kinds, key=lambda kind: kind is ExemptionKind.CLOSED, default=None)

    def edges(self, start: datetime, end: datetime) -> list[datetime]:
        """The instants strictly within an interval at which something begins or ends."""
        instants = {at for one in self.items for at in (one.start, one.until)}
        return sorted(at for at in instants if start < at < end)
