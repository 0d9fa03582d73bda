"""What every store must do for the service: keys, accounts, sessions, decisions, changes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stored import T0, event
from vision.access import AccessKey, Account, Session
from vision.errors import Conflict, NotFound
from vision.ports import Batch
from vision.store import SqlStore
from vision.testing.stores import MemoryStore
from vision.types import Review

Store = SqlStore | MemoryStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with SqlStore(str(tmp_path / "events.db")) as sqlite:
        yield {"memory": MemoryStore(), "sqlite": sqlite}[request.param]


def test_keys_are_kept_by_name(store: Store) -> None:
    one = AccessKey("b", "1" * 64, ("read",), frozenset({"A01", "A02"}))
    other = AccessKey("a", "2" * 64, ("read", "admin"))
    for key in (one, other, AccessKey("b", "3" * 64, ())):
        store.save_access_key(key)
    assert store.access_keys() == [other, AccessKey("b", "3" * 64, ())]
    store.drop_access_key("a")
    assert [key.name for key in store.access_keys()] == ["b"]
    with pytest.raises(NotFound, match="no key 'a'"):
        store.drop_access_key("a")


def test_accounts_are_kept_by_name(store: Store) -> None:
    locked = Account("li", "$argon2id$1", "clerk", frozenset({"A01"}), 5, T0)
    store.save_account(Account("li", "$argon2id$0", "viewer"))
    store.save_account(locked)
    store.save_account(Account("an", "$argon2id$2", "admin"))
    assert store.account("li") == locked
    assert store.account("nobody") is None
    assert [account.name for account in store.accounts()] == ["an", "li"]


def test_accounts_and_their_sessions_go(store: Store) -> None:
    store.save_account(Account("li", "$argon2id$0", "viewer"))
    for token, subject in (("a", "account:li"), ("b", "account:li"), ("c", "account:lin")):
        store.save_session(Session(token, subject, "c", T0 + timedelta(hours=1)), T0)
    store.end_sessions("account:li")
    assert [store.session(token) is None for token in "abc"] == [True, True, False]
    store.drop_account("li")
    assert store.account("li") is None
    with pytest.raises(NotFound, match="no account 'li'"):
        store.drop_account("li")


def test_sessions_end_and_expire(store: Store) -> None:
    old, young = (
        Session(name, "key:x", "c", T0 + timedelta(hours=n)) for n, name in ((1, "o"), (3, "y"))
    )
    store.save_session(old, T0)
    assert store.session("o") == old
    store.save_session(young, T0 + timedelta(hours=2))
    assert (store.session("o"), store.session("y")) == (None, young)
    store.end_session("y")
    store.end_session("y")
    assert store.session("y") is None


def test_a_decision_on_a_state_that_has_passed_is_refused(store: Store) -> None:
    store.commit(Batch([event("1")]))
    store.add_review("1", Review("confirmed", None, "li", T0), "unreviewed")
    with pytest.raises(Conflict, match="confirmed by now"):
        store.add_review("1", Review("dismissed", "x", "wu", T0), "unreviewed")
    with pytest.raises(NotFound):
        store.add_review("none", Review("dismissed"), "unreviewed")
    assert [review.state for review in store.reviews("1")] == ["confirmed"]


def test_changes_come_once_in_their_order(store: Store) -> None:
    assert (store.last_change(), store.changes(0, 10)) == (0, [])
    store.commit(Batch([event("1"), event("2")]))
    first = store.changes(0, 10)
    assert [(number, one.id) for number, one in first] == [(1, "1"), (2, "2")]
    store.commit(Batch([event("3")]))
    store.add_review("1", Review("confirmed", None, "li", T0))
    assert [(number, one.id) for number, one in store.changes(2, 10)] == [(3, "3"), (4, "1")]
    assert store.changes(2, 10)[1][1].review.state == "confirmed"
    assert [number for number, _ in store.changes(0, 2)] == [2, 3]
    assert store.last_change() == 4


def test_a_batch_that_fails_uses_no_number(store: Store) -> None:
    store.commit(Batch([event("1")]))
    store.commit(Batch())
    assert store.last_change() == 1


def test_tally_counts_by_place_review_and_quarter(store: Store) -> None:
    store.commit(
        Batch(
            [
                event("1", 0, 30),
                event("2", 60, 30),
                event("3", 901, None),
                event("4", 0, 10, window_id="A01"),
                event("5", 0, 10, rule_id="vest"),
                event("6", 7200, 10),
            ]
        )
    )
    store.add_review("2", Review("confirmed", None, "li", T0))
    nine = T0.replace(minute=0, second=0, microsecond=0)
    found = store.tally(None, None, T0, T0 + timedelta(hours=2))
    shown = [
        (
            one.window_id,
            one.rule_id,
            one.review,
            (one.at - nine).seconds,
            one.events,
            one.duration_s,
        )
        for one in found
    ]
    assert shown == [
        ("A01", "phone_use", "unreviewed", 0, 1, 10),
        ("A03", "phone_use", "confirmed", 900, 1, 30),
        ("A03", "phone_use", "unreviewed", 0, 1, 30),
        ("A03", "phone_use", "unreviewed", 900, 1, 0),
        ("A03", "vest", "unreviewed", 0, 1, 10),
    ]
    assert store.tally(["A01"], "vest", T0, T0 + timedelta(hours=2)) == []
    assert [one.window_id for one in store.tally(["A01"], None, T0, T0 + timedelta(hours=1))] == [
        "A01"
    ]
