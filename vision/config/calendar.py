"""When a window is on duty: weekly service hours, holidays, make-up working days."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import BeforeValidator, Field, field_validator, model_validator

from vision.config.base import Config
from vision.intervals import Interval

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = frozenset(range(5))


def _parse_days(value: object) -> frozenset[int]:
    """``mon-fri``, ``sat`` or a list of these, as Monday-based day numbers."""
    parts = value if isinstance(value, list) else str(value).split(",")
    found: set[int] = set()
    for part in parts:
        first, _, last = str(part).strip().lower().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"expected days such as mon-fri or sat, got '{part}'")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(found)


class ServiceHours(Config):
    """One daily span of duty, in the site's time zone."""

    days: Annotated[frozenset[int], BeforeValidator(_parse_days)] = frozenset(range(7))
    from_: time = Field(alias="from")
    to: time

    @model_validator(mode="after")
    def _in_order(self) -> "ServiceHours":
        if self.from_ >= self.to:
            raise ValueError("'to' must be later than 'from'; write a night shift as two spans")
        return self


class CalendarConfig(Config):
    """Service hours and the country whose public holidays close the hall.

    Attributes:
        holidays: ISO country code such as ``CN``; make-up working days are respected where the
            country has them. None keeps the hall open on holidays.
        service_hours: Spans of duty; empty means always.
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
        code = self._calendar.holidays
        self._holidays = holidays.country_holidays(code) if code else None

    def on_duty(self, at: datetime) -> bool:
        """Whether ``at`` (aware) lies in service hours."""
        return any(span.start <= at < span.end for span in self.spans(at, at + timedelta(0, 1)))

    def month(self, at: datetime) -> int:
        """The month, 1 to 12, in the site's time zone."""
        return at.astimezone(self._zone).month

    def spans(self, start: datetime, end: datetime) -> list[Interval]:
        """The parts of ``[start, end)`` that lie in service hours, in order."""
        whole = Interval(start, end)
        if not self._calendar.service_hours:
            return [whole]
        day = start.astimezone(self._zone).date()
        found: list[Interval] = []
        while day <= end.astimezone(self._zone).date():
            clipped = (span.clipped(whole) for span in self._of_day(day))
            found += [span for span in clipped if span is not None]
            day += timedelta(days=1)
        return sorted(found)

    def _of_day(self, day: date) -> list[Interval]:
        return [
            Interval(
                datetime.combine(day, hours.from_, self._zone),
                datetime.combine(day, hours.to, self._zone),
            )
            for hours in self._calendar.service_hours
            if self._applies(hours, day)
        ]

    def _applies(self, hours: ServiceHours, day: date) -> bool:
        if self._holidays is None:
            return day.weekday() in hours.days
        makeup = day.weekday() >= 5 and self._holidays.is_working_day(day)
        if makeup:
            return bool(hours.days & _WEEKDAYS)
        return day.weekday() in hours.days and day not in self._holidays
