"""Coverage adds up, hour by hour."""

from datetime import timedelta

import pytest

from tests.builders import T0, at
from vision.jobs.ledger import Ledger, by_hour
from vision.monitor import Segment
from vision.pipeline import Outcome, Span
from vision.types import VerdictKind

GOOD, BAD, UNKNOWN = VerdictKind.COMPLIANT, VerdictKind.VIOLATION, VerdictKind.UNKNOWN


def outcome(*spans):
    made = tuple(
        Span("vest", Segment(at(start), at(end), kind), reason)
        for start, end, kind, reason in spans
    )
    return Outcome("A", at(0), None, None, {}, (), made)


def test_a_span_is_cut_at_full_hours():
    pieces = list(by_hour(Segment(at(3590), at(7230), GOOD)))
    assert pieces == [
        (T0, 10.0), (T0 + timedelta(hours=1), 3600.0), (T0 + timedelta(hours=2), 30.0),
    ]  # fmt: skip


def test_kinds_and_reasons_are_told_apart():
    ledger = Ledger()
    ledger.add(
        [outcome((0, 10, GOOD, "ok"), (10, 14, BAD, "bad"), (14, 20, UNKNOWN, "feet_hidden"))]
    )
    ledger.add([outcome((20, 50, UNKNOWN, "lost"))])
    (row,) = ledger.draw()
    assert (row.scheduled_s, row.assessable_s, row.unknown_s, row.lost_s) == (50, 14, 6, 30)
    assert row.reasons_s == {"feet_hidden": 6, "lost": 30}
    assert row.scheduled_s == pytest.approx(row.assessable_s + row.unknown_s + row.lost_s)


def test_what_is_drawn_is_not_drawn_again():
    ledger = Ledger()
    ledger.add([outcome((0, 10, GOOD, "ok"))])
    assert len(ledger.draw()) == 1
    assert ledger.draw() == []
