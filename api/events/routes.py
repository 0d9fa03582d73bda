"""``/events``: lists, one event, and its evidence."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.deps import Base, Reader, Served
from api.errors import documented
from api.events.filters import Filter
from api.events.models import EventAnswer, EventPage, ReviewHistory, ReviewRequest
from api.events.service import decide, event_page, looked_at, one_event, one_evidence
from api.media import MEDIA_RESPONSES, media
from api.pagination import page
from api.params import EventId, Windows
from vision.wire import event_to_json, review_to_json

router = APIRouter(prefix="/events", tags=["events"])
_MISSING = documented(HTTPStatus.NOT_FOUND)
_DECIDING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)


@router.get("", response_model=EventPage)
def events(
    request: Request,
    served: Served,
    principal: Reader,
    base: Base,
    wanted: Filter,
    window_ids: Windows = None,
) -> JSONResponse:
    """Events of all windows, by their start."""
    reach = principal.narrowed(window_ids)
    return event_page(request, served.store, replace(wanted, window_ids=reach), base)


@router.get("/{event_id}", response_model=EventAnswer, responses=_MISSING)
def event(event_id: EventId, served: Served, principal: Reader, base: Base) -> JSONResponse:
    """One event."""
    return JSONResponse(event_to_json(one_event(served.store, principal, event_id), base))


@router.get("/{event_id}/reviews", response_model=ReviewHistory, responses=_MISSING)
def reviews(event_id: EventId, request: Request, served: Served, principal: Reader) -> JSONResponse:
    """Every decision on an event, oldest first."""
    one_event(served.store, principal, event_id)
    history = [review_to_json(review) for review in served.store.reviews(event_id)]
    return page(request, history, None)


@router.post("/{event_id}/review", response_model=EventAnswer, responses=_DECIDING)
def review(
    event_id: EventId, wanted: ReviewRequest, served: Served, principal: Reader, base: Base
) -> JSONResponse:
    """Confirm, dismiss, appeal, uphold or overturn; answers with the event after it.

    Needs the scope `review`; for an appeal `appeal` is enough.
    """
    event = decide(served, principal, event_id, wanted.decision, wanted.reason)
    return JSONResponse(event_to_json(event, base))


@router.get(
    "/{event_id}/evidence/{number}",
    response_class=Response,
    responses=_MISSING | documented(HTTPStatus.GONE) | MEDIA_RESPONSES,
)
def evidence(
    event_id: EventId,
    number: Annotated[int, Path(ge=0, le=10_000, description="From 0, as the event lists them")],
    request: Request,
    served: Served,
    principal: Reader,
) -> Response:
    """One picture or clip of an event; every view is recorded. 410 once it is no longer kept."""
    event = one_event(served.store, principal, event_id)
    item = one_evidence(event, number)
    looked_at(served, principal, event, item)
    return media(request, item, served.evidence, final=event.ended_at is not None)
