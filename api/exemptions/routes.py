"""``/exemptions``: approved absences and closed windows, entered and withdrawn by supervisors."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.access import Principal
from api.deps import Reader, Served
from api.errors import documented
from api.exemptions.service import enter, one_exemption, require_supervisor, withdraw
from api.pagination import Cursor, Limit, decode, encode, page
from api.params import IDENTIFIER, From, Instant, To, Windows, in_order
from api.schema import Answer, NextPage, Time
from vision.exemptions import Entry, ExemptionFilter, exemption_to_json
from vision.types import ExemptionKind

router = APIRouter(prefix="/exemptions", tags=["exemptions"])
ExemptionId = Annotated[str, Path(pattern=IDENTIFIER, description="Id of an exemption")]
_MAKING = documented(
    HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
)
_TAKING = documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


def supervisor(principal: Reader) -> Principal:
    """Who may allow an absence; refused before anything else is looked at."""
    require_supervisor(principal)
    return principal


Supervisor = Annotated[Principal, Depends(supervisor)]


class ExemptionRequest(BaseModel):
    """What is to be allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    window_id: Annotated[str, StringConstraints(pattern=IDENTIFIER)]
    kind: ExemptionKind
    start: Instant = Field(alias="from")
    to: Instant = Field(description="Later than `from`, by at most 366 days")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    approved_by: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ExemptionAnswer(Answer):
    """An exemption."""

    id: str
    window_id: str
    kind: ExemptionKind
    from_: Time = Field(alias="from")
    to: Time
    until: Time = Field(description="When it really ends: earlier than `to` once it was withdrawn")
    reason: str
    approved_by: str
    created_at: Time
    created_by: str
    withdrawn_at: Time | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


class ExemptionPage(Answer):
    """Exemptions, the latest entry first."""

    items: list[ExemptionAnswer]
    next: NextPage


@router.get("", response_model=ExemptionPage)
def exemptions(
    request: Request,
    served: Served,
    principal: Reader,
    window_ids: Windows = None,
    start: From = None,
    to: To = None,
    withdrawn: Annotated[bool | None, Query(description="Whether they were withdrawn")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JSONResponse:
    """Every exemption that was ever entered; none is erased."""
    in_order(start, to)
    place = decode(cursor, request, (str,))
    reach = principal.narrowed(window_ids)
    after = place[0] if place else None
    found = served.store.exemptions(
        ExemptionFilter(reach, start, to, withdrawn, after, limit=limit + 1)
    )
    shown = found[:limit]
    more = encode((shown[-1].id,), request) if len(found) > limit else None
    return page(request, [exemption_to_json(one) for one in shown], more)


@router.post("", response_model=ExemptionAnswer, status_code=HTTPStatus.CREATED, responses=_MAKING)
def enter_exemption(
    wanted: ExemptionRequest, served: Served, principal: Supervisor
) -> JSONResponse:
    """Enter one; needs the scope `review` or `admin`. A running watch knows it within seconds."""
    entry = Entry(
        wanted.window_id, wanted.kind, wanted.start, wanted.to, wanted.reason, wanted.approved_by
    )
    made = enter(served, principal, entry)
    return JSONResponse(exemption_to_json(made), HTTPStatus.CREATED)


@router.get(
    "/{exemption_id}",
    response_model=ExemptionAnswer,
    responses=documented(HTTPStatus.NOT_FOUND),
)
def exemption(exemption_id: ExemptionId, served: Served, principal: Reader) -> JSONResponse:
    """One exemption."""
    return JSONResponse(exemption_to_json(one_exemption(served, principal, exemption_id)))


@router.delete("/{exemption_id}", response_model=ExemptionAnswer, responses=_TAKING)
def withdraw_exemption(
    exemption_id: ExemptionId,
    served: Served,
    principal: Supervisor,
    reason: Annotated[str, Query(min_length=1, max_length=2000, description="Why")],
) -> JSONResponse:
    """Withdraw one: it ends now and stays in the records. Needs `review` or `admin`."""
    return JSONResponse(exemption_to_json(withdraw(served, principal, exemption_id, reason)))
