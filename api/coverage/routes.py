"""``/coverage``: without it "no events" is not an audit result."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.coverage.models import CoveragePage
from api.coverage.service import totals
from api.deps import Reader, Served
from api.errors import BadParameter
from api.pagination import Cursor, decode, encode, page
from api.params import From, RuleId, To, Windows, in_order
from vision.types import Coverage
from vision.wire import coverage_to_json, time_to_json

router = APIRouter(prefix="/coverage", tags=["coverage"])
_USUAL = timedelta(days=7)
_LONGEST = timedelta(days=400)


class Bucket(StrEnum):
    """One row per hour, or one for the whole interval."""

    HOUR = "hour"
    TOTAL = "total"


@router.get("", response_model=CoveragePage)
def coverage(
    request: Request,
    served: Served,
    principal: Reader,
    window_ids: Windows = None,
    rule_id: RuleId | None = None,
    start: From = None,
    to: To = None,
    bucket: Bucket = Bucket.HOUR,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=2000, description="Most items on a page")] = 500,
) -> JSONResponse:
    """Seconds scheduled, assessable, unknown and lost, per window, rule and hour.

    Without `to` up to now, without `from` the seven days before `to`; at most 400 days.
    """
    start, end = _interval(start, to, served.now())
    found = served.store.coverage(principal.narrowed(window_ids), rule_id, start, end)
    rows = totals(found) if bucket is Bucket.TOTAL else found
    after = decode(cursor, request, (str, str, str))
    rest = [row for row in rows if after is None or _place(row) > after]
    more = encode(_place(rest[limit - 1]), request) if len(rest) > limit else None
    return page(request, [coverage_to_json(row) for row in rest[:limit]], more)


def _place(row: Coverage) -> list[str]:
    return [row.window_id, row.rule_id, time_to_json(row.hour)]


def _interval(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    in_order(start, end)
    last = end or (now if start is None or start <= now else start)
    first = start or last - _USUAL
    if last - first > _LONGEST:
        raise BadParameter("from", f"expected at most {_LONGEST.days} days up to 'to'")
    return first, last
