"""When a window is on duty."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.config.site_files import with_calendar
from vision.config import CalendarConfig, Schedule, parse_site
from vision.intervals import Interval, total_s

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HALL = {
    "holidays": "CN",
    "service_hours": [
        {"days": "mon-fri", "from": "09:00", "to": "12:00"},
        {"days": "mon-fri", "from": "13:30", "to": "17:00"},
    ],
}


def schedule(calendar: dict[str, object], zone: ZoneInfo = SHANGHAI) -> Schedule:
    return Schedule(CalendarConfig.model_validate(calendar), zone)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "on_duty"),
    [
        ("2026-11-02T08:59:59", False),
        ("2026-11-02T09:00:00", True),
        ("2026-11-02T11:59:59", True),
        ("2026-11-02T12:00:00", False),
        ("2026-11-02T13:30:00", True),
        ("2026-11-07T10:00:00", False),  # Saturday
        ("2026-10-01T10:00:00", False),  # National Day, a Thursday
        ("2026-10-10T10:00:00", True),  # a Saturday worked for it
        ("2026-10-10T12:30:00", False),
        ("2026-02-14T10:00:00", True),  # a Saturday worked for the Spring Festival
        ("2026-02-15T10:00:00", False),
    ],
)
def test_the_hours_of_a_chinese_hall(at: str, on_duty: bool) -> None:
    assert schedule(HALL).on_duty(local(at)) is on_duty
    assert schedule(HALL).on_duty(local(at).astimezone(UTC)) is on_duty


@pytest.mark.parametrize(
    ("days", "open_days"),
    [
        ("mon-fri", "01234"),
        ("sat", "5"),
        ("fri-mon", "0456"),
        ("mon,wed, FRI", "024"),
        (["tue", "sat-sun"], "156"),
    ],
)
def test_days_may_be_spans_and_lists(days: object, open_days: str) -> None:
    hours = {"service_hours": [{"days": days, "from": "09:00", "to": "10:00"}]}
    monday = local("2026-11-02T09:30")
    week = [schedule(hours).on_duty(monday + timedelta(days=day)) for day in range(7)]
    assert "".join(str(day) for day in range(7) if week[day]) == open_days


def test_times_need_no_quotes() -> None:
    site = parse_site(with_calendar("days: mon-fri, from: 9:00, to: 13:30"))
    spans = site.schedule().spans(local("2026-11-02T00:00"), local("2026-11-03T00:00"))
    assert spans == [Interval(local("2026-11-02T09:00"), local("2026-11-02T13:30"))]


def test_a_night_shift_is_two_spans_that_meet_at_midnight() -> None:
    night = {
        "service_hours": [
            {"days": "mon", "from": "22:00", "to": "24:00"},
            {"days": "tue", "from": "00:00", "to": "06:00"},
        ]
    }
    spans = schedule(night).spans(local("2026-11-02T00:00"), local("2026-11-04T00:00"))
    assert spans == [Interval(local("2026-11-02T22:00"), local("2026-11-03T06:00"))]


def test_hours_that_overlap_count_once() -> None:
    hours = {
        "service_hours": [
            {"from": "09:00", "to": "12:00"},
            {"days": "mon", "from": "11:00", "to": "13:00"},
        ]
    }
    spans = schedule(hours).spans(local("2026-11-02T00:00"), local("2026-11-03T00:00"))
    assert total_s(spans) == sum(span.duration_s for span in spans) == 4 * 3600


def test_holidays_close_a_hall_without_hours_for_the_whole_day() -> None:
    hall = schedule({"holidays": "CN"})
    assert hall.on_duty(local("2026-09-30T23:59:59"))
    assert not hall.on_duty(local("2026-10-01T00:00"))
    assert hall.on_duty(local("2026-11-07T03:00"))


def test_without_a_calendar_the_hall_is_always_open() -> None:
    start, end = local("2026-10-01T00:00"), local("2026-10-03T00:00")
    assert Schedule(None, SHANGHAI).spans(start, end) == [Interval(start, end)]


def test_a_country_that_works_on_sundays_has_no_make_up_days() -> None:
    hours = {"holidays": "IL", "service_hours": [{"days": "mon", "from": "09:00", "to": "10:00"}]}
    assert not schedule(hours).on_duty(local("2026-03-01T09:30"))


@pytest.mark.parametrize(
    ("hours", "day", "expected_s"),
    [
        (("01:00", "05:00"), "2026-03-29", 3 * 3600),  # 02:00 becomes 03:00
        (("01:00", "05:00"), "2026-10-25", 5 * 3600),  # 03:00 becomes 02:00
        (("01:00", "05:00"), "2026-10-26", 4 * 3600),
        (("00:00", "24:00"), "2026-03-29", 23 * 3600),
        (("02:30", "03:00"), "2026-03-29", 0),  # does not exist on that day
    ],
)
def test_summer_time_changes_the_length_of_a_shift(
    hours: tuple[str, str], day: str, expected_s: float
) -> None:
    calendar = {"service_hours": [{"from": hours[0], "to": hours[1]}]}
    start = local(f"{day}T00:00", BERLIN)
    end = start + timedelta(days=1)  # the same clock on the next day
    spans = schedule(calendar, BERLIN).spans(start, end)
    assert sum(span.duration_s for span in spans) == expected_s


def test_the_month_is_that_of_the_hall() -> None:
    assert schedule({}).month(datetime(2026, 10, 31, 17, 0, tzinfo=UTC)) == 11


def test_an_instant_is_on_duty_where_a_span_holds_it() -> None:
    hall = schedule(HALL)
    start = local("2026-10-09T00:00")
    spans = hall.spans(start, start + timedelta(days=4))
    instants = [start + timedelta(minutes=7 * step) for step in range(4 * 24 * 60 // 7)]
    inside = [any(span.start <= at < span.end for span in spans) for at in instants]
    assert inside == [hall.on_duty(at) for at in instants]
    assert sum(inside) > 100
