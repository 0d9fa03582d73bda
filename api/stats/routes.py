"""``/stats``: events per window, rule and hour, day or month."""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.deps import Reader, Served
from api.errors import BadParameter
from api.events.review import COUNTED
from api.pagination import page
from api.params import From, RuleId, To, Windows, in_order
from api.schema import Answer, NextPage, Time
from api.zones import zone_of
from vision.statistics import Tally
from vision.wire import time_to_json

router = APIRouter(prefix="/stats", tags=["stats"])
_USUAL = timedelta(days=7)


class StatsBucket(StrEnum):
    """Length of a bucket, in the time of the hall."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


_LONGEST = {
    StatsBucket.HOUR: timedelta(days=92),
    StatsBucket.DAY: timedelta(days=732),
    StatsBucket.MONTH: timedelta(days=3660),
}


class StatsAnswer(Answer):
    """Events of one window and rule that began in one bucket."""

    window_id: str
    rule_id: str
    start: Time
    events: int
    confirmed: int
    unreviewed: int
    duration_s: float


class StatsPage(Answer):
    """Every bucket with an event in it, by window, rule and time."""

    items: list[StatsAnswer]
    next: NextPage


@router.get("", response_model=StatsPage)
def stats(
    request: Request,
    served: Served,
    principal: Reader,
    window_ids: Windows = None,
    rule_id: RuleId | None = None,
    start: From = None,
    to: To = None,
    bucket: Annotated[StatsBucket, Query()] = StatsBucket.DAY,
) -> JSONResponse:
    """How many events began when; buckets without any are left out.

    Without `to` up to now, without `from` the seven days before `to`.
    """
    in_order(start, to)
    end = to or max(served.now(), start or served.now())
    first = start or end - _USUAL
    if end - first > _LONGEST[bucket]:
        raise BadParameter("from", f"expected at most {_LONGEST[bucket].days} days up to 'to'")
    found = served.store.tally(principal.narrowed(window_ids), rule_id, first, end)
    return page(request, folded(found, bucket, zone_of(served.site)), None)


def folded(found: list[Tally], bucket: StatsBucket, zone: tzinfo) -> list[dict[str, Any]]:
    """Quarters of an hour added up to buckets."""
    rows: dict[tuple[str, str, datetime], dict[str, Any]] = {}
    for one in found:
        key = (one.window_id, one.rule_id, _start(one.at, bucket, zone))
        row = rows.setdefault(key, _empty(*key))
        row["events"] += one.events
        row["confirmed"] += one.events * (one.review in COUNTED)
        row["unreviewed"] += one.events * (one.review == "unreviewed")
        row["duration_s"] = round(row["duration_s"] + one.duration_s, 3)
    return [row for _, row in sorted(rows.items())]


def _empty(window_id: str, rule_id: str, start: datetime) -> dict[str, Any]:
    counts = dict.fromkeys(("events", "confirmed", "unreviewed"), 0)
    place = {"window_id": window_id, "rule_id": rule_id, "start": time_to_json(start)}
    return {**place, **counts, "duration_s": 0.0}


def _start(at: datetime, bucket: StatsBucket, zone: tzinfo) -> datetime:
    local = at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if bucket is StatsBucket.HOUR:
        return local
    day = local.replace(hour=0)
    return day.replace(day=1) if bucket is StatsBucket.MONTH else day
