"""Letters are neither lost nor reordered within a window, whatever the receiver does."""

import random
import subprocess
import sys
import time
from collections import defaultdict
from datetime import timedelta

import pytest
import structlog

from tests.stored import event
from tests.unit.sinks.letters import NOW, WORDING
from tests.unit.sinks.receivers import hook
from vision.errors import DeliveryError
from vision.ports import Batch, Notice
from vision.sinks import Courier, DeliveryPolicy, WebhookReceiver
from vision.store import SqlStore
from vision.testing.stores import MemoryStore

LOG = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])
QUICK = DeliveryPolicy(retry_s=0.01, longest_retry_s=0.02, poll_s=0.02)
WINDOWS = ("A", "B", "C")


def post(store, count, first=0):
    for number in range(first, first + count):
        window = WINDOWS[number % len(WINDOWS)]
        told = event(f"{number:03}", window_id=window)
        store.commit(Batch([told], notices=[Notice("hook", "closed", told)]))


def expected(count):
    order = defaultdict(list)
    for number in range(count):
        order[WINDOWS[number % len(WINDOWS)]].append(f"{number:03}")
    return dict(order)


def by_window(messages):
    """Event ids per window in the order of their arrival; repetitions, known by number, once."""
    order, seen = defaultdict(list), set()
    for message in messages:
        if message["delivery"] not in seen:
            order[message["event"]["window_id"]].append(message["event"]["id"])
        seen.add(message["delivery"])
    return dict(order)


def wait_until(true, longest_s=20.0):
    until_s = time.monotonic() + longest_s
    while not true() and time.monotonic() < until_s:
        time.sleep(0.01)
    assert true()


class Scripted:
    """A receiver that answers as scripted, then takes everything."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.taken = []

    def send(self, letter):
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.taken.append(letter.event["id"])


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += timedelta(seconds=seconds)


def courier(store, receiver, policy=None, clock=None):
    return Courier(
        "hook", store, receiver, policy or DeliveryPolicy(), LOG,
        now=clock or Clock(), random=random.Random(1),
    )  # fmt: skip


DOWN = DeliveryError("no answer")
NO = DeliveryError("answered with status 400", refused=True)


def test_a_round_takes_one_letter_per_window():
    store, receiver = MemoryStore(), Scripted()
    post(store, 6)
    carrying = courier(store, receiver)
    assert [carrying.round() for _ in range(3)] == [3, 3, 0]
    assert receiver.taken == ["000", "001", "002", "003", "004", "005"]


def test_a_failure_is_tried_again_later_and_later():
    store, receiver, clock = MemoryStore(), Scripted(*[DOWN] * 4), Clock()
    post(store, 1)
    carrying = courier(store, receiver, clock=clock)
    waits = []
    for _ in range(4):
        carrying.round()
        waits.append((store._letters[1].again_at - clock.now).total_seconds())
        clock.now = store._letters[1].again_at
    low_high = [(0.5, 1), (1, 2), (2, 4), (4, 8)]
    assert all(low <= wait <= high for wait, (low, high) in zip(waits, low_high, strict=True))
    assert carrying.round() == 1


def test_a_failure_holds_back_its_own_window_only():
    store, receiver, clock = MemoryStore(), Scripted(DOWN), Clock()
    post(store, 6)
    carrying = courier(store, receiver, clock=clock)
    for _ in range(3):
        carrying.round()
    assert receiver.taken == ["001", "002", "004", "005"]
    clock.pass_by(1)
    carrying.round()
    carrying.round()
    assert receiver.taken[4:] == ["000", "003"]


@pytest.mark.parametrize(("failure", "tries"), [(DOWN, 8), (NO, 5)])
def test_a_letter_is_given_up_after_its_tries(failure, tries):
    store, receiver, clock = MemoryStore(), Scripted(*[failure] * 99), Clock()
    post(store, 1)
    carrying = courier(store, receiver, DeliveryPolicy(tries=8), clock)
    for _ in range(20):
        carrying.round()
        clock.pass_by(600)
    [dead] = store.dead_letters()
    assert (dead.tries, dead.failure) == (tries, failure.reason)


def test_the_pace_of_a_robot_is_kept():
    store, receiver = MemoryStore(), Scripted()
    post(store, 3)
    started_s = time.monotonic()
    courier(store, receiver, DeliveryPolicy(pace_s=0.1)).round()
    assert time.monotonic() - started_s >= 0.3


def test_a_receiver_that_fails_hangs_and_lies_gets_all_in_order(tmp_path):
    with SqlStore(str(tmp_path / "events.db")) as store, hook() as there:
        there.moods = ["500", "late", "close", "halfway", "200", "429", "close", "503", "late"] * 2
        with (
            WebhookReceiver(there.url, WORDING, timeout_s=0.1) as receiver,
            Courier("hook", store, receiver, QUICK, LOG),
        ):
            post(store, 24)
            wait_until(lambda: not store.backlogs())
        assert by_window(there.accepted()) == expected(24)


def test_a_receiver_that_comes_back_gets_what_it_missed(tmp_path):
    with hook() as gone:
        port = gone.port
    with SqlStore(str(tmp_path / "events.db")) as store:
        receiver = WebhookReceiver(f"http://127.0.0.1:{port}/hook", WORDING, timeout_s=0.2)
        with receiver, Courier("hook", store, receiver, QUICK, LOG):
            post(store, 9)
            wait_until(lambda: store.due("hook", NOW + timedelta(days=999))[0].tries > 2)
            with hook(port) as back:
                wait_until(lambda: not store.backlogs())
        assert by_window(back.accepted()) == expected(9)


PROGRAM = """
import sys, structlog
from tests.stored import event
from tests.unit.sinks.test_courier import QUICK, post
from tests.unit.sinks.letters import WORDING
from vision.sinks import Courier, WebhookReceiver
from vision.store import SqlStore
store = SqlStore(sys.argv[1])
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
with Courier("hook", store, WebhookReceiver(sys.argv[2], WORDING, timeout_s=0.2), QUICK,
             structlog.get_logger()):
    print("up", flush=True)
    sys.stdin.read()
"""


def test_a_courier_that_is_killed_loses_and_reorders_nothing(tmp_path):
    path, count = str(tmp_path / "events.db"), 30
    with SqlStore(path) as store, hook() as there:
        post(store, count)
        there.moods = ["200", "late", "500"] * 4
        for seen in (3, 12):
            with subprocess.Popen(
                [sys.executable, "-c", PROGRAM, path, there.url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            ) as running:
                running.stdout.readline()
                wait_until(lambda at_least=seen: len(there.requests) >= at_least)
                running.kill()
        with (
            WebhookReceiver(there.url, WORDING, timeout_s=0.2) as receiver,
            Courier("hook", store, receiver, QUICK, LOG),
        ):
            wait_until(lambda: not store.backlogs())
        assert by_window(there.accepted()) == expected(count)
