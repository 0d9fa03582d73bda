"""``/cameras``: which there are, how they are doing, and what they see now."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.access import Principal, Scope
from api.deps import Administrator, Reader, Served, Services
from api.errors import documented
from api.media import answered, picture_responses
from api.pagination import page
from api.schema import Answer, NextPage, Time
from vision.config import CameraConfig
from vision.errors import NotFound
from vision.jobs.place import acknowledge
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
    state: str | None = Field(
        description="`connecting`, `live`, `degraded` or `lost`; null where no live run stands "
        "beside the service"
    )
    reason: str | None = Field(examples=["no_frames"])


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


@router.get(
    "/{camera_id}/snapshot",
    response_class=Response,
    responses=documented(HTTPStatus.NOT_FOUND) | picture_responses("What the camera sees"),
)
async def snapshot(
    camera_id: CameraId, request: Request, served: Served, principal: Reader
) -> Response:
    """What a camera sees now, a few seconds old at most.

    Nobody can be recognised in it, unless the key has the scope `admin` for all windows: who
    draws posts must see them sharp, and each such view is logged.
    """
    site = served.site
    names = await run_in_threadpool(_names, served, principal, camera_id)
    if site is None or names is None:
        raise NotFound("camera", camera_id)
    shot = await served.snapshots.shot(site, camera_id)
    if principal.may(Scope.ADMIN) and principal.windows is None:
        subject = f"camera:{camera_id}"
        await run_in_threadpool(served.note, "camera_viewed", principal, subject)
        return answered(request, shot.jpeg, shot.at)
    posts = [list(window.post) for window in site.windows_of(camera_id) if window.id in names]
    return answered(request, await run_in_threadpool(shot.veiled, posts), shot.at)


@router.post(
    "/{camera_id}/acknowledge",
    status_code=HTTPStatus.ACCEPTED,
    response_model=CameraAnswer,
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def acknowledge_view(camera_id: CameraId, served: Served, principal: Administrator) -> JSONResponse:
    """Say that the posts of a camera that has moved fit what it sees now.

    Until someone does, its windows are UNKNOWN with reason `moved`. Drawing its posts anew does so
    as well. A live run takes it up within seconds.
    """
    return JSONResponse(acknowledged(served, principal, camera_id), HTTPStatus.ACCEPTED)


def acknowledged(served: Services, principal: Principal, camera_id: str) -> dict[str, Any]:
    """Take note that somebody has looked after a camera; the camera.

    Raises:
        NotFound: If there is none within reach.
        Conflict: If it has not moved, or somebody has looked already.
    """
    for config, one in _within(served, principal):
        if config.id == camera_id:
            acknowledge(camera_id, principal.name, served.now(), served.store)
            subject = f"camera:{camera_id}"
            served.note("camera_acknowledged", principal, subject, camera_id=camera_id)
            return one
    raise NotFound("camera", camera_id)


def _names(served: Services, principal: Principal, camera_id: str) -> list[str] | None:
    """The windows of a camera within reach; None where it is out of reach itself."""
    found = [one for config, one in _within(served, principal) if config.id == camera_id]
    return found[0]["windows"] if found else None


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
        **_health(served, config.id),
        "view_lost": [state.window_id for state in states if state.state == "unknown"],
    }


def _health(served: Services, camera_id: str) -> dict[str, str | None]:
    health = served.live.health().get(camera_id) if served.live else None
    if health is None:
        return {"state": None, "reason": None}
    return {"state": health.state.value, "reason": health.reason.value or None}
