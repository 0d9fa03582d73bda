"""Accounts of people, as they are made on the command line and by administrators."""

import re
from dataclasses import replace

from api.access import ROLES, Scope, password_hash, verified
from vision.access import AccessStore, Account
from vision.errors import Conflict, NotFound, UsageError

SHORTEST_PASSWORD = 12
_NAME = re.compile(r"[\w.@-]{1,64}")


def save_person(
    store: AccessStore,
    name: str,
    role: str,
    password: str | None,
    windows: frozenset[str] | None = None,
) -> None:
    """Make an account, or give the one with that name a new role, password and windows.

    A new password ends the sessions that were opened with the old one, and unlocks.

    Args:
        store: Where it is kept.
        name: Stands in the history of reviews; letters of any language, digits and ``.@_-``.
        role: ``clerk`` (reads, appeals), ``viewer``, ``reviewer`` or ``admin``.
        password: At least 12 letters; only its Argon2id hash is kept. None keeps the old one.
        windows: The windows that it may see; None for all.

    Raises:
        UsageError: If a part does not fit.
        Conflict: If it is the last account that may administer everything.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"account '{name[:64]}': expected letters, digits and . @ _ -")
    if role not in ROLES:
        raise UsageError(f"account '{name}': expected a role of {', '.join(ROLES)}, got '{role}'")
    if windows is not None or Scope.ADMIN not in ROLES[role]:
        _keep_one_admin(store, name)
    stored = store.account(name)
    if password is None:
        if stored is None:
            raise UsageError(f"account '{name}': expected a password, since it is new")
        store.save_account(replace(stored, role=role, windows=windows))
        return
    store.save_account(Account(name, _hash(name, password), role, windows))
    store.end_sessions(f"account:{name}")


def change_password(store: AccessStore, name: str, old: str, new: str) -> None:
    """Give an account a new password, for whoever knows the old one; ends all its sessions.

    Raises:
        NotFound: If there is no such account.
        UsageError: If the old one is wrong, or the new one too short.
    """
    stored = store.account(name)
    if stored is None:
        raise NotFound("account", name)
    if not verified(stored.password_hash, old):
        raise UsageError(f"account '{name}': the present password is another one")
    store.save_account(replace(stored, password_hash=_hash(name, new)))
    store.end_sessions(f"account:{name}")


def drop_person(store: AccessStore, name: str) -> None:
    """Take an account away; what it decided keeps its name.

    Raises:
        NotFound: If there is none with that name.
        Conflict: If it is the last account that may administer everything.
    """
    _keep_one_admin(store, name)
    store.drop_account(name)
    store.end_sessions(f"account:{name}")


def _hash(name: str, password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"account '{name}': expected at least {SHORTEST_PASSWORD} letters")
    return password_hash(password)


def _keep_one_admin(store: AccessStore, name: str) -> None:
    admins = [
        account.name
        for account in store.accounts()
        if Scope.ADMIN in ROLES[account.role] and account.windows is None
    ]
    if admins == [name]:
        raise Conflict(f"account '{name}' is the last administrator; make another one first")
