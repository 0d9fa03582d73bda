"""Accounts as the command line makes them."""

import pytest

from api.people import save_person
from vision.errors import UsageError
from vision.testing.stores import MemoryStore

PASSWORD = "correct horse battery"


def test_only_a_hash_is_kept() -> None:
    store = MemoryStore()
    save_person(store, "李雷", "reviewer", PASSWORD, frozenset({"A01"}))
    account = store.account("李雷")
    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(account)
    assert (account.role, account.windows) == ("reviewer", frozenset({"A01"}))


def test_a_new_password_unlocks() -> None:
    store = MemoryStore()
    save_person(store, "li", "viewer", PASSWORD)
    first = store.account("li")
    save_person(store, "li", "admin", PASSWORD)
    second = store.account("li")
    assert first is not None
    assert second is not None
    assert (second.role, second.failures, second.locked_until) == ("admin", 0, None)
    assert first.password_hash != second.password_hash


@pytest.mark.parametrize(
    ("name", "role", "password", "words"),
    [
        ("", "viewer", PASSWORD, "letters, digits"),
        ("a b", "viewer", PASSWORD, "letters, digits"),
        ("x" * 65, "viewer", PASSWORD, "letters, digits"),
        ("li", "root", PASSWORD, "expected a role of clerk, viewer, reviewer, admin"),
        ("li", "viewer", "short", "at least 12"),
    ],
)
def test_what_is_refused(name: str, role: str, password: str, words: str) -> None:
    store = MemoryStore()
    with pytest.raises(UsageError, match=words):
        save_person(store, name, role, password)
    assert store.accounts() == []
