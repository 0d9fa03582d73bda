"""``kill -9`` at random moments: events and letters are neither lost, doubled nor reordered."""

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from itertools import pairwise

from tests.unit.sinks.receivers import hook
from vision.ports import EventFilter
from vision.store import SqlStore

KILLS = int(os.environ.get("DEPORTMENT_KILLS", "3"))
PROGRAM = """
import sys
from tests.unit.jobs.live_process import main
main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
"""


def start(path, url, began_s):
    arguments = [sys.executable, "-c", PROGRAM, path, url, str(began_s)]
    running = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "up\n"
    return running


def stored(path):
    with SqlStore(path) as store:
        return {one.id: one for one in store.events(EventFilter(newest_first=False, limit=5000))}


def told(there):
    """By window the changes in the order in which they were told, repetitions once."""
    order, seen = defaultdict(list), set()
    for message in there.accepted():
        if message["delivery"] not in seen:
            event = message["event"]
            order[event["window_id"]].append((message["type"], event["id"]))
        seen.add(message["delivery"])
    return order


def test_nothing_is_lost_doubled_or_reordered(tmp_path):
    path, chance = str(tmp_path / "events.db"), random.Random(7)
    began_s = time.time()
    before = {}
    with hook() as there:
        there.moods = ["500", "200", "close"] * KILLS
        for _ in range(KILLS):
            running = start(path, there.url, began_s)
            time.sleep(chance.uniform(0.3, 1.5))
            running.kill()
            running.wait()
            running.stdout.close()
            after = stored(path)
            assert before.keys() <= after.keys()
            before = after
        last = start(path, there.url, began_s)
        time.sleep(1.5)
        last.terminate()
        assert last.wait(15) == 0
        last.stdout.close()
        events = stored(path)
        with SqlStore(path) as store:
            assert not store.dead_letters()
            waiting = sum(one.waiting for one in store.backlogs().values())
    by_window = defaultdict(list)
    for event in events.values():
        by_window[event.window_id].append(event)
    assert len(events) >= 2
    messages = told(there)
    for window, listed in by_window.items():
        for first, second in pairwise(listed):
            assert first.ended_at is not None
            assert first.ended_at <= second.started_at
        wanted = [(f"event.{change}", one.id) for one in listed for change in changes(one)]
        assert messages[window] == wanted[: len(messages[window])]
    assert sum(map(len, messages.values())) + waiting == sum(
        len(changes(one)) for one in events.values()
    )


def changes(event):
    return ["opened"] if event.ended_at is None else ["opened", "closed"]
