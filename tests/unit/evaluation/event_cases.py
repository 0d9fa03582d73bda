"""Truth and alarms of one window, in seconds after one instant."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from vision.evaluation.events import EventCase
from vision.evaluation.truth import Truth, TruthKind
from vision.intervals import Interval
from vision.types import Coverage, Event, EventStatus, Provenance

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
DWELL_S = 10.0


def at(offset_s: float) -> datetime:
    return START + timedelta(seconds=offset_s)


def truth(
    start_s: float,
    end_s: float,
    kind: TruthKind = TruthKind.EVENT,
    rule_id: str = "phone_use",
    window_id: str = "A01",
    note: str = "",
) -> Truth:
    return Truth(kind, window_id, rule_id, Interval(at(start_s), at(end_s)), note)


def alarm(
    confirmed_s: float,
    started_s: float | None = None,
    ended_s: float | None = None,
    rule_id: str = "phone_use",
    window_id: str = "A01",
) -> Event:
    began_s = confirmed_s - DWELL_S if started_s is None else started_s
    return Event(
        id=f"{window_id}-{rule_id}-{confirmed_s}",
        window_id=window_id,
        camera_id="cam-1",
        rule_id=rule_id,
        status=EventStatus.OPEN if ended_s is None else EventStatus.CLOSED,
        started_at=at(began_s),
        confirmed_at=at(confirmed_s),
        ended_at=None if ended_s is None else at(ended_s),
        end_reason=None if ended_s is None else "cleared",
        score=0.8,
        reason="phone_in_hand",
        measured={},
        clauses=(),
        provenance=Provenance("d", "p", "c", "0", 1, "a.mp4"),
    )


def coverage(
    assessable_s: float,
    rule_id: str = "phone_use",
    window_id: str = "A01",
    scheduled_s: float = 3600.0,
) -> Coverage:
    return Coverage(window_id, rule_id, START, scheduled_s, assessable_s)


def case(
    truths: Sequence[Truth], events: Sequence[Event], rows: Sequence[Coverage] = ()
) -> EventCase:
    return EventCase(
        name="morning",
        truths=truths,
        events=events,
        dwell_s={("A01", "phone_use"): DWELL_S, ("A02", "phone_use"): DWELL_S},
        camera_of={"A01": "cam-1", "A02": "cam-1", "B01": "cam-2"},
        coverage=rows,
    )
