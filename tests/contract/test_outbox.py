"""What every outbox must do, the fake included."""

from datetime import timedelta

import pytest

from tests import postgresql
from tests.stored import T0, event
from vision.errors import StoreError
from vision.ports import Batch, Checkpoint, Notice
from vision.store import Backlog, SqlStore
from vision.testing.stores import MemoryStore
from vision.wire import event_to_json

HOUR = timedelta(hours=1)


@pytest.fixture
def memory():
    return MemoryStore()


@pytest.fixture
def sqlite(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as made:
        yield made


@pytest.fixture(scope="module")
def server():
    with postgresql.server() as url:
        yield url


@pytest.fixture
def postgres(server):
    with SqlStore(server) as made:
        yield made
        for sink in ("hook", "other"):
            made.revive(sink)
            while letters := made.due(sink, T0 + 1000 * HOUR):
                made.delivered(letters[0])


NEEDS_SERVER = pytest.mark.skipif(postgresql.MISSING, reason=postgresql.WHY)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=NEEDS_SERVER)])
def store(request):
    return request.getfixturevalue(request.param)


def notice(name, window="A", sink="hook", change="opened"):
    return Notice(sink, change, event(name, window_id=window))


def posted(store, *notices):
    store.commit(Batch([one.event for one in notices], notices=notices))


def ids(letters):
    return [letter.event["id"] for letter in letters]


def test_a_letter_tells_of_the_event_as_rest_would(store):
    posted(store, notice("a"))
    [letter] = store.due("hook", T0)
    assert letter.event == event_to_json(event("a", window_id="A"))
    assert (letter.sink, letter.window_id, letter.change) == ("hook", "A", "opened")
    assert (letter.tries, letter.failure) == (0, None)


def test_each_receiver_has_its_own(store):
    posted(store, notice("a"), notice("a", sink="other"))
    [letter] = store.due("hook", T0)
    store.delivered(letter)
    assert ids(store.due("hook", T0)) == []
    assert ids(store.due("other", T0)) == ["a"]


def test_one_letter_per_window_is_due_the_oldest(store):
    posted(store, notice("a"), notice("b"), notice("c", "B"), notice("d", "B"))
    assert ids(store.due("hook", T0)) == ["a", "c"]
    assert ids(store.due("hook", T0, limit=1)) == ["a"]
    store.delivered(store.due("hook", T0)[0])
    assert ids(store.due("hook", T0)) == ["b", "c"]


def test_a_failed_letter_waits_and_holds_back_its_window_only(store):
    posted(store, notice("a"), notice("b"), notice("c", "B"))
    store.failed(store.due("hook", T0)[0], "no answer", T0 + HOUR)
    assert ids(store.due("hook", T0)) == ["c"]
    letter = store.due("hook", T0 + HOUR)[0]
    assert (letter.event["id"], letter.tries, letter.failure) == ("a", 1, "no answer")


def test_a_dead_letter_is_kept_and_holds_back_nothing(store):
    posted(store, notice("a"), notice("b"))
    store.failed(store.due("hook", T0)[0], "refused", None)
    assert ids(store.due("hook", T0)) == ["b"]
    assert [(one.event["id"], one.failure) for one in store.dead_letters()] == [("a", "refused")]


def test_numbers_are_never_given_twice(store):
    posted(store, notice("a"))
    [first] = store.due("hook", T0)
    store.delivered(first)
    posted(store, notice("b"))
    assert store.due("hook", T0)[0].id > first.id


def test_a_batch_that_fails_tells_nobody(tmp_path):
    unwritable = Checkpoint("k", T0, None)
    with SqlStore(str(tmp_path / "events.db")) as store:
        with pytest.raises(StoreError):
            store.commit(Batch([event("a")], notices=[notice("a")], checkpoint=unwritable))
        assert store.due("hook", T0) == []


def test_backlogs_count_and_dead_letters_can_be_revived(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as store:
        posted(store, notice("a"), notice("b"), notice("c", sink="other"))
        store.failed(store.due("hook", T0)[0], "refused", None)
        assert store.backlogs() == {"hook": Backlog(1, 1), "other": Backlog(1, 0)}
        assert store.revive("hook") == 1
        assert ids(store.due("hook", T0)) == ["a"]
        assert store.dead_letters() == []
