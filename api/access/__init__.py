"""Who may ask for what: keys, accounts, sessions, scopes, and the windows they reach."""

from api.access.gate import Gate, password_hash, same, verified
from api.access.keyring import KeyRing, digest, made_key
from api.access.principal import ALL_SCOPES, ROLES, Principal, Scope

__all__ = [
    "ALL_SCOPES",
    "ROLES",
    "Gate",
    "KeyRing",
    "Principal",
    "Scope",
    "digest",
    "made_key",
    "password_hash",
    "same",
    "verified",
]
