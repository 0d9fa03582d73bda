"""From outcomes to figures."""

import pytest

from tests.unit.evaluation.event_cases import alarm, case, coverage, truth
from vision.evaluation.events_figures import Figures, Spread, camera_hours, evaluate_events


def phone(*cases: object) -> Figures:
    report = evaluate_events(cases)
    return next(one for one in report.rules if one.rule_id == "phone_use")


def test_figures_by_hand() -> None:
    truths = [truth(100, 160), truth(300, 360), truth(500, 560), truth(700, 704)]
    events = [alarm(111, 101, 161), alarm(313, 299, 356), alarm(320), alarm(900)]
    figures = phone(case(truths, events, [coverage(1800)]))
    assert (figures.due, figures.found, figures.not_due) == (3, 2, 1)
    assert (figures.false_alarms, figures.duplicates) == (2, 1)
    assert figures.recall == pytest.approx(2 / 3)
    assert figures.precision == pytest.approx(2 / 4)
    assert figures.f1 == pytest.approx(4 / 7)
    assert figures.camera_hours == 0.5
    assert figures.false_alarms_per_hour == 4
    assert figures.upper_bound_per_hour is None
    assert figures.latency == Spread(2, pytest.approx(2.9))
    assert figures.onset_error == Spread(1, 1)
    assert figures.offset_error == Spread(2.5, pytest.approx(3.85))
    assert figures.coverage == 0.5


@pytest.mark.parametrize(
    ("truths", "events", "expected"),
    [
        ([], [], (None, None, None)),
        ([truth(100, 160)], [], (0, None, 0)),
        ([], [alarm(110)], (None, 0, 0)),
        ([truth(100, 160)], [alarm(110)], (1, 1, 1)),
    ],
)
def test_a_figure_of_nothing_is_no_figure(
    truths: list, events: list, expected: tuple[float | None, ...]
) -> None:
    figures = phone(case(truths, events, [coverage(3600)]))
    assert (figures.recall, figures.precision, figures.f1) == expected


def test_without_false_alarms_the_rate_has_an_upper_bound() -> None:
    figures = phone(case([], [], [coverage(3600), coverage(3600, window_id="B01")]))
    assert (figures.camera_hours, figures.false_alarms_per_hour) == (2, 0)
    assert figures.upper_bound_per_hour == 1.5


def test_without_coverage_nothing_is_said_of_hours() -> None:
    figures = phone(case([truth(100, 160)], [alarm(110)]))
    assert figures.camera_hours is figures.false_alarms_per_hour is None
    assert figures.upper_bound_per_hour is figures.coverage is None


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ([coverage(3600), coverage(3600, window_id="A02")], 1),  # one camera sees both
        ([coverage(3600), coverage(0, window_id="A02")], 0.5),
        ([coverage(3600), coverage(1800, window_id="B01")], 1.5),
        ([coverage(3600), coverage(3600)], 2),  # two hours of one window
        ([coverage(3600, rule_id="smoking")], 0),
        ([], None),
    ],
)
def test_camera_hours(rows: list, hours: float | None) -> None:
    assert camera_hours([case([], [], rows)], {"phone_use"}) == hours


def test_recordings_are_judged_apart_and_summed() -> None:
    morning = case([truth(100, 160)], [], [coverage(3600)])
    evening = case([], [alarm(110)], [coverage(3600)])
    figures = phone(morning, evening)
    assert (figures.due, figures.found, figures.false_alarms) == (1, 0, 1)
    assert figures.camera_hours == 2


def test_rules_come_in_their_usual_order_and_the_total_holds_them_all() -> None:
    events = [alarm(110), alarm(50, rule_id="shorts"), alarm(70, rule_id="local_rule")]
    report = evaluate_events([case([truth(100, 160)], events)])
    assert [one.rule_id for one in report.rules] == ["shorts", "phone_use", "local_rule"]
    assert (report.total.rule_id, report.total.found, report.total.false_alarms) == ("all", 1, 2)
