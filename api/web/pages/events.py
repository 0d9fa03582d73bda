"""``/events``: the list, with its filters in the address."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served, services
from api.errors import BadParameter
from api.events.filters import RUN_ID, Order, cursor_behind, event_filter
from api.pagination import Cursor
from api.params import ReviewState, RuleId, Windows
from api.web.render import html
from api.windows.service import Windows as AllWindows
from api.zones import zone_of
from vision.config import RULE_IDS
from vision.ports import EventFilter
from vision.types import EventStatus

router = APIRouter()
_PER_PAGE = 50


Local = Annotated[str | None, Query(max_length=40)]


def local_time(request: Request, name: str, text: str | None) -> datetime | None:
    """A time as a form gives it, in the time of the hall unless it names a zone.

    Raises:
        BadParameter: If it is none.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=zone_of(services(request).site))
        at.timestamp()
    except (ValueError, OverflowError):
        raise BadParameter(name, "expected a date and a time, such as 2026-11-02T09:14") from None
    if not 1971 <= at.year <= 9998:
        raise BadParameter(name, "expected a year from 1971 on")
    return at


async def page_filter(
    request: Request,
    start: Annotated[Local, Query(alias="from")] = None,
    to: Local = None,
    rule_id: RuleId | None = None,
    status: EventStatus | None = None,
    review: ReviewState | None = None,
    min_score: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    order: Order = Order.NEWEST,
    cursor: Cursor = None,
    audit_id: Annotated[str | None, Query(pattern=RUN_ID)] = None,
) -> EventFilter:
    """The filter of the form; a field left empty filters nothing."""
    first, last = local_time(request, "from", start), local_time(request, "to", to)
    return await event_filter(
        request,
        first,
        last,
        rule_id,
        status,
        review,
        min_score,
        order,
        cursor,
        _PER_PAGE,
        audit_id,
    )


PageFilter = Annotated[EventFilter, Depends(page_filter)]


@router.get("/events")
def events(
    request: Request,
    served: Served,
    principal: Reader,
    wanted: PageFilter,
    window_ids: Windows = None,
) -> HTMLResponse:
    """The list."""
    reach = principal.narrowed(window_ids)
    found = served.store.events(replace(wanted, window_ids=reach, limit=_PER_PAGE + 1))
    shown = found[:_PER_PAGE]
    more = (
        cursor_behind(shown[-1].started_at, shown[-1].id, request)
        if len(found) > _PER_PAGE
        else None
    )
    values: dict[str, Any] = {
        "events": shown,
        "wanted": wanted,
        "chosen": window_ids or [],
        "windows": AllWindows(served, principal).all(),
        "rules": RULE_IDS,
        "reviews": list(ReviewState),
        "statuses": list(EventStatus),
        "filtered": bool(request.url.query),
        "next_page": more and _address(request, more),
        "first_page": _address(request, None) if wanted.after else None,
    }
    return html(request, "events.html", principal, **values)


def _address(request: Request, cursor: str | None) -> str:
    kept = [item for item in request.query_params.multi_items() if item[0] != "cursor" and item[1]]
    return "/events?" + urlencode(kept + ([("cursor", cursor)] if cursor else []))
