"""Who is looked at next, and which pictures are too old."""

import time
from threading import Thread

import pytest

from tests.media import numbered
from vision.jobs.admission import (
    MOST_USUAL_S,
    REMEMBERED_S,
    STALE_S,
    Lateness,
    Slots,
    TakingTurns,
)
from vision.testing.models import ScriptedDetector
from vision.types import Detections


def entering(slots, name, entered):
    def enter():
        slots.enter()
        entered.append(name)

    thread = Thread(target=enter, daemon=True)
    thread.start()
    thread.join(0.05)
    return thread


def test_no_more_than_the_slots_are_in_and_the_longest_waiting_comes_next():
    slots, entered = Slots(2), []
    threads = [entering(slots, number, entered) for number in range(5)]
    assert entered == [0, 1]
    for number in (2, 3, 4):
        slots.leave()
        threads[number].join(5)
        assert entered[-1] == number


def test_a_slot_that_is_left_with_nobody_waiting_is_free_again():
    slots, entered = Slots(1), []
    slots.enter()
    slots.leave()
    entering(slots, "next", entered).join(5)
    assert entered == ["next"]


def test_who_comes_back_at_once_waits_behind_the_others():
    slots, entered = Slots(1), []
    slots.enter()
    other = entering(slots, "other", entered)
    again = Thread(target=lambda: (slots.leave(), slots.enter(), entered.append("again")))
    again.start()
    other.join(5)
    time.sleep(0.05)
    assert entered == ["other"]
    slots.leave()
    again.join(5)
    assert entered == ["other", "again"]


def test_what_is_less_urgent_takes_its_turn_and_gives_it_back():
    slots, entered = Slots(1), []
    answer = [Detections.empty()]
    patient = TakingTurns(ScriptedDetector(lambda _: answer[0]), slots)
    slots.enter()
    asking = Thread(target=lambda: entered.extend(patient.detect([numbered(1)])))
    asking.start()
    asking.join(0.05)
    assert entered == []
    slots.leave()
    asking.join(5)
    assert entered == answer
    slots.enter()  # it has left


@pytest.mark.parametrize(
    ("came_s", "age_s", "is_late"),
    [
        ((), MOST_USUAL_S + STALE_S + 0.1, True),
        ((), MOST_USUAL_S + STALE_S - 0.1, False),
        ((0.0,), STALE_S + 0.1, True),
        ((0.0,), STALE_S - 0.1, False),
        ((0.7, 0.9), 0.7 + STALE_S + 0.1, True),
        ((0.7, 0.9), 0.7 + STALE_S - 0.1, False),
        ((90.0,), MOST_USUAL_S + STALE_S + 0.1, True),  # a stream that is always late is no excuse
    ],
)
def test_late_is_later_than_usual(came_s, age_s, is_late):
    lateness = Lateness()
    for number, after_s in enumerate(came_s):
        lateness.came(after_s, float(number))
    assert lateness.is_late(age_s) is is_late


def test_what_is_usual_is_learnt_anew():
    lateness = Lateness()
    for now_s in (0.0, REMEMBERED_S, 2 * REMEMBERED_S):
        lateness.came(0.1 if now_s == 0.0 else 1.0, now_s)
    assert not lateness.is_late(1.0 + STALE_S - 0.1)
    lateness.came(0.1, 2 * REMEMBERED_S + 1)
    assert lateness.is_late(1.0)
