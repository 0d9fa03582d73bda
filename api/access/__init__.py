"""Who may ask for what: keys, their scopes, and the windows they reach."""

from api.access.keyring import KeyRing, made_key
from api.access.principal import ALL_SCOPES, Principal, Scope

__all__ = ["ALL_SCOPES", "KeyRing", "Principal", "Scope", "made_key"]
