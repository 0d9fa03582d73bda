"""Accounts of people, as they are made on the command line."""

import re

from api.access import ROLES, password_hash
from vision.access import AccessStore, Account
from vision.errors import UsageError

SHORTEST_PASSWORD = 12
_NAME = re.compile(r"[\w.@-]{1,64}")


def save_person(
    store: AccessStore,
    name: str,
    role: str,
    password: str,
    windows: frozenset[str] | None = None,
) -> None:
    """Make an account, or give the one with that name a new role, password and windows.

    Args:
        store: Where it is kept.
        name: Stands in the history of reviews; letters of any language, digits and ``.@_-``.
        role: ``clerk`` (reads, appeals), ``viewer``, ``reviewer`` or ``admin``.
        password: At least 12 letters; only its Argon2id hash is kept.
        windows: The windows that it may see; None for all.

    Raises:
        UsageError: If a part does not fit.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"account '{name[:64]}': expected letters, digits and . @ _ -")
    if role not in ROLES:
        raise UsageError(f"account '{name}': expected a role of {', '.join(ROLES)}, got '{role}'")
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"account '{name}': expected at least {SHORTEST_PASSWORD} letters")
    store.save_account(Account(name, password_hash(password), role, windows))
