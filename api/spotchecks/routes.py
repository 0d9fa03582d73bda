"""``/spot-checks``: draw silent intervals, list them, say what the recording shows."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Security
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access import Scope
from api.deps import Reader, Served, authorise
from api.errors import documented
from api.pagination import Cursor, Limit, decode, encode, page
from api.params import IDENTIFIER, Instant, RuleId
from api.schema import Answer, NextPage, Time
from api.spotchecks.service import Wanted, answer, drawn, one_check
from vision.config import RULE_IDS
from vision.spotchecks import CheckFilter, Finding, SpotCheck
from vision.wire import time_to_json

router = APIRouter(prefix="/spot-checks", tags=["quality"])
CheckId = Annotated[str, Path(pattern=IDENTIFIER, description="Id of a spot check")]
_REVIEWER = [Security(authorise, scopes=[Scope.REVIEW])]
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class DrawRequest(BaseModel):
    """Which silent time is to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: Instant = Field(alias="from")
    to: Instant
    rule_id: RuleId | None = Field(default=None, description="Every rule if left out")
    count: int = Field(default=20, ge=1, le=200, description="Intervals of each rule")
    interval_s: float = Field(default=120, ge=30, le=900)
    seed: int = Field(default=0, ge=0, le=2**31)


class AnswerRequest(BaseModel):
    """What the recording shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: Finding
    note: str = Field(default="", max_length=2000, description="Needed for `missed`")


class SpotCheckAnswer(Answer):
    """A silent interval, and what was seen in it."""

    id: str
    window_id: str
    camera_id: str
    rule_id: str
    started_at: Time
    ended_at: Time
    drawn_at: Time
    drawn_by: str
    seed: int
    finding: Finding | None
    reviewer: str | None
    note: str
    answered_at: Time | None


class SpotCheckPage(Answer):
    """Spot checks in the order in which they were drawn."""

    items: list[SpotCheckAnswer]
    next: NextPage


@router.get("", response_model=SpotCheckPage)
def spot_checks(
    request: Request,
    served: Served,
    principal: Reader,
    rule_id: RuleId | None = None,
    answered: Annotated[bool | None, Query(description="Whether somebody has looked")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JSONResponse:
    """The intervals that were drawn."""
    place = decode(cursor, request, (str,))
    wanted = CheckFilter(
        principal.narrowed(None),
        rule_id,
        answered,
        after=place[0] if place else None,
        limit=limit + 1,
    )
    found = served.store.spot_checks(wanted)
    more = encode((found[limit - 1].id,), request) if len(found) > limit else None
    return page(request, [_json(check) for check in found[:limit]], more)


@router.post(
    "",
    response_model=SpotCheckPage,
    status_code=HTTPStatus.CREATED,
    dependencies=_REVIEWER,
    responses=_BODY | documented(HTTPStatus.CONFLICT),
)
def draw_spot_checks(wanted: DrawRequest, served: Served, principal: Reader) -> JSONResponse:
    """Draw intervals in which a rule was assessable and found nothing.

    Systematic sampling per rule over windows and time: every assessable second is as likely as any
    other, and the same seed over the same data draws the same.
    """
    rules = (str(wanted.rule_id),) if wanted.rule_id else RULE_IDS
    asked = Wanted(wanted.start, wanted.to, rules, wanted.count, wanted.interval_s, wanted.seed)
    items = [_json(check) for check in drawn(served, principal, asked)]
    return JSONResponse({"items": items, "next": None}, HTTPStatus.CREATED)


@router.post(
    "/{check_id}/answer",
    response_model=SpotCheckAnswer,
    dependencies=_REVIEWER,
    responses=_BODY | documented(HTTPStatus.NOT_FOUND),
)
def answer_spot_check(
    check_id: CheckId, told: AnswerRequest, served: Served, principal: Reader
) -> JSONResponse:
    """Say what the recording shows of it; a later answer replaces an earlier one."""
    return JSONResponse(_json(answer(served, principal, check_id, told.finding, told.note)))


@router.get(
    "/{check_id}", response_model=SpotCheckAnswer, responses=documented(HTTPStatus.NOT_FOUND)
)
def spot_check(check_id: CheckId, served: Served, principal: Reader) -> JSONResponse:
    """One of them."""
    return JSONResponse(_json(one_check(served, principal, check_id)))


def _json(check: SpotCheck) -> dict[str, Any]:
    return {
        "id": check.id,
        "window_id": check.window_id,
        "camera_id": check.camera_id,
        "rule_id": check.rule_id,
        "started_at": time_to_json(check.started_at),
        "ended_at": time_to_json(check.ended_at),
        "drawn_at": time_to_json(check.drawn_at),
        "drawn_by": check.drawn_by,
        "seed": check.seed,
        "finding": check.finding,
        "reviewer": check.reviewer,
        "note": check.note,
        "answered_at": time_to_json(check.answered_at) if check.answered_at else None,
    }
