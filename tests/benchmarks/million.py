"""Fills a database for the load tool: ``python -m tests.benchmarks.million DB [EVENTS]``.

A year of forty windows, as a hall might have it: every rule, a tenth of them reviewed, a few open,
most with a picture. The same numbers give the same database.
"""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from vision.ports import Batch
from vision.store import SqlStore
from vision.types import Event, EventStatus, Evidence, Provenance, Review

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_S = 365 * 86_400
RULES = ("phone_use", "smoking", "slippers", "vest", "shorts", "slouching", "sleeping")
STATES = ("confirmed", "dismissed", "appealed", "upheld", "overturned")
BATCH = 5000
OPEN = 40


def event(number: int, of: int, dice: random.Random) -> Event:
    started = FIRST + timedelta(seconds=YEAR_S * number / of)
    ended = started + timedelta(seconds=dice.expovariate(1 / 90) + 3)
    lasts = number >= of - OPEN
    picture = Evidence("snapshot", started, f"{dice.getrandbits(256):064x}", "image/jpeg")
    return Event(
        id=f"01M{number:09d}",
        window_id=f"A{dice.randrange(40) + 1:02d}",
        camera_id=f"cam-{dice.randrange(10)}",
        rule_id=dice.choice(RULES) if dice.random() < 0.7 else "leaving_post",
        status=EventStatus.OPEN if lasts else EventStatus.CLOSED,
        started_at=started,
        confirmed_at=started + timedelta(seconds=3),
        ended_at=None if lasts else ended,
        end_reason=None if lasts else "cleared",
        score=round(dice.random(), 4),
        reason="phone_in_hand",
        measured={"distance_norm": round(dice.random(), 3), "limit": 0.5, "margin": 0.31},
        clauses=("SZ 一.(一)",),
        provenance=Provenance("d" * 64, "p" * 64, "c" * 64, "0.1.0", 1, "cam-1"),
        evidence=(picture,) if dice.random() < 0.8 else (),
        review=Review(dice.choice(STATES), "seen", "li", ended)
        if dice.random() < 0.1 and not lasts
        else Review(),
    )


def batches(of: int) -> Iterator[list[Event]]:
    dice = random.Random(1)
    for first in range(0, of, BATCH):
        yield [event(number, of, dice) for number in range(first, min(of, first + BATCH))]


if __name__ == "__main__":
    target, *how_many = sys.argv[1:]
    with SqlStore(target) as store:
        for events in batches(int(how_many[0]) if how_many else 1_000_000):
            store.commit(Batch(events))
            sys.stderr.write(f"\r{events[-1].id}")
