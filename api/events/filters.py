"""The parameters that every list of events takes."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request

from api.errors import BadParameter
from api.pagination import Cursor, Limit, decode, encode
from api.params import FIRST, From, ReviewState, RuleId, To, in_order
from vision.ports import EventFilter
from vision.types import EventStatus

RUN_ID = r"^[A-Za-z0-9._-]{1,64}$"
_US = timedelta(microseconds=1)


class Order(StrEnum):
    """By start: the newest first, or the oldest."""

    NEWEST = "newest"
    OLDEST = "oldest"


async def event_filter(
    request: Request,
    start: From = None,
    to: To = None,
    rule_id: Annotated[RuleId | None, Query(description="Rule of conduct")] = None,
    status: EventStatus | None = None,
    review: ReviewState | None = None,
    min_score: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    order: Order = Order.NEWEST,
    cursor: Cursor = None,
    limit: Limit = 50,
    audit_id: Annotated[
        str | None,
        Query(pattern=RUN_ID, description="The `run_id` of an input of an audit"),
    ] = None,
) -> EventFilter:
    """The filter of a request, of every window.

    Raises:
        BadParameter: If ``from`` lies after ``to``, or the cursor is not of this list.
    """
    in_order(start, to)
    return EventFilter(
        rule_id=rule_id,
        status=status,
        review=review,
        audit_id=audit_id,
        start=start,
        end=to,
        min_score=min_score,
        newest_first=order is Order.NEWEST,
        after=place_of(cursor, request),
        limit=limit,
    )


Filter = Annotated[EventFilter, Depends(event_filter)]


def place_of(cursor: str | None, request: Request) -> tuple[datetime, str] | None:
    """Start and id of the event that a page continues behind; None on the first page.

    Raises:
        BadParameter: If the cursor is not of this list.
    """
    place = decode(cursor, request, (int, str))
    if place is None:
        return None
    started_us, event_id = place
    try:
        return FIRST + timedelta(microseconds=started_us), event_id
    except OverflowError:
        raise BadParameter("cursor", "expected the 'next' of a page before") from None


def cursor_behind(started_at: datetime, event_id: str, request: Request) -> str:
    """The cursor of the page that begins behind the event of that start and id."""
    return encode(((started_at - FIRST) // _US, event_id), request)
