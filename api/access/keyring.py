"""Machine keys: made of 256 random bits, kept as SHA-256, compared in constant time.

A slow hash would add nothing: unlike a password, such a key cannot be guessed from a list.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field

from pydantic import SecretStr

from api.access.principal import ALL_SCOPES, Principal, Scope
from vision.access import AccessKey, AccessStore

PREFIX = "dpk_"
_ENVIRONMENT = "DEPORTMENT_API_KEY"


def made_key() -> str:
    """A new key; its prefix lets secret scanners recognise it."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """What is stored of a key or of a session's token."""
    return hashlib.sha256(key.encode()).hexdigest()


KNOWN_FOR_S = 1.0
"""A key that another process takes away opens nothing after so long."""


@dataclass(slots=True)
class _Known:
    """The stored keys as they were read last."""

    keys: tuple[AccessKey, ...] = ()
    read_s: float = float("-inf")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Tells who a key belongs to.

    Attributes:
        store: Where the keys are kept.
        given: A key with every scope that the environment gives; None without.
    """

    store: AccessStore
    given: SecretStr | None = None
    _known: _Known = field(default_factory=_Known, repr=False)

    @property
    def is_fresh(self) -> bool:
        """Whether :meth:`find` answers without asking the store."""
        return time.monotonic() - self._known.read_s < KNOWN_FOR_S

    def save(self, key: AccessKey) -> None:
        """Store a key; it counts at once."""
        self.store.save_access_key(key)
        self._known.read_s = float("-inf")

    def drop(self, name: str) -> None:
        """Take a key away; it opens nothing from now on.

        Raises:
            NotFound: If there is none with that name.
        """
        self.store.drop_access_key(name)
        self._known.read_s = float("-inf")

    def _stored(self) -> tuple[AccessKey, ...]:
        began_s = time.monotonic()
        if not self.is_fresh:
            self._known.keys = tuple(self.store.access_keys())
            self._known.read_s = began_s
        return self._known.keys

    def first_key(self) -> str | None:
        """Make the first key where there is none yet; it can be read only here, only now."""
        if self.given is not None or self.store.access_keys():
            return None
        key = made_key()
        scopes = tuple(sorted(ALL_SCOPES))
        self.save(AccessKey("first", digest(key), scopes))
        return key

    def find(self, sha256: str) -> Principal | None:
        """Who the key with that digest belongs to; None where nobody."""
        if self.given is not None and hmac.compare_digest(sha256, self._given_digest()):
            return Principal(_ENVIRONMENT, ALL_SCOPES)
        for stored in self._stored():
            if hmac.compare_digest(sha256, stored.sha256):
                scopes = frozenset(Scope(scope) for scope in stored.scopes)
                return Principal(stored.name, scopes, stored.windows)
        return None

    def _given_digest(self) -> str:
        return digest(self.given.get_secret_value()) if self.given else ""
