"""Who may use the service: machine keys, people, their sessions, and where they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from vision.types import Event, Review


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A machine key of the HTTP service, as it is stored.

    Attributes:
        name: Who it was made for; unique.
        sha256: Of the key, in hex. The key itself is kept nowhere.
        scopes: Of ``read``, ``appeal``, ``review`` and ``admin``.
        windows: The windows that it may see; None for all.
    """

    name: str
    sha256: str
    scopes: tuple[str, ...]
    windows: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in.

    Attributes:
        name: Unique; stands in the history of reviews.
        password_hash: Argon2id, in PHC form.
        role: ``clerk``, ``viewer``, ``reviewer`` or ``admin``.
        windows: The windows that it may see; None for all.
        failures: Wrong passwords since the last right one.
        locked_until: No password is looked at before it; None where not locked.
    """

    name: str
    password_hash: str
    role: str
    windows: frozenset[str] | None = None
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has signed in.

    Attributes:
        token_sha256: Of the cookie, in hex.
        subject: ``key:`` and the SHA-256 of a key, or ``account:`` and a name.
        csrf: What every form of the session carries.
    """

    token_sha256: str
    subject: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody did.

    Attributes:
        at: When, UTC.
        who: Name of the key or account.
        action: Such as ``evidence_viewed``.
        subject: Id of what it was done to, such as ``event:01J…``.
        detail: Further values; no secrets.
    """

    at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class ActivityLog(Protocol):
    """Remembers who did what."""

    def note_activity(self, done: Activity) -> None:
        """Add an entry; there is no way to change one."""
        ...

    def activity(
        self,
        who: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[tuple[int, Activity]]:
        """Numbered entries, the latest first, with numbers below ``before``."""
        ...


class AccessStore(Protocol):
    """Keeps keys, accounts and sessions."""

    def access_keys(self) -> list[AccessKey]:
        """Every key, by name."""
        ...

    def save_access_key(self, key: AccessKey) -> None:
        """Add a key, or replace the one with that name."""
        ...

    def drop_access_key(self, name: str) -> None:
        """Drop a key.

        Raises:
            NotFound: If there is none with that name.
        """
        ...

    def accounts(self) -> list[Account]:
        """Every account, by name."""
        ...

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        ...

    def save_account(self, account: Account) -> None:
        """Add an account, or replace the one with that name."""
        ...

    def drop_account(self, name: str) -> None:
        """Drop an account.

        Raises:
            NotFound: If there is none with that name.
        """
        ...

    def session(self, token_sha256: str) -> Session | None:
        """The session of that token, however old."""
        ...

    def save_session(self, session: Session, now: datetime) -> None:
        """Add a session, and drop those that had expired by ``now``."""
        ...

    def end_session(self, token_sha256: str) -> None:
        """Drop a session, if there is one."""
        ...

    def end_sessions(self, subject: str) -> None:
        """Drop every session of that subject."""
        ...


class ReviewStore(Protocol):
    """Keeps what people decide, and tells what changed."""

    def add_review(self, event_id: str, review: Review, expected: str | None = None) -> None:
        """Make ``review`` the event's own, and keep it in the event's history.

        Args:
            event_id: The event.
            review: The decision.
            expected: State of the review that it follows on; None for any.

        Raises:
            NotFound: If there is no such event.
            Conflict: If its review is in another state than expected.
        """
        ...

    def reviews(self, event_id: str) -> list[Review]:
        """Every decision on an event, oldest first."""
        ...

    def changes(self, after: int, limit: int) -> Sequence[tuple[int, Event]]:
        """Events as they are now, whose last change has a number above ``after``, in its order.

        Numbers are given in the order of commits, so that a reader who goes on from the last one
        that it got misses nothing.
        """
        ...

    def last_change(self) -> int:
        """Number of the latest change; 0 before the first."""
        ...
