"""Holds on events, and the views of their evidence."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Administrator, Reader, Served
from api.errors import documented
from api.events.service import hold, one_event, release
from api.pagination import Cursor, Limit, decode, encode, page
from api.params import EventId
from api.schema import Answer, NextPage, Time
from vision.errors import NotFound
from vision.keeping import Hold, View
from vision.wire import time_to_json

router = APIRouter(tags=["keeping"])
_MISSING = documented(HTTPStatus.NOT_FOUND)
_CHANGING = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)


class HoldRequest(BaseModel):
    """Why an event is held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(max_length=2000, examples=["case 2026-117"])


class HoldAnswer(Answer):
    """An event of which nothing is removed."""

    event_id: str
    reason: str
    by: str
    at: Time


class HoldPage(Answer):
    """Every hold, the oldest first."""

    items: list[HoldAnswer]
    next: NextPage


class ViewAnswer(Answer):
    """Somebody looked at a piece of evidence."""

    principal: str
    event_id: str
    sha256: str
    at: Time


class ViewPage(Answer):
    """Views, newest first."""

    items: list[ViewAnswer]
    next: NextPage


@router.get("/holds", response_model=HoldPage)
def holds(request: Request, served: Served, principal: Administrator) -> JSONResponse:
    """Every event that is held."""
    found = [one for one in served.store.holds() if _reaches(served, principal, one.event_id)]
    return page(request, [_hold(one) for one in found], None)


@router.get("/events/{event_id}/hold", response_model=HoldAnswer, responses=_MISSING)
def get_hold(event_id: EventId, served: Served, principal: Reader) -> JSONResponse:
    """The hold on an event."""
    one_event(served.store, principal, event_id)
    found = served.store.hold_of(event_id)
    if found is None:
        raise NotFound("hold on event", event_id)
    return JSONResponse(_hold(found))


@router.put("/events/{event_id}/hold", response_model=HoldAnswer, responses=_CHANGING)
def put_hold(
    event_id: EventId, wanted: HoldRequest, served: Served, principal: Reader
) -> JSONResponse:
    """Hold an event: nothing of it is removed. Needs the scope `review` or `admin`."""
    return JSONResponse(_hold(hold(served, principal, event_id, wanted.reason)))


@router.delete("/events/{event_id}/hold", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def delete_hold(event_id: EventId, served: Served, principal: Administrator) -> Response:
    """Release an event; retention goes by its age again."""
    release(served, principal, event_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/views", response_model=ViewPage)
def views(
    request: Request,
    served: Served,
    principal: Administrator,
    event_id: Annotated[str | None, Query(max_length=64, description="Of one event")] = None,
    viewer: Annotated[str | None, Query(max_length=200, description="By one person or key")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JSONResponse:
    """Who looked at which evidence, newest first."""
    place = decode(cursor, request, (int,))
    before = place[0] if place else None
    found = served.store.views(event_id, viewer, before, limit + 1)
    shown = [one for one in found[:limit] if _reaches(served, principal, one.event_id)]
    more = encode((found[limit - 1].id,), request) if len(found) > limit else None
    return page(request, [_view(one) for one in shown], more)


def _reaches(served: Served, principal: Administrator, event_id: str) -> bool:
    if principal.windows is None:
        return True
    try:
        return principal.sees(served.store.event(event_id).window_id)
    except NotFound:
        return False


def _hold(one: Hold) -> dict[str, Any]:
    return {
        "event_id": one.event_id,
        "reason": one.reason,
        "by": one.by,
        "at": time_to_json(one.at),
    }


def _view(one: View) -> dict[str, Any]:
    return {
        "principal": one.principal,
        "event_id": one.event_id,
        "sha256": one.sha256,
        "at": time_to_json(one.at),
    }
