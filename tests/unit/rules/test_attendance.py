"""Late arrival and early leaving: what is asked, and what only the end of service tells."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import at, observation, person, policy, seconds, told
from vision.config import CalendarConfig, Schedule
from vision.monitor import MonitorState, finish, step
from vision.rules.attendance import AttendanceRule
from vision.types import Cover, Presence

HOURS = CalendarConfig.model_validate({"service_hours": [{"from": "01:00", "to": "02:00"}]})
RULE = AttendanceRule(Schedule(HOURS, ZoneInfo("UTC")))
"""Service begins at T0 and lasts an hour."""


def known(watched=0.0, settled=None):
    return Presence(
        watched_since=None if watched is None else at(watched),
        settled_at=None if settled is None else at(settled),
    )


NOT_ARRIVED = [
    (known(0), "late_arrival", False),
    (known(-500), "late_arrival", False),
    (known(60), "late_arrival", False),
    (known(61), "left_early", True),  # nobody knows who was there before the watch began
    (known(None), "left_early", True),
    (known(0, settled=-1), "late_arrival", False),  # of the shift before
    (known(0, settled=0), "left_early", True),
    (known(0, settled=300), "left_early", True),
]


@pytest.mark.parametrize(("presence", "reason", "provisional"), NOT_ARRIVED)
def test_an_empty_post_is_late_before_arrival_and_perhaps_early_after_it(
    presence, reason, provisional
):
    verdict = RULE.judge(observation(second=600, presence=presence))
    assert (verdict.kind, verdict.reason) == ("violation", reason)
    assert verdict.provisional is provisional


OTHERWISE = [
    (observation(person(), second=600, presence=known()), "compliant", "present"),
    (observation(second=600, doubtful_persons=0.2), "unknown", "person_doubtful"),
    (observation(second=600, cover=Cover(1, 0, 1, 2)), "compliant", "covered"),
    (observation(second=600, cover=Cover(0, 1, 1, 2)), "unknown", "cover_unknown"),
    (observation(second=3600), "unknown", "no_service_hours"),
    (observation(second=-1), "unknown", "no_service_hours"),
]


@pytest.mark.parametrize(("seen", "kind", "reason"), OTHERWISE)
def test_what_else_it_answers(seen, kind, reason):
    verdict = RULE.judge(seen)
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    "rule", [AttendanceRule(), AttendanceRule(Schedule(None, ZoneInfo("UTC")))]
)
def test_without_service_hours_nobody_is_late(rule):
    assert rule.judge(observation()).reason == "no_service_hours"


LATE = RULE.judge(observation(second=600, presence=known()))
EARLY = RULE.judge(observation(second=600, presence=known(settled=60)))
HERE = RULE.judge(observation(person(), second=600))
DOUBT = RULE.judge(observation(second=600, doubtful_persons=0.3))


def day(*spans, end, reason="schedule_ended"):
    """Verdicts every 10 s, then the end: ``(from, to, verdict)``."""
    rule, state, changes = policy("attendance"), MonitorState(), []
    for start, stop, verdict in spans:
        for second in range(start, stop, 10):
            state, found = step(state, verdict, at(second), rule)
            changes += found
    return told([*changes, *finish(state, at(end), rule, reason)[1]])


DAYS = [
    # within the grace of five minutes, and just beyond
    ([(0, 290, LATE), (290, 3600, HERE)], []),
    ([(0, 320, LATE), (320, 3600, HERE)], [("opened", 0, 300), ("closed", 0, 320, "cleared")]),
    # never came
    ([(0, 3600, LATE)], [("opened", 0, 300), ("closed", 0, 3600, "schedule_ended")]),
    # away for half an hour and back is no early leaving
    ([(0, 600, HERE), (600, 2400, EARLY), (2400, 3600, HERE)], []),
    # left four minutes before the end, and ten
    ([(0, 3360, HERE), (3360, 3600, EARLY)], []),
    (
        [(0, 3000, HERE), (3000, 3600, EARLY)],
        [("opened", 3000, 3600), ("closed", 3000, 3600, "schedule_ended")],
    ),
    # nobody knows
    ([(0, 3600, DOUBT)], []),
    ([(0, 3000, HERE), (3000, 3600, DOUBT)], []),
    ([(0, 2800, HERE), (2800, 3300, EARLY), (3300, 3600, DOUBT)], []),
]


@pytest.mark.parametrize(("spans", "expected"), DAYS)
def test_a_morning(spans, expected):
    assert day(*spans, end=3600) == expected


@pytest.mark.parametrize("reason", ["source_ended", "interrupted", "exempt"])
def test_only_the_end_of_service_makes_an_early_leaving(reason):
    assert day((0, 600, HERE), (600, 1800, EARLY), end=1800, reason=reason) == []


CALENDAR = CalendarConfig.model_validate(
    {
        "service_hours": [
            {"days": "mon-fri", "from": "09:00", "to": "12:00"},
            {"days": "mon-fri", "from": "13:30", "to": "17:00"},
            {"days": "sat", "from": "22:00", "to": "24:00"},
            {"days": "sun", "from": "00:00", "to": "02:00"},
        ]
    }
)
SHIFTS = [
    (8.99, None),
    (9, (9, 12)),
    (11.99, (9, 12)),
    (12, None),
    (13.5, (13.5, 17)),
    (5 * 24 + 23, (5 * 24 + 22, 6 * 24 + 2)),  # over midnight
    (6 * 24 + 1, (5 * 24 + 22, 6 * 24 + 2)),
    (6 * 24 + 9, None),
]


@pytest.mark.parametrize(("hour", "expected"), SHIFTS)
def test_the_shift_around_an_instant(hour, expected):
    monday = at(0) - timedelta(hours=1)  # Monday 2 November 2026, midnight
    found = Schedule(CALENDAR, ZoneInfo("UTC")).shift(monday + timedelta(hours=hour))
    shown = found and tuple((seconds(one) + 3600) / 3600 for one in (found.start, found.end))
    assert shown == expected
