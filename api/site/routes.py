"""``/site``: the site file read and changed, by whoever has the scope ``admin``."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Query, Request, Security
from fastapi.responses import JSONResponse

from api.access import Principal, Scope
from api.deps import Administrator, Served, Services, authorise
from api.errors import BadParameter, Forbidden, documented
from api.pagination import page
from api.params import WindowId
from api.schema import Answer, NextPage, Time
from vision.config import recordable
from vision.config.edit import patched
from vision.errors import Conflict, NotFound
from vision.sitebook import Change, Edition, SiteBook, Unconditional

router = APIRouter(
    prefix="/site", tags=["site"], dependencies=[Security(authorise, scopes=[Scope.ADMIN])]
)
Document = dict[str, Any]
_NO_FILE = documented(HTTPStatus.CONFLICT)
_CHANGING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.PRECONDITION_REQUIRED,
)
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Version, for `If-Match`"}}
_SITE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The site, with the keys of the site file", "headers": _ETAG}
}
_FIXED = ("id",)
Follows = Annotated[
    str | None,
    Header(alias="If-Match", description="The `ETag` of the version that this change follows on"),
]
OnlyTry = Annotated[bool, Query(description="Check everything, change nothing")]
Version = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class VersionAnswer(Answer):
    """One edition of the site file; `by` is null where it was edited by hand."""

    version: str
    at: Time
    by: str | None
    changed: list[str]


class VersionPage(Answer):
    """Every kept edition, newest first."""

    items: list[VersionAnswer]
    next: NextPage


@router.get("", response_model=Document, responses=_SITE | _NO_FILE)
def site(served: Served, principal: Administrator) -> JSONResponse:
    """The site file as JSON. Secrets are shown as `********`; a sole `${NAME}` is none."""
    _everywhere(principal)
    return _answer(_book(served).read())


@router.put("", response_model=Document, responses=_SITE | _CHANGING)
def replace_site(
    wanted: Annotated[Document, Body(description="As `GET /site` answers")],
    served: Served,
    principal: Administrator,
    if_match: Follows = None,
    dry_run: OnlyTry = False,
) -> JSONResponse:
    """Change the site file as a whole; what stays `********` is kept as it is.

    Mistakes are those of `deportment check`, with key and line. Comments and order stay where they
    can. A live run beside takes the change on.
    """
    _everywhere(principal)
    return _changed(served, principal, if_match, dry_run, lambda _: wanted)


@router.post(
    "/reload",
    status_code=HTTPStatus.ACCEPTED,
    response_model=Document,
    responses=_SITE | _NO_FILE,
)
def reload_site(served: Served, principal: Administrator) -> JSONResponse:
    """Take on the site file as it stands now, as on SIGHUP; answers with what it says.

    Cameras that the file leaves as they are go on undisturbed. A file with mistakes is refused
    with all of them, and the old one stays in force.
    """
    _everywhere(principal)
    found = _book(served).read()
    served.desk.look()
    if served.live is not None:
        served.live.reload()
    served.note("site_reloaded", principal, "site")
    answer = _answer(found)
    answer.status_code = HTTPStatus.ACCEPTED
    return answer


@router.patch("/windows/{window_id}", response_model=Document, responses=_SITE | _CHANGING)
def change_window(
    window_id: WindowId,
    wanted: Annotated[
        Document,
        Body(
            description="Merge patch (RFC 7396) of the window: null takes a key out",
            examples=[{"post": [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]}],
        ),
    ],
    served: Served,
    principal: Administrator,
    if_match: Follows = None,
    dry_run: OnlyTry = False,
) -> JSONResponse:
    """Change the post, rules, name or quota of one window; answers with the window."""
    principal.require(window_id, "window", window_id)
    for key in _FIXED:
        if key in wanted:
            raise BadParameter(key, "stays as it is: events name it")
    make = partial(_with_window, window_id=window_id, patch=wanted)
    return _changed(served, principal, if_match, dry_run, make, window_id)


@router.get("/history", response_model=VersionPage, responses=_NO_FILE)
def history(request: Request, served: Served, principal: Administrator) -> JSONResponse:
    """Who changed the site when, and what."""
    _everywhere(principal)
    return page(request, _book(served).history(), None)


@router.get(
    "/history/{version}",
    response_model=Document,
    responses=_SITE | _NO_FILE | documented(HTTPStatus.NOT_FOUND),
)
def edition(version: Version, served: Served, principal: Administrator) -> JSONResponse:
    """The site as it was; to go back to it, `PUT` it."""
    _everywhere(principal)
    return _answer(_book(served).kept(version))


def _book(served: Services) -> SiteBook:
    if served.desk.file is None:
        raise Conflict("the service runs without a site file; start it with --site SITE.yaml")
    return SiteBook(served.desk.file, served.now)


def _everywhere(principal: Principal) -> None:
    if principal.windows is not None:
        raise Forbidden("the site as a whole needs a key that is not limited to some windows")


def _with_window(document: Document, window_id: str, patch: Document) -> Document:
    windows = document["windows"]
    if all(one["id"] != window_id for one in windows):
        raise NotFound("window", window_id)
    new = [patched(one, patch) if one["id"] == window_id else one for one in windows]
    return {**document, "windows": new}


def _changed(
    served: Services,
    principal: Principal,
    if_match: str | None,
    only_try: bool,
    make: Any,
    window_id: str | None = None,
) -> JSONResponse:
    book = _book(served)
    if if_match is None:
        raise Unconditional("send the ETag of the version that the change follows on as If-Match")
    follows = if_match.strip().removeprefix("W/").strip('"')
    change: Change = book.write(follows, principal.name, make, only_try)
    if change.places and not only_try:
        tell(served, principal, change)
    return _answer(change.edition, window_id)


def tell(served: Services, principal: Principal, change: Change) -> None:
    """Let the service, the live run beside it and the log know of a change."""
    served.desk.look()
    if served.site is not None:
        served.store.note_config(served.site.site.id, recordable(served.site))
    if served.live is not None:
        served.live.reload()
    served.note("site_changed", principal, "site", places=change.places[:50])


def _answer(found: Edition, window_id: str | None = None) -> JSONResponse:
    shown = found.shown
    if window_id is not None:
        shown = next(one for one in shown["windows"] if one["id"] == window_id)
    headers = {"ETag": f'"{found.version}"', "Cache-Control": "private, no-cache"}
    return JSONResponse(shown, headers=headers)
