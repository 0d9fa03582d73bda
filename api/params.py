"""Types of parameters: times, ids, limits."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Path, Query
from pydantic import BeforeValidator, StringConstraints, WithJsonSchema

from api.errors import BadParameter
from vision.config import RULE_IDS
from vision.wire import time_from_json

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EXPECTED = "expected an RFC 3339 time with zone, such as 2026-11-02T09:14:03Z"
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 1, 1, tzinfo=UTC)


def _time(value: object) -> datetime:
    text = str(value)
    if re.search(r"\d \d\d:\d\d$", text):
        raise ValueError(f"{_EXPECTED}; write + as %2B in an address")
    if not _RFC3339.fullmatch(text):
        raise ValueError(_EXPECTED)
    try:
        at = time_from_json(text.upper())
    except (ValueError, OverflowError):
        raise ValueError(_EXPECTED) from None
    if not FIRST <= at < LAST:
        raise ValueError(f"{_EXPECTED}, from 1970 on")
    return at


Instant = Annotated[
    datetime,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-02T09:14:03Z"]}),
]

RuleId = StrEnum("RuleId", {rule_id: rule_id for rule_id in RULE_IDS})  # type: ignore[misc]


class ReviewState(StrEnum):
    """Where the review of an event stands."""

    UNREVIEWED = "unreviewed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
WindowId = Annotated[str, Path(pattern=IDENTIFIER, description="Id of a service window")]
EventId = Annotated[str, Path(pattern=IDENTIFIER, description="Id of an event")]
From = Annotated[Instant | None, Query(alias="from", description="Only what lasts beyond it")]
To = Annotated[Instant | None, Query(description="Only what starts before it")]
Windows = Annotated[
    list[Annotated[str, StringConstraints(pattern=IDENTIFIER)]] | None,
    Query(alias="window_id", max_length=200, description="Repeat it for several windows"),
]


def in_order(start: datetime | None, end: datetime | None) -> None:
    """Let pass an interval, open or not.

    Raises:
        BadParameter: If it ends before it begins.
    """
    if start is not None and end is not None and start > end:
        raise BadParameter("from", "expected a time that is not later than 'to'")
