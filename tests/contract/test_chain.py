"""The chain in SQLite and PostgreSQL: whatever is changed behind the store's back shows."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import postgresql
from tests.stored import T0, at, event
from vision.chain import Anchor, Told, compare, walk
from vision.errors import NotFound
from vision.keeping import Hold
from vision.ports import Batch, Checkpoint
from vision.store import SqlStore
from vision.store.schema import EventRow
from vision.types import Evidence, Review

CLIP = Evidence("clip", at(10), "f" * 64, "video/mp4")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql.server() as url:
        yield url


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgres", marks=pytest.mark.skipif(postgresql.MISSING, reason=postgresql.WHY)
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    address = {"sqlite": lambda: str(tmp_path / "e.db"), "postgres": lambda: _database(request)}
    with SqlStore(address[request.param]()) as opened:
        yield opened


def _database(request: pytest.FixtureRequest) -> str:
    server: str = request.getfixturevalue("server")
    name = "c" + hashlib.sha256(request.node.name.encode()).hexdigest()[:16]
    engine = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("@/postgres", f"@/{name}")


def breaks(store: SqlStore, *anchors: Anchor) -> list[str]:
    told = Told.nothing()
    found = [str(one) for one in walk(store.links(), told, anchors)]
    return found + [str(one) for one in compare(store.stored(), told)]


def kinds(store: SqlStore) -> str:
    return " ".join(link.record.kind for link in store.links())


def tamper(store: SqlStore, statement: str) -> None:
    with store._writing() as connection:
        connection.execute(text(statement))


def filled(store: SqlStore) -> SqlStore:
    store.commit(Batch([event("a", 0, None)]))
    store.commit(Batch([event("a"), event("b", 5, score=1, measured={"x": 1, "y": 0.1 + 0.2})]))
    store.add_review("a", Review("confirmed", "seen", "li", at(500)))
    store.add_review("a", Review("appealed", "工作电话", "wang", at(600)))
    store.note_config("hall", {"windows": ["A03"]})
    return store


def test_what_is_written_is_chained_and_fits(store: SqlStore) -> None:
    filled(store)
    assert kinds(store) == "genesis event event event review review config"
    assert breaks(store) == []
    head = store.chain_head()
    assert head is not None
    assert head.seq == 7


def test_the_same_configuration_is_recorded_once(store: SqlStore) -> None:
    said = [store.note_config("hall", {"b": n, "a": 1}) for n in (1, 1, 2, 1)]
    assert said == [True, False, True, True]
    assert kinds(store) == "genesis config config config"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE events SET score = 0.1 WHERE id = 'b'", ["link 4 (b): the event is not as"]),
        ("UPDATE events SET window_id = 'B9' WHERE id = 'a'", ["link 3 (a): the event is not"]),
        ("UPDATE events SET review_state = 'dismissed' WHERE id = 'a'", ["(a): its review is not"]),
        ("UPDATE reviews SET reviewer = 'x' WHERE id = 1", ["link 3 (a): its reviews are not as"]),
        ("DELETE FROM reviews", ["link 3 (a): its reviews are not as they were written"]),
        ("DELETE FROM events WHERE id = 'b'", ["link 4 (b): the event is missing"]),
        ("UPDATE chain SET at_us = at_us + 1 WHERE seq = 5", ["link 5 (a): this 'review'"]),
        ("UPDATE chain SET subject = 'b' WHERE seq = 2", ["link 2 (b): this 'event', its time"]),
        (
            "UPDATE chain SET body = '{}' WHERE seq = 7",
            ["link 7 (hall): the text of this 'config'"],
        ),
        ("DELETE FROM chain WHERE seq = 4", ["link 4 (a): missing: the next one has number 5"]),
    ],
)
def test_the_first_break_is_named(store: SqlStore, statement: str, expected: list[str]) -> None:
    filled(store)
    tamper(store, statement)
    found = breaks(store)
    assert [part in line for part, line in zip(expected, found, strict=False)] == [True]


def test_an_event_slipped_in_is_named(store: SqlStore) -> None:
    filled(store)
    columns = ", ".join(
        "'z'" if name == "id" else name
        for name in EventRow.__table__.columns.keys()  # noqa: SIM118
    )
    tamper(store, f"INSERT INTO events SELECT {columns} FROM events WHERE id = 'b'")
    assert breaks(store) == [
        "beside the chain (events): 1 events stand outside the chain; 0 are older than it"
    ]


def test_only_an_anchored_head_shows_that_the_end_was_cut_off(store: SqlStore) -> None:
    filled(store)
    head = store.chain_head()
    assert head is not None
    anchor = Anchor(head.seq, head.sha256)
    tamper(store, "DELETE FROM chain WHERE seq = 7")
    assert breaks(store) == []
    assert breaks(store, anchor) == [
        "link 7 (anchor): the chain ends at link 6: its end was cut off"
    ]
    tamper(store, "UPDATE counters SET value = 6 WHERE name = 'chain'")
    store.note_config("hall", {"windows": ["B1"]})
    assert "was made anew" in breaks(store, anchor)[0]


def test_writers_at_once_make_one_chain(store: SqlStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        batches = [Batch([event(f"{n:03}")]) for n in range(24)]
        assert list(pool.map(store.commit, batches)) == [None] * 24
    assert breaks(store) == []
    head = store.chain_head()
    assert head is not None
    assert head.seq == 25


def test_what_is_superseded_is_recorded_and_a_hold_keeps_it(store: SqlStore) -> None:
    old, new = (Checkpoint(key, at(9), "{}", done=True, footage="f") for key in ("old", "new"))
    store.commit(Batch([event("a"), event("b"), event("c")], checkpoint=old))
    store.place_hold(Hold("c", "case 7", "li", at(1)))
    store.commit(Batch([event("b")], checkpoint=new))
    assert kinds(store) == "genesis event event event hold event removed"
    assert breaks(store) == []
    assert store.event("c").id == "c"
    with pytest.raises(NotFound):
        store.event("a")


def test_a_clip_is_attached_once_and_survives_the_next_commit(store: SqlStore) -> None:
    store.commit(Batch([event("a", 0, None)]))
    before = store.last_change()
    for _ in range(2):
        store.attach("a", CLIP)
    later = Evidence("snapshot", at(30), "b" * 64, "image/jpeg")
    snapshot = event("a").evidence[0]
    store.commit(Batch([event("a", evidence=(snapshot, later))]))
    assert store.event("a").evidence == (snapshot, CLIP, later)
    assert store.last_change() > before
    assert breaks(store) == []
    with pytest.raises(NotFound):
        store.attach("x", CLIP)


def test_expiry_is_recorded_told_by_the_event_and_stops_at_holds(store: SqlStore) -> None:
    store.commit(Batch([event(name) for name in "abc"] + [event("d", 0, None)]))
    store.place_hold(Hold("b", "case 7", "li", at(1)))
    store.add_review("c", Review("appealed", "no", "wang", at(2)))
    pieces = store.pieces("snapshot")
    assert [(one.event_id, one.bound) for one in pieces] == [
        ("a", False), ("b", True), ("c", True), ("d", True),
    ]  # fmt: skip
    assert [one.event_id for one in store.expire(pieces, "age", at(99))] == ["a"]
    assert [item.expired_for for item in store.event("a").evidence] == ["age"]
    assert store.event("a").evidence[0].expired_at == at(99)
    assert [one.event_id for one in store.pieces("snapshot")] == ["b", "c", "d"]
    assert breaks(store) == []
    tamper(store, "UPDATE events SET evidence = (SELECT evidence FROM events WHERE id = 'a')")
    assert any("is marked as expired and was not" in line for line in breaks(store))


def test_bytes_are_discarded_once_no_event_needs_them(store: SqlStore) -> None:
    store.commit(Batch([event("a"), event("b", 9, 60)]))
    pieces = store.pieces("snapshot")
    store.expire(pieces[:1], "age", at(99))
    assert store.discarded() == []
    store.expire(pieces[1:], "age", at(99))
    assert store.discarded() == ["a" * 64]
    store.forget(["a" * 64])
    assert store.discarded() == []
    store.commit(Batch([event("c", evidence=(CLIP,))]))
    assert store.remove_events(at(1000), at(2000)) == 3
    assert store.discarded() == ["f" * 64]
    assert breaks(store) == []


def test_a_replaced_snapshot_is_discarded(store: SqlStore) -> None:
    first, second = (Evidence("snapshot", at(n), str(n) * 64, "image/jpeg") for n in (1, 2))
    store.commit(Batch([event("a", evidence=(first,))]))
    store.commit(Batch([event("a", evidence=(second,))]))
    assert store.discarded() == [first.sha256]


def test_events_are_removed_by_age_but_not_while_they_are_held(store: SqlStore) -> None:
    store.commit(Batch([event("a", 0), event("b", 1), event("c", 5000), event("d", 0, None)]))
    store.place_hold(Hold("b", "case 7", "li", at(1)))
    assert store.remove_events(at(1000), at(2000)) == 1
    store.release_hold("b", "li", at(3000))
    assert store.remove_events(at(1000), at(4000)) == 1
    assert [one.event_id for one in store.stored()] == ["c", "d"]
    assert breaks(store) == []
    with pytest.raises(NotFound, match="there is no hold on event 'b'"):
        store.release_hold("b", "li", at(3000))


def test_reviews_within_the_same_second_keep_their_order(store: SqlStore) -> None:
    store.commit(Batch([event("a")]))
    for state in ("confirmed", "dismissed", "confirmed"):
        store.add_review("a", Review(state, "x", "li", T0 + timedelta(seconds=1)))
    assert breaks(store) == []
