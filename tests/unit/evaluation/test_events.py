"""An alarm is due at onset + dwell, here after 10 s, and may come 2 s before to 10 s after."""

import pytest

from tests.unit.evaluation.event_cases import alarm, case, truth
from vision.evaluation.events import Outcome, judge_case
from vision.evaluation.truth import Truth, TruthKind
from vision.types import Event

DISTRACTOR, IGNORE = TruthKind.DISTRACTOR, TruthKind.IGNORE


def only(truths: list[Truth], events: list[Event]) -> Outcome:
    (outcome,) = judge_case(case(truths, events))
    return outcome


def counts(outcome: Outcome) -> tuple[int, int, int, int, int]:
    duplicates = [one for one in outcome.false_alarms if one.duplicate]
    return (
        len(outcome.matches),
        len(outcome.missed),
        len(outcome.false_alarms),
        len(duplicates),
        len(outcome.ignored),
    )


@pytest.mark.parametrize(
    ("confirmed_s", "expected"),
    [
        (107.9, (0, 1, 1, 0, 0)),
        (108.0, (1, 0, 0, 0, 0)),
        (110.0, (1, 0, 0, 0, 0)),
        (120.0, (1, 0, 0, 0, 0)),
        (120.1, (0, 1, 1, 0, 0)),
        (500.0, (0, 1, 1, 0, 0)),
    ],
)
def test_an_alarm_is_in_time_or_it_is_false(confirmed_s: float, expected: tuple[int, ...]) -> None:
    assert counts(only([truth(100, 160)], [alarm(confirmed_s)])) == expected


@pytest.mark.parametrize(
    ("truths", "alarms_s", "expected"),
    [
        # one to one
        ([(100, 160)], [], (0, 1, 0, 0, 0)),
        ([], [110], (0, 0, 1, 0, 0)),
        ([(100, 160), (200, 260)], [110, 210], (2, 0, 0, 0, 0)),
        ([(100, 160), (200, 260)], [210], (1, 1, 0, 0, 0)),
        ([(100, 160)], [110, 112], (1, 0, 1, 1, 0)),
        # further alarms inside a found event are duplicates, after its end they are not
        ([(100, 160)], [110, 130, 150], (1, 0, 2, 2, 0)),
        ([(100, 160)], [110, 175], (1, 0, 1, 0, 0)),
        # inside an event that was missed an alarm is false, but no duplicate
        ([(100, 160)], [140], (0, 1, 1, 0, 0)),
        # two events that wait at the same time: both can be served, in whatever order
        ([(100, 111), (108, 120)], [119, 119.5], (2, 0, 0, 0, 0)),
        ([(100, 111), (108, 120)], [116.5, 127], (2, 0, 0, 0, 0)),
        ([(100, 111), (108, 120)], [127, 128], (1, 1, 1, 0, 0)),
    ],
)
def test_matching(
    truths: list[tuple[float, float]], alarms_s: list[float], expected: tuple[int, ...]
) -> None:
    outcome = only([truth(*span) for span in truths], [alarm(each) for each in alarms_s])
    assert counts(outcome) == expected


@pytest.mark.parametrize(
    ("end_s", "not_due", "missed"), [(109.9, 1, 0), (110.0, 0, 1), (200.0, 0, 1)]
)
def test_what_is_shorter_than_the_dwell_is_not_due(end_s: float, not_due: int, missed: int) -> None:
    outcome = only([truth(100, end_s)], [])
    assert (len(outcome.not_due), len(outcome.missed)) == (not_due, missed)


def test_an_alarm_in_what_is_shorter_than_the_dwell_is_false() -> None:
    assert counts(only([truth(100, 105)], [alarm(110)])) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("region", "rule_id", "alarms_s", "expected"),
    [
        ((100, 200), "*", [150], (0, 0, 0, 0, 1)),
        ((100, 200), "phone_use", [150], (0, 0, 0, 0, 1)),
        ((100, 200), "smoking", [150], (0, 0, 1, 0, 0)),
        ((100, 200), "*", [205], (0, 0, 0, 0, 1)),  # began in it
        ((100, 200), "*", [215], (0, 0, 1, 0, 0)),
        ((100, 200), "*", [99], (0, 0, 1, 0, 0)),
    ],
)
def test_alarms_in_ignored_regions_do_not_count(
    region: tuple[float, float], rule_id: str, alarms_s: list[float], expected: tuple[int, ...]
) -> None:
    outcomes = judge_case(
        case([truth(*region, IGNORE, rule_id)], [alarm(each) for each in alarms_s])
    )
    assert counts(outcomes[0]) == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ((95, 105), (0, 0, 0, 0, 1)),  # cuts into the wait: neither found nor missed
        ((110, 150), (1, 0, 0, 0, 0)),  # after the alarm was due
        ((0, 100), (1, 0, 0, 0, 0)),  # up to the onset
    ],
)
def test_an_event_whose_wait_is_cut_is_not_due(
    region: tuple[float, float], expected: tuple[int, ...]
) -> None:
    truths = [truth(100, 160), truth(*region, IGNORE, "*")]
    assert counts(only(truths, [alarm(115)])) == expected


def test_a_false_alarm_names_its_distractor() -> None:
    truths = [truth(100, 130, DISTRACTOR, note="handset"), truth(300, 330, DISTRACTOR, note="card")]
    outcome = only(truths, [alarm(112), alarm(200)])
    assert [one.mistaken_for for one in outcome.false_alarms] == ["handset", ""]


def test_windows_and_rules_are_judged_apart() -> None:
    outcomes = judge_case(
        case(
            [truth(100, 160), truth(100, 160, window_id="A02")],
            [alarm(110, window_id="A02"), alarm(110, rule_id="smoking")],
        )
    )
    assert [(one.window_id, one.rule_id, *counts(one)[:3]) for one in outcomes] == [
        ("A01", "phone_use", 0, 1, 0),
        ("A01", "smoking", 0, 0, 1),
        ("A02", "phone_use", 1, 0, 0),
    ]


def test_errors_are_measured_from_the_truth() -> None:
    (match,) = only([truth(100, 160)], [alarm(113, 99, 162.5)]).matches
    assert (match.latency_s, match.onset_error_s, match.offset_error_s) == (3, -1, 2.5)
    (still_open,) = only([truth(100, 160)], [alarm(109)]).matches
    assert (still_open.latency_s, still_open.offset_error_s) == (-1, None)
