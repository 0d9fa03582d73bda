"""Receivers of a site: told, shown, replaced on reload, closed in the end."""

import pytest
from prometheus_client import CollectorRegistry

from tests.stored import event, state
from tests.unit.jobs.live import LOG, site, wait_until
from vision.errors import UsageError
from vision.jobs.mailroom import Mailroom, policy_of
from vision.jobs.meters import LiveCollector
from vision.ports import Batch
from vision.sources.live import CameraState, Health
from vision.store import Backlog
from vision.testing.stores import MemoryStore

HOOK = "{id: hook, kind: webhook, url: 'http://h'}"
BROKER = "{id: broker, kind: mqtt, host: h}"


def with_sinks(*sinks, **options):
    return site(more=f"sinks: [{', '.join(sinks)}]", **options)


class Board:
    """A receiver that takes everything and shows states."""

    def __init__(self, sink):
        self.name = sink.name
        self.letters, self.states, self.closed = [], [], False

    def send(self, letter):
        self.letters.append(letter.event["id"])

    def show(self, states):
        self.states += [one.window_id for one in states]

    def close(self):
        self.closed = True


@pytest.fixture
def made():
    """A mailroom with its store and the receivers that it opened."""
    store, opened = MemoryStore(), []

    def open_receiver(sink, _):
        if sink.name == "bad":
            raise UsageError("sink bad: environment variable X is not set")
        opened.append(Board(sink))
        return opened[-1]

    room = Mailroom(store, open_receiver, LOG)
    yield room, store, opened
    room.close()


def commit(room, store, *events):
    store.commit(Batch(events, notices=room.tell(events)))
    room.show([state("A03")])


def test_letters_and_states_reach_their_receivers(made):
    room, store, opened = made
    room.open(with_sinks(HOOK, BROKER), ())
    commit(room, store, event("a"), event("b"))
    wait_until(lambda: [one.letters for one in opened] == [["a", "b"]] * 2)
    assert [one.states for one in opened] == [["A03"]] * 2


def test_without_receivers_nothing_is_written_down(made):
    room, store, _ = made
    room.open(site(), ())
    commit(room, store, event("a"))
    assert store.due("hook", event("a").started_at.replace(year=9999)) == []


def test_a_site_with_the_same_receivers_leaves_them_in_peace(made):
    room, _, opened = made
    room.open(with_sinks(HOOK), ())
    room.open(with_sinks(HOOK, dwell_s=99), ())
    assert [one.closed for one in opened] == [False]


def test_changed_receivers_are_replaced_and_know_what_is_open(made):
    room, store, opened = made
    room.open(with_sinks(HOOK), ())
    room.show([state("A03")])
    told = HOOK.replace("}", ", on: [updated]}")
    room.open(with_sinks(told, BROKER), [event("a", length_s=None)])
    assert [(one.name, one.closed) for one in opened] == [
        ("hook", True), ("hook", False), ("broker", False),
    ]  # fmt: skip
    assert opened[1].states == ["A03"]
    commit(room, store, event("a", length_s=None))
    wait_until(lambda: opened[1].letters == ["a"])


def test_a_receiver_that_cannot_be_opened_changes_nothing(made):
    room, store, opened = made
    room.open(with_sinks(HOOK), ())
    with pytest.raises(UsageError, match="sink bad"):
        room.open(with_sinks(BROKER, HOOK.replace("id: hook", "id: bad")), ())
    assert [(one.name, one.closed) for one in opened] == [("hook", False), ("broker", True)]
    commit(room, store, event("a"))
    wait_until(lambda: opened[0].letters == ["a"])


@pytest.mark.parametrize(
    ("sink", "pace_s", "tries"),
    [
        (HOOK, 0.0, 50),
        (HOOK.replace("}", ", template: wecom}"), 3.5, 50),
        (HOOK.replace("}", ", template: dingtalk, tries: 3}"), 3.5, 3),
        (BROKER, 0.0, 50),
    ],
)
def test_robots_are_written_to_slowly(sink, pace_s, tries):
    policy = policy_of(with_sinks(sink).sinks[0])
    assert (policy.pace_s, policy.tries) == (pace_s, tries)


def test_metrics_tell_of_sub_streams():
    registry = CollectorRegistry()
    small = Health(CameraState.DEGRADED, dropped=3)
    health = {"c": Health(CameraState.DEGRADED, sub=small), "d": Health(CameraState.LIVE)}
    registry.register(LiveCollector(lambda: health, dict))

    def value(name, **labels):
        return registry.get_sample_value(name, labels)

    assert value("deportment_sub_stream_state", camera="c", state="degraded") == 1
    assert value("deportment_sub_stream_state", camera="c", state="live") == 0
    assert value("deportment_sub_stream_packets_dropped", camera="c") == 3
    assert value("deportment_sub_stream_state", camera="d", state="live") is None


def test_metrics_tell_of_cameras_and_letters():
    registry = CollectorRegistry()
    health = {"c": Health(CameraState.LOST, dropped=7)}
    registry.register(LiveCollector(lambda: health, lambda: {"hook": Backlog(2, 1)}))

    def value(name, **labels):
        return registry.get_sample_value(name, labels)

    assert value("deportment_camera_state", camera="c", state="lost") == 1
    assert value("deportment_camera_state", camera="c", state="live") == 0
    assert value("deportment_camera_packets_dropped", camera="c") == 7
    assert value("deportment_outbox_letters", sink="hook", kind="waiting") == 2
    assert value("deportment_outbox_letters", sink="hook", kind="dead") == 1
