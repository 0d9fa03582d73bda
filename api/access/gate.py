"""Tells who asks: by a key, by a session, by name and password."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access.keyring import KeyRing, digest
from api.access.principal import ROLES, Principal, Scope
from vision.access import AccessStore, Account, Session

SESSION_LASTS = timedelta(hours=12)
DISPLAY_LASTS = timedelta(days=30)
"""For a key that may only look, such as that of a screen on the wall."""
_MOST_FAILURES = 5
_LOCKED_FOR = timedelta(minutes=15)
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""Hash of no password: an unknown name costs as long as a wrong password."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may come in.

    Attributes:
        store: Keys, accounts and sessions.
        keys: Machine keys, that of the environment included.
        now: The time, UTC.
    """

    store: AccessStore
    keys: KeyRing
    now: Callable[[], datetime]

    def by_key(self, key: str) -> Principal | None:
        """Who a key belongs to."""
        return self.keys.find(digest(key))

    def by_session(self, token: str) -> Principal | None:
        """Who signed in, if the session lasts and the key or account is still there."""
        session = self.store.session(digest(token))
        if session is None or session.expires_at <= self.now():
            return None
        kind, _, name = session.subject.partition(":")
        found = self.keys.find(name) if kind == "key" else self._of_account(name)
        return None if found is None else replace(found, csrf=session.csrf)

    def _of_account(self, name: str) -> Principal | None:
        account = self.store.account(name)
        return None if account is None else Principal(name, ROLES[account.role], account.windows)

    def subject_of_key(self, key: str) -> str | None:
        """The subject of a session for whoever has that key."""
        return f"key:{digest(key)}" if self.by_key(key) else None

    def subject_of_person(self, name: str, password: str) -> str | None:
        """The subject of a session for a person, if the password is right and not locked out."""
        account = self.store.account(name)
        right = verified(account.password_hash if account else _NOBODY, password)
        if account is None or self._locked(account):
            return None
        if not right:
            self._count_failure(account)
            return None
        self.store.save_account(replace(account, failures=0, locked_until=None))
        return f"account:{name}"

    def _locked(self, account: Account) -> bool:
        return account.locked_until is not None and account.locked_until > self.now()

    def _count_failure(self, account: Account) -> None:
        failures = account.failures + 1
        locked = failures >= _MOST_FAILURES
        until = self.now() + _LOCKED_FOR if locked else None
        kept = replace(account, failures=0 if locked else failures, locked_until=until)
        self.store.save_account(kept)

    def lasts(self, subject: str) -> timedelta:
        """How long a session of that subject lasts."""
        kind, _, name = subject.partition(":")
        found = self.keys.find(name) if kind == "key" else None
        only_looks = found is not None and found.scopes == {Scope.READ}
        return DISPLAY_LASTS if only_looks else SESSION_LASTS

    def open_session(self, subject: str) -> str:
        """Sign in; returns the token for the cookie, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        now, lasts = self.now(), self.lasts(subject)
        made = Session(digest(token), subject, secrets.token_urlsafe(32), now + lasts)
        self.store.save_session(made, now)
        return token

    def end_session(self, token: str) -> None:
        """Sign out."""
        self.store.end_session(digest(token))


def password_hash(password: str) -> str:
    """Argon2id with the library's current parameters (RFC 9106, low memory), in PHC form."""
    return PasswordHasher().hash(password)


def verified(stored: str, password: str) -> bool:
    """Whether that is the password of a stored hash."""
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
