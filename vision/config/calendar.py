"""When a window is on duty: weekly service hours, holidays, make-up working days."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import BeforeValidator, Field, field_validator, model_validator

from vision.config.base import Config
from vision.intervals import Interval, merge

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = time(0)
_WEEKDAYS = frozenset(range(5))
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _parse_days(value: object) -> frozenset[int]:
    """``mon-fri``, ``sat`` or a list of these, as Monday-based day numbers."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    if not parts:
        raise ValueError("expected days such as mon-fri or sat, got an empty list")
    found: set[int] = set()
    for part in parts:
        first, _, last = str(part).strip().lower().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"expected days such as mon-fri or sat, got '{part}'")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(found)


def _parse_clock(value: object) -> time:
    """``09:00`` or ``9:00`` as a time of day."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'expected a time of day such as "09:00", got {value!r}')
    return time(int(found[1]), int(found[2]))


def _parse_end(value: object) -> time:
    return MIDNIGHT if value == "24:00" else _parse_clock(value)


class ServiceHours(Config):
    """One daily span of duty, in the site's time zone; ``to: "24:00"`` is the end of the day."""

    days: Annotated[frozenset[int], BeforeValidator(_parse_days)] = frozenset(range(7))
    from_: Annotated[time, BeforeValidator(_parse_clock)] = Field(alias="from")
    to: Annotated[time, BeforeValidator(_parse_end)]

    @model_validator(mode="after")
    def _in_order(self) -> "ServiceHours":
        if self.from_ >= self.to != MIDNIGHT:
            raise ValueError(
                "'to' must be later than 'from'; write a night shift as two spans, one to "
                '"24:00" and one from "00:00"'
            )
        return self

    def on(self, day: date, zone: ZoneInfo) -> Interval | None:
        """The span of that day in UTC; None where the change to summer time swallows it."""
        last_day = day + timedelta(days=1) if self.to == MIDNIGHT else day
        start = datetime.combine(day, self.from_, zone).astimezone(UTC)
        end = datetime.combine(last_day, self.to, zone).astimezone(UTC)
        return Interval(start, end) if start < end else None


ALL_DAY = ServiceHours.model_validate({"from": "00:00", "to": "24:00"})


class CalendarConfig(Config):
    """Service hours and the country whose public holidays close the hall.

    Attributes:
        holidays: ISO country code such as ``CN``; make-up working days are respected where the
            country has them. None keeps the hall open on holidays.
        service_hours: Spans of duty; empty means the whole day.
    """

    holidays: str | None = None
    service_hours: tuple[ServiceHours, ...] = ()

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and value not in holidays.list_supported_countries():
            raise ValueError(f"expected an ISO country code such as CN, got '{value}'")
        return value


class Schedule:
    """Answers whether an instant lies in service hours.

    Args:
        calendar: The site's calendar; None means always on duty.
        zone: The site's time zone.
    """

    def __init__(self, calendar: CalendarConfig | None, zone: ZoneInfo) -> None:
        self._calendar = calendar or CalendarConfig()
        self._zone = zone
        self._hours = self._calendar.service_hours or (ALL_DAY,)
        self._always = not self._calendar.service_hours and self._calendar.holidays is None
        code = self._calendar.holidays
        self._holidays = holidays.country_holidays(code) if code else None

    def on_duty(self, at: datetime) -> bool:
        """Whether ``at`` (aware) lies in service hours."""
        return bool(self.spans(at, at + timedelta(microseconds=1)))

    def month(self, at: datetime) -> int:
        """The month, 1 to 12, in the site's time zone."""
        return at.astimezone(self._zone).month

    def shift(self, at: datetime) -> Interval | None:
        """The whole span of service hours around an instant, in UTC.

        None outside of them, and where no hours are written: who is always on duty is never late.
        """
        if not self._calendar.service_hours:
            return None
        near = self.spans(at - timedelta(days=1), at + timedelta(days=1))
        return next((span for span in near if span.start <= at < span.end), None)

    def spans(self, start: datetime, end: datetime) -> list[Interval]:
        """The parts of ``[start, end)`` that lie in service hours: UTC, in order, disjoint."""
        whole = Interval(start.astimezone(UTC), end.astimezone(UTC))
        if self._always:
            return [whole]
        day, last_day = (at.astimezone(self._zone).date() for at in (start, end))
        found: list[Interval] = []
        while day <= last_day:
            clipped = (span.clipped(whole) for span in self._of_day(day))
            found += [span for span in clipped if span is not None]
            day += timedelta(days=1)
        return merge(found)

    def _of_day(self, day: date) -> list[Interval]:
        spans = (hours.on(day, self._zone) for hours in self._hours if self._applies(hours, day))
        return [span for span in spans if span is not None]

    def _applies(self, hours: ServiceHours, day: date) -> bool:
        if self._holidays is None:
            return day.weekday() in hours.days
        closed = day in self._holidays  # asking fills in the year, make-up days included
        if day in self._holidays.weekend_workdays:
            return bool(hours.days & _WEEKDAYS)
        return day.weekday() in hours.days and not closed
