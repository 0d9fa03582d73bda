"""Years, months and days as people name them, in the time of the hall."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Annotated

from fastapi import Query

from api.errors import BadParameter

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
PeriodName = Annotated[
    str,
    Query(
        pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        description="A year, month or day in the time of the hall",
        examples=["2026-11"],
    ),
]


@dataclass(frozen=True, slots=True)
class Period:
    """A year, month or day, from ``start`` to before ``end``."""

    name: str
    start: datetime
    end: datetime


def period(name: str, zone: tzinfo) -> Period:
    """The period of that name, such as ``2026-11``.

    Raises:
        BadParameter: If there is none.
    """
    first = _first_day(name)
    if first is None or not 1971 <= first.year <= 9000:
        raise BadParameter("period", "expected a year, month or day such as 2026-11, from 1971 on")
    return Period(name, _midnight(first, zone), _midnight(_after(first, name), zone))


def neighbour(over: Period, step: int) -> str:
    """The name of the period of the same length, so many before (-) or after (+)."""
    first = _first_day(over.name)
    assert first is not None
    if len(over.name) == 4:
        return f"{first.year + step:04}"
    if len(over.name) == 7:
        months = first.year * 12 + first.month - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return (first + timedelta(days=step)).isoformat()


def up_to(over: Period, count: int) -> list[Period]:
    """The period and those of the same length before it, oldest first.

    Raises:
        BadParameter: If they would begin before 1971.
    """
    zone = over.start.tzinfo
    assert zone is not None
    return [period(neighbour(over, step), zone) for step in range(1 - count, 1)]


def _first_day(name: str) -> date | None:
    found = _FORM.fullmatch(name)
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _after(first: date, name: str) -> date:
    if len(name) == 4:
        return date(first.year + 1, 1, 1)
    if len(name) == 7:
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first + timedelta(days=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
