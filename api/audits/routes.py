"""``/audits``: stored footage audited in the background, for whoever has the scope ``admin``."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from shutil import rmtree
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from ulid import ULID

from api.access import Principal, Scope
from api.audits.models import (
    AuditAnswer,
    AuditPage,
    AuditRequest,
    Recording,
    audit_to_json,
)
from api.audits.upload import FIELDS, Upload
from api.deps import Administrator, Served, Services, authorise
from api.errors import BadParameter, Forbidden, documented
from api.pagination import Cursor, Limit, decode, encode, page
from api.params import FIRST
from vision.audits import AuditOrder, AuditRecord
from vision.config import SiteConfig
from vision.errors import Conflict, DeportmentError, UsageError
from vision.jobs.audit_worker import forget_uploads
from vision.jobs.inputs import VIDEO_SUFFIXES
from vision.jobs.roots import inside

router = APIRouter(
    prefix="/audits", tags=["audits"], dependencies=[Security(authorise, scopes=[Scope.ADMIN])]
)
AuditId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Id of an audit")]
_US = timedelta(microseconds=1)
_MISSING = documented(HTTPStatus.NOT_FOUND)
_ORDERING = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
_FORM = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        **{name: {"type": "string"} for name in sorted(FIELDS)},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/AuditRequest"}},
            "multipart/form-data": {"schema": _FORM},
        },
    }
}


class NotTaken(DeportmentError):
    """A body of a type that the route does not take."""

    http_status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "Not this type of body"


@router.get("", response_model=AuditPage)
def audits(
    request: Request,
    served: Served,
    principal: Administrator,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JSONResponse:
    """Every audit, newest first."""
    _everywhere(principal)
    after = decode(cursor, request, (int, str))
    place = None if after is None else (_time(after[0]), after[1])
    found = served.store.audits(limit + 1, place)
    shown, rest = found[:limit], found[limit:]
    following = None
    if rest:
        last = shown[-1]
        following = encode(((last.created_at - FIRST) // _US, last.id), request)
    return page(request, [audit_to_json(one) for one in shown], following)


def _time(value: int) -> datetime:
    try:
        return FIRST + timedelta(microseconds=value)
    except OverflowError:
        raise BadParameter("cursor", "expected the 'next' of a page before") from None


@router.get("/{audit_id}", response_model=AuditAnswer, responses=_MISSING)
def audit(audit_id: AuditId, served: Served, principal: Administrator) -> JSONResponse:
    """How far an audit has come, and what became of every input."""
    _everywhere(principal)
    return JSONResponse(audit_to_json(served.store.audit(audit_id)))


@router.post(
    "",
    response_model=AuditAnswer,
    status_code=HTTPStatus.ACCEPTED,
    responses=_ORDERING,
    openapi_extra=_BODY,
)
async def order_audit(request: Request, served: Served, principal: Administrator) -> JSONResponse:
    """Have footage audited: files of the media folder (JSON), or files that come along (a form).

    The audit waits for its turn, and is taken up again after a restart. Its events stand with all
    others. Files that come along are deleted when the audit has ended.
    """
    _everywhere(principal)
    site = served.site
    if site is None or served.desk.file is None:
        raise Conflict("audits need a site; start the service with --site SITE.yaml")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    audit_id, now = str(ULID.from_datetime(served.now())), served.now()
    if kind == "multipart/form-data":
        order = await _uploaded(request, served, principal, site, audit_id)
    elif kind == "application/json":
        order = await run_in_threadpool(_of_media, await request.body(), served, principal, site)
    else:
        raise NotTaken("expected application/json or multipart/form-data")
    record = AuditRecord(audit_id, now, order)
    await run_in_threadpool(served.store.save_audit, record)
    await run_in_threadpool(served.note, "audit_ordered", principal, f"audit:{audit_id}")
    headers = {"Location": f"{request.url.path}/{audit_id}"}
    return JSONResponse(audit_to_json(record), HTTPStatus.ACCEPTED, headers)


@router.post(
    "/{audit_id}/cancel",
    response_model=AuditAnswer,
    responses=_MISSING | documented(HTTPStatus.CONFLICT),
)
def cancel(audit_id: AuditId, served: Served, principal: Administrator) -> JSONResponse:
    """Cancel an audit: at once while it waits, within seconds while it runs.

    Events that it has found stay; ordered anew it goes on where it stood.
    """
    _everywhere(principal)
    record = served.store.cancel_audit(audit_id, served.now())
    if record.finished_at is not None:
        forget_uploads(served.settings.uploads_folder, record)
    served.note("audit_cancelled", principal, f"audit:{audit_id}")
    return JSONResponse(audit_to_json(record))


def _everywhere(principal: Principal) -> None:
    if principal.windows is not None:
        raise Forbidden("audits look at every window; the key is limited to some")


def _of_media(body: bytes, served: Services, principal: Principal, site: SiteConfig) -> AuditOrder:
    wanted = _validated(AuditRequest, body)
    root = served.settings.media_root
    if root is None:
        raise Conflict("there is no media folder; start the service with --media-root DIR")
    for number, text in enumerate(wanted.paths):
        try:
            found = inside(root, text)
        except UsageError as error:
            raise BadParameter(f"paths[{number}]", str(error)) from None
        if not found.is_dir() and found.suffix.lower() not in VIDEO_SUFFIXES:
            raise BadParameter(f"paths[{number}]", "expected a video file or a folder")
    return _order(wanted, tuple(wanted.paths), False, principal, site)


async def _uploaded(
    request: Request, served: Services, principal: Principal, site: SiteConfig, audit_id: str
) -> AuditOrder:
    folder = served.settings.uploads_folder / audit_id
    upload = Upload(folder)
    try:
        await upload.take(request.headers["content-type"], request.stream())
        wanted = _validated(Recording, upload.fields)
        return _order(wanted, tuple(upload.files), True, principal, site)
    except BaseException:
        await run_in_threadpool(rmtree, folder, ignore_errors=True)
        raise


def _validated(model: type[Any], given: bytes | Mapping[str, str]) -> Any:
    try:
        if isinstance(given, bytes):
            return model.model_validate_json(given)
        return model.model_validate(given)
    except ValidationError as error:
        details = [one | {"loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(details) from None


def _order(
    wanted: Recording,
    paths: tuple[str, ...],
    uploaded: bool,
    principal: Principal,
    site: SiteConfig,
) -> AuditOrder:
    if wanted.camera_id is not None:
        try:
            site.camera(wanted.camera_id)
        except UsageError as error:
            raise BadParameter("camera_id", str(error)) from None
    if wanted.start is not None and len(paths) > 1:
        raise BadParameter("start", "is for one input; give name_pattern for several")
    if wanted.name_pattern is not None:
        _check_pattern(wanted.name_pattern)
    return AuditOrder(
        principal.name, paths, uploaded, wanted.camera_id, wanted.start, wanted.name_pattern
    )


def _check_pattern(pattern: str) -> None:
    try:
        name = datetime(2026, 1, 2, tzinfo=UTC).strftime(pattern)
        datetime.strptime(name, pattern)  # noqa: DTZ007
    except ValueError as error:
        raise BadParameter("name_pattern", f"not a pattern of a time: {error}") from None
