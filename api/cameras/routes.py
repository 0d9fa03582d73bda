"""``/cameras``: which there are, what they see, and when they were last heard of."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.access import Principal
from api.deps import Reader, Served, Services
from api.errors import documented
from api.pagination import page
from api.schema import Answer, NextPage, Time
from vision.config import CameraConfig
from vision.errors import NotFound
from vision.wire import time_to_json

router = APIRouter(prefix="/cameras", tags=["cameras"])
CameraId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class CameraAnswer(Answer):
    """A camera of the site file; its address, which may hold credentials, is never told."""

    id: str
    name: str
    windows: list[str]
    last_seen_at: Time | None
    age_s: float | None
    view_lost: list[str]


class CameraPage(Answer):
    """Every camera of which a window is within reach."""

    items: list[CameraAnswer]
    next: NextPage


@router.get("", response_model=CameraPage)
def cameras(request: Request, served: Served, principal: Reader) -> JSONResponse:
    """Every camera of the site file; none where the service runs without one."""
    return page(request, [one for _, one in _within(served, principal)], None)


@router.get("/{camera_id}", response_model=CameraAnswer, responses=documented(HTTPStatus.NOT_FOUND))
def camera(camera_id: CameraId, served: Served, principal: Reader) -> JSONResponse:
    """One camera."""
    for config, one in _within(served, principal):
        if config.id == camera_id:
            return JSONResponse(one)
    raise NotFound("camera", camera_id)


def _within(served: Services, principal: Principal) -> list[tuple[CameraConfig, dict[str, Any]]]:
    if served.site is None:
        return []
    shown = [(config, _shown(served, principal, config)) for config in served.site.cameras]
    return [(config, one) for config, one in shown if one["windows"] or principal.windows is None]


def _shown(served: Services, principal: Principal, config: CameraConfig) -> dict[str, Any]:
    windows = served.site.windows_of(config.id) if served.site else ()
    names = [window.id for window in windows if principal.sees(window.id)]
    stored = served.store.states()
    states = [stored[name] for name in names if name in stored]
    last = max((state.at for state in states), default=None)
    return {
        "id": config.id,
        "name": config.name,
        "windows": names,
        "last_seen_at": None if last is None else time_to_json(last),
        "age_s": None if last is None else round((served.now() - last).total_seconds(), 3),
        "view_lost": [state.window_id for state in states if state.state == "unknown"],
    }
