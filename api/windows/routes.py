"""``/windows``."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.deps import Base, Reader, Served
from api.errors import documented
from api.events.filters import Filter
from api.events.models import EventPage
from api.events.service import event_page
from api.pagination import page
from api.params import WindowId
from api.windows.models import WindowDetail, WindowPage, WindowStateAnswer
from api.windows.service import Windows
from vision.wire import state_to_json

router = APIRouter(prefix="/windows", tags=["windows"])
_MISSING = documented(HTTPStatus.NOT_FOUND)


@router.get("", response_model=WindowPage)
def windows(request: Request, served: Served, principal: Reader) -> JSONResponse:
    """Every service window."""
    return page(request, Windows(served, principal).all(), None)


@router.get("/{window_id}", response_model=WindowDetail, responses=_MISSING)
def window(window_id: WindowId, served: Served, principal: Reader) -> JSONResponse:
    """One window, with the rules that its view supports."""
    return JSONResponse(Windows(served, principal).one(window_id))


@router.get("/{window_id}/state", response_model=WindowStateAnswer, responses=_MISSING)
def window_state(window_id: WindowId, served: Served, principal: Reader) -> JSONResponse:
    """What was last seen of a window."""
    return JSONResponse(state_to_json(Windows(served, principal).state(window_id)))


@router.get("/{window_id}/events", response_model=EventPage, responses=_MISSING)
def window_events(
    window_id: WindowId,
    request: Request,
    served: Served,
    principal: Reader,
    base: Base,
    wanted: Filter,
) -> JSONResponse:
    """The events of one window."""
    Windows(served, principal).require(window_id)
    return event_page(request, served.store, replace(wanted, window_ids=[window_id]), base)
