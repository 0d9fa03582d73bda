"""Exempt time: nothing opens, what is open ends, and coverage says so."""

from collections import defaultdict

import pytest

from tests.builders import T0, at, seconds
from tests.unit.pipeline.halls import GROUP, SITE, SITTING, Hall, closed, footage, outcomes, people
from vision.pipeline import CameraProgress, lost, outage
from vision.types import Detections, Exemption, ExemptionKind, Exemptions

ABSENCE, CLOSED = ExemptionKind.APPROVED_ABSENCE, ExemptionKind.CLOSED
NOBODY = Detections.empty()


def allowed(*spans, kind=ABSENCE, window="A"):
    return Exemptions(
        tuple(
            Exemption("E", window, kind, at(start), at(end), "r", "w", T0, "li")
            for start, end in spans
        )
    )


def away(second, half):
    """A is empty from 10 on, B never."""
    return NOBODY if half == 0 and second >= 10.1 else people(SITTING)


CASES = [
    (allowed(), [(10.2, 60.0, "source_ended")]),
    (allowed((0, 100)), []),
    (allowed((10, 100)), []),
    (allowed((13, 100)), []),  # before the dwell is over
    (allowed((30, 100)), [(10.2, 28.0, "exempt")]),
    (allowed((0, 30)), [(30.0, 60.0, "source_ended")]),
    (allowed((0, 57)), []),  # too little is left
    (allowed((20, 30)), [(10.2, 18.0, "exempt"), (30.0, 60.0, "source_ended")]),
    (allowed((0, 100), kind=CLOSED), []),
    (allowed((30, 100), kind=CLOSED), [(10.2, 28.0, "exempt")]),
    (allowed((0, 100), window="B"), [(10.2, 60.0, "source_ended")]),
]


@pytest.mark.parametrize(("known", "expected"), CASES)
def test_an_allowed_absence_is_none(known, expected):
    found = closed(Hall(away, exemptions=lambda: known).run(footage(60)))
    assert [(start, end, why) for _, _, start, end, why in found] == expected


def spent(turns):
    seconds_of = defaultdict(float)
    for one in outcomes(turns):
        for span in one.spans:
            exempt = span.reason == "exempt"
            seconds_of[one.window_id, span.rule_id, exempt] += span.segment.duration_s
    return seconds_of


def test_an_allowed_absence_is_out_of_the_schedule_of_presence_alone():
    known = allowed((20, 50))
    time = spent(Hall(away, exemptions=lambda: known).run(footage(60)))
    assert time["A", "leaving_post", True] == pytest.approx(30, abs=0.1)
    assert time["A", "leaving_post", False] == pytest.approx(30, abs=2.1)
    assert time["A", "smoking", True] == time["B", "leaving_post", True] == 0
    assert time["A", "smoking", False] == pytest.approx(60, abs=0.1)


def test_a_closed_window_is_not_looked_at():
    known = allowed((0, 100), kind=CLOSED)
    hall = Hall(away, exemptions=lambda: known)
    turns = hall.run(footage(60))
    assert set(hall.detector.batches) == {1}
    assert {one.window_id for one in outcomes(turns) if one.observation} == {"B"}
    time = spent(turns)
    assert time["A", "leaving_post", True] == time["A", "smoking", True]
    assert time["A", "smoking", True] == pytest.approx(59.8, abs=0.3)
    assert time["A", "smoking", False] == 0


def test_one_entered_while_the_analysis_runs_counts_from_the_next_picture():
    known = [Exemptions()]
    hall = Hall(away, exemptions=lambda: known[0])
    turns = []
    for turn in hall.pipeline.run(footage(60)):
        turns.append(turn)
        known[0] = allowed((0, 100)) if seconds(turn.at) >= 40 else Exemptions()
    assert closed(turns) == [("A", "leaving_post", 10.2, 40.0, "exempt")]


def test_a_window_with_an_approved_absence_is_not_missed_in_its_group():
    gone = lambda second, half: NOBODY if second >= 10.1 and half == 1 else people(SITTING)  # noqa: E731
    both = SITE + GROUP
    assert [row[0] for row in closed(Hall(gone, both).run(footage(60)))] == ["B"]
    known = allowed((0, 100))
    # B's clerk sits at A, whose own clerk is allowed to be away
    assert closed(Hall(gone, both, lambda: known).run(footage(60))) == []


def test_lost_time_at_an_exempt_window_is_exempt_and_not_lost():
    known = allowed((10, 20), kind=CLOSED)
    plan = Hall(away, exemptions=lambda: known).plan
    progress, reasons = CameraProgress(), defaultdict(float)
    for second in range(0, 31, 5):
        turn = lost(plan, progress, at(second))
        progress = turn.progress
        for one in turn.outcomes:
            for span in one.spans:
                reasons[one.window_id, span.rule_id, span.reason] += span.segment.duration_s
    assert reasons["A", "smoking", "exempt"] == 10
    assert reasons["A", "smoking", "lost"] == pytest.approx(15, abs=5.1)
    assert reasons["B", "smoking", "lost"] == 30


def test_an_outage_counts_exempt_time_apart():
    known = allowed((100, 300), kind=CLOSED)
    plan = Hall(away, exemptions=lambda: known).plan
    turns, _ = outage(plan, CameraProgress(), T0, at(600))
    reasons = defaultdict(float)
    for one in outcomes(turns):
        for span in one.spans:
            reasons[one.window_id, span.rule_id, span.reason] += span.segment.duration_s
    assert reasons["A", "smoking", "exempt"] == 200
    assert reasons["A", "smoking", "lost"] == 400
    assert reasons["B", "smoking", "lost"] == 600
