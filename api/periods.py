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
