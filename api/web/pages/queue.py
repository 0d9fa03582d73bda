"""``/review``: what waits for a decision, one after the other, by keyboard."""

from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served
from api.events.filters import cursor_behind, place_of
from api.pagination import Cursor
from api.web.pages.event import event_values
from api.web.render import html
from vision.ports import EventFilter

router = APIRouter()


@router.get("/review")
def queue(
    request: Request,
    served: Served,
    principal: Reader,
    state: Literal["unreviewed", "appealed"] = "unreviewed",
    cursor: Cursor = None,
) -> HTMLResponse:
    """The first event that waits, behind those that were skipped."""
    waiting = EventFilter(
        principal.narrowed(None),
        review=state,
        newest_first=False,
        after=place_of(cursor, request),
        limit=1,
    )
    found = served.store.events(waiting)
    values = event_values(served, principal, found[0]) if found else {"event": None}
    kept = {} if state == "unreviewed" and "state" not in request.query_params else {"state": state}
    skip = (
        kept | {"cursor": cursor_behind(found[0].started_at, found[0].id, request)} if found else {}
    )
    return html(
        request,
        "queue.html",
        principal,
        state=state,
        skip=f"/review?{urlencode(skip)}" if skip else None,
        **values,
    )
