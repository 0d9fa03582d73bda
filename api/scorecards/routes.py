"""``/scorecards``: points and grades of a period, with the coverage beside them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.deps import Reader, Served
from api.pagination import page
from api.periods import Period, PeriodName, period, up_to
from api.schema import Answer, NextPage, Share, Time
from api.scorecards.score import Scorecard
from api.scorecards.service import scorecards, scorecards_over
from api.scorecards.tables import as_csv, as_xlsx
from api.zones import zone_of
from vision.wire import time_to_json

router = APIRouter(prefix="/scorecards", tags=["scorecards"])
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The scorecards, in the format asked for",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            _XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class Format(StrEnum):
    """JSON, or a table for a spreadsheet."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class DeductionAnswer(Answer):
    """What one rule cost."""

    rule_id: str
    events: int
    points: float
    capped: bool
    clauses: list[str]
    advisory: bool | None = Field(
        description="Whether the rule falls short of its precision target; null if not known"
    )


class CoverageShare(Answer):
    """How much of the schedule the score rests on, over all rules."""

    scheduled_s: float
    assessable_s: float
    share: Share | None


class ScorecardAnswer(Answer):
    """One window in one period."""

    window_id: str
    name: str
    period: str
    start: Time
    end: Time
    base_points: float
    score: float
    grade: str
    reserved: bool
    pending: int
    deductions: list[DeductionAnswer]
    coverage: CoverageShare


class ScorecardPage(Answer):
    """Every window within reach."""

    items: list[ScorecardAnswer]
    next: NextPage


class TrendPoint(Answer):
    """One window in one period."""

    period: str
    score: float
    grade: str
    pending: int
    coverage: Share | None = Field(description="Assessable share of the scheduled time")


class TrendAnswer(Answer):
    """One window over periods of the same length, oldest first."""

    window_id: str
    name: str
    points: list[TrendPoint]


class TrendPage(Answer):
    """Every window within reach."""

    items: list[TrendAnswer]
    next: NextPage


@router.get("/trend", response_model=TrendPage)
def get_trend(
    request: Request,
    served: Served,
    principal: Reader,
    name: Annotated[PeriodName, Query(alias="period", description="The last of the periods")],
    count: Annotated[int, Query(ge=2, le=24, description="How many periods")] = 6,
) -> Response:
    """Scores of a period and of those before it, to compare."""
    periods = up_to(period(name, zone_of(served.site)), count)
    cards = list(zip(*scorecards_over(served, principal, periods), strict=True))
    return page(request, [_trend(of_window, periods) for of_window in cards], None)


def _trend(cards: Sequence[Scorecard], periods: Sequence[Period]) -> dict[str, Any]:
    points = [
        {
            "period": over.name,
            "score": card.score,
            "grade": card.grade,
            "pending": card.pending,
            "coverage": None if card.coverage is None else round(min(1.0, card.coverage), 4),
        }
        for card, over in zip(cards, periods, strict=True)
    ]
    return {"window_id": cards[0].window_id, "name": cards[0].name, "points": points}


@router.get("", response_model=ScorecardPage, responses=_TABLES)
def get_scorecards(
    request: Request,
    served: Served,
    principal: Reader,
    name: Annotated[PeriodName, Query(alias="period")],
    form: Annotated[Format, Query(alias="format")] = Format.JSON,
) -> Response:
    """Scores of confirmed and upheld events only."""
    over = period(name, zone_of(served.site))
    cards = scorecards(served, principal, over)
    if form is Format.JSON:
        times = {"start": time_to_json(over.start), "end": time_to_json(over.end)}
        return page(request, [_json(card) | {"period": name} | times for card in cards], None)
    data, kind = (as_csv, "text/csv; charset=utf-8") if form is Format.CSV else (as_xlsx, _XLSX)
    headers = {"Content-Disposition": f'attachment; filename="scorecards-{name}.{form}"'}
    return Response(data(cards, name), media_type=kind, headers=headers)


def _json(card: Scorecard) -> dict[str, Any]:
    return {
        "window_id": card.window_id,
        "name": card.name,
        "base_points": card.base_points,
        "score": card.score,
        "grade": card.grade,
        "reserved": card.reserved,
        "pending": card.pending,
        "deductions": [
            {
                "rule_id": one.rule_id,
                "events": one.events,
                "points": one.points,
                "capped": one.capped,
                "clauses": list(one.clauses),
                "advisory": one.advisory,
            }
            for one in card.deductions
        ],
        "coverage": {
            "scheduled_s": round(card.scheduled_s, 3),
            "assessable_s": round(card.assessable_s, 3),
            "share": None if card.coverage is None else round(min(1.0, card.coverage), 4),
        },
    }
