"""How long things are kept, for whom they are held, and who looked at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from vision.types import Evidence


@dataclass(frozen=True, slots=True)
class Hold:
    """An event that nothing may be removed of, for as long as the hold stands.

    Attributes:
        event_id: The event.
        reason: Why, such as a case number.
        by: Who placed it.
        at: When, UTC.
    """

    event_id: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """Somebody looked at a piece of evidence.

    Attributes:
        id: Grows with time.
        principal: The account, or the name of the key.
        event_id: The event that it belongs to.
        sha256: What was looked at.
        at: When, UTC.
    """

    id: int
    principal: str
    event_id: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence whose bytes are kept.

    Attributes:
        kind: ``snapshot`` or ``clip``.
        at: Capture time of what it shows, UTC.
        bound: Whether it may not be removed: its event lasts, is held, or its appeal is open.
    """

    event_id: str
    sha256: str
    kind: str
    at: datetime
    bound: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that was removed, as the chain tells it.

    Attributes:
        what: ``snapshot``, ``clip`` or ``event``.
        reason: ``age``, ``space`` or ``superseded``.
        at: When, UTC.
    """

    what: str
    event_id: str
    reason: str
    at: datetime


class ConfigStore(Protocol):
    """Records what the configuration was."""

    def note_config(self, site_id: str, document: dict[str, Any]) -> bool:
        """Record the configuration of a site, unless it is the one that was recorded last.

        Args:
            site_id: The site.
            document: Without secrets.

        Returns:
            Whether it was new.
        """
        ...


class Attacher(Protocol):
    """Takes evidence that is made after its event was stored."""

    def attach(self, event_id: str, item: Evidence) -> None:
        """Add evidence to an event that is stored; once, however often it is asked for.

        Raises:
            NotFound: If there is no such event.
        """
        ...


class HoldStore(Protocol):
    """Keeps holds and views."""

    def place_hold(self, hold: Hold) -> None:
        """Hold an event, or give its hold another reason.

        Raises:
            NotFound: If there is no such event.
        """
        ...

    def release_hold(self, event_id: str, by: str, at: datetime) -> None:
        """End a hold.

        Raises:
            NotFound: If the event is not held.
        """
        ...

    def hold_of(self, event_id: str) -> Hold | None:
        """The hold on an event."""
        ...

    def holds(self) -> list[Hold]:
        """Every hold, the oldest first."""
        ...

    def record_view(self, principal: str, event_id: str, sha256: str, at: datetime) -> bool:
        """Note that somebody looks at evidence; once a minute for the same one and person.

        Returns:
            Whether it was noted anew.
        """
        ...

    def views(
        self, event_id: str | None = None, principal: str | None = None,
        before: int | None = None, limit: int = 100,
    ) -> list[View]:  # fmt: skip
        """Views, newest first.

        Args:
            event_id: Of one event.
            principal: By one person or key.
            before: Number of the last view of the page before.
            limit: Most to return.
        """
        ...


class RemovalStore(Protocol):
    """Finds what is due for removal, and removes it with a record."""

    def pieces(self, kind: str, before: datetime | None = None) -> list[Piece]:
        """Evidence of a kind whose bytes are kept, oldest first; taken before ``before``."""
        ...

    def expire(self, pieces: Sequence[Piece], reason: str, at: datetime) -> list[Piece]:
        """Mark evidence as given up, and record it; what is bound by now is left out.

        Returns:
            What was marked.
        """
        ...

    def remove_events(self, before: datetime, at: datetime, limit: int = 200) -> int:
        """Remove events that ended before, with reviews and evidence; how many.

        Held ones, and those whose appeal is open, stay.
        """
        ...

    def discarded(self, limit: int = 1000) -> list[str]:
        """Hashes of bytes that no event needs any more, and that may still be on the disk."""
        ...

    def forget(self, sha256: Sequence[str]) -> None:
        """Note that these bytes are no longer on the disk."""
        ...


class EvidenceKeeper(Protocol):
    """The part of an evidence store that gives up what is no longer kept."""

    def remove(self, sha256: str) -> None:
        """Remove the bytes; it is no mistake if they are not there.

        Raises:
            EvidenceError: If they cannot be removed.
        """
        ...

    def size(self, sha256: str) -> int:
        """How many bytes it takes; 0 where they are not there."""
        ...
