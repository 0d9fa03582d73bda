"""Machine keys: made of 256 random bits, kept as SHA-256, compared in constant time.

A slow hash would add nothing: unlike a password, such a key cannot be guessed from a list.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Tells who a key belongs to.

    Attributes:
        store: Where the keys are kept.
        given: A key with every scope that the environment gives; None without.
    """

    store: AccessStore
    given: SecretStr | None = None

    def first_key(self) -> str | None:
        """Make the first key where there is none yet; it can be read only here, only now."""
        if self.given is not None or self.store.access_keys():
            return None
        key = made_key()
        scopes = tuple(sorted(ALL_SCOPES))
        self.store.save_access_key(AccessKey("first", digest(key), scopes))
        return key

    def find(self, sha256: str) -> Principal | None:
        """Who the key with that digest belongs to; None where nobody."""
        if self.given is not None and hmac.compare_digest(sha256, self._given_digest()):
            return Principal(_ENVIRONMENT, ALL_SCOPES)
        for stored in self.store.access_keys():
            if hmac.compare_digest(sha256, stored.sha256):
                scopes = frozenset(Scope(scope) for scope in stored.scopes)
                return Principal(stored.name, scopes, stored.windows)
        return None

    def _given_digest(self) -> str:
        return digest(self.given.get_secret_value()) if self.given else ""
