"""``/audit-log``: who changed what, and who looked at which evidence."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Security
from fastapi.responses import JSONResponse

from api.access import Scope
from api.deps import Administrator, Served, authorise
from api.errors import BadParameter, Forbidden, documented
from api.pagination import Cursor, Limit, decode, encode, page
from api.params import From, To, in_order
from api.schema import Answer, NextPage, Time
from vision.wire import time_to_json

router = APIRouter(
    prefix="/audit-log",
    tags=["audit log"],
    dependencies=[Security(authorise, scopes=[Scope.ADMIN])],
)
MOST = 2**62
PRINTED = r"^[^\x00-\x1f]*$"
Word = Annotated[str | None, Query(max_length=200, pattern=PRINTED)]
Action = Annotated[str | None, Query(max_length=64, pattern=PRINTED, examples=["evidence_viewed"])]
Subject = Annotated[str | None, Query(max_length=200, pattern=PRINTED, examples=["event:01J…"])]


class ActivityAnswer(Answer):
    """One act of one key or person."""

    number: int
    at: Time
    who: str
    action: str
    subject: str
    detail: dict[str, Any]


class ActivityPage(Answer):
    """Acts, the latest first."""

    items: list[ActivityAnswer]
    next: NextPage


@router.get("", response_model=ActivityPage, responses=documented(HTTPStatus.FORBIDDEN))
def audit_log(
    request: Request,
    served: Served,
    principal: Administrator,
    who: Word = None,
    action: Action = None,
    subject: Subject = None,
    start: From = None,
    to: To = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JSONResponse:
    """Changes, and views of pictures, the latest first. Entries cannot be changed."""
    if principal.windows is not None:
        raise Forbidden("the log is of every window; the key is limited to some")
    in_order(start, to)
    place = decode(cursor, request, (int,))
    before = place[0] if place else None
    if before is not None and not 0 <= before < MOST:
        raise BadParameter("cursor", "expected the 'next' of a page before")
    found = served.store.activity(who, action, subject, start, to, before, limit + 1)
    shown, rest = found[:limit], found[limit:]
    items = [
        {
            "number": number,
            "at": time_to_json(one.at),
            "who": one.who,
            "action": one.action,
            "subject": one.subject,
            "detail": dict(one.detail),
        }
        for number, one in shown
    ]
    return page(request, items, encode((shown[-1][0],), request) if rest else None)
