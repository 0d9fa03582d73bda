"""``/quality``: precision, recall and false alarms of every rule, with intervals."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api.deps import Reader, Served
from api.errors import BadParameter
from api.pagination import page
from api.params import From, To, in_order
from api.quality.estimate import Estimate
from api.quality.service import RuleQuality, config_of, quality
from api.schema import Answer, NextPage, Share

router = APIRouter(prefix="/quality", tags=["quality"])
LONGEST = timedelta(days=400)


class EstimateAnswer(Answer):
    """A value with the interval that holds it at 95 %."""

    value: float
    low: float
    high: float


class QualityAnswer(Answer):
    """One rule; what cannot be told yet is null."""

    rule_id: str
    precision_target: Share
    advisory: bool | None = Field(
        description="Whether precision falls short of the target; null before enough was decided"
    )
    events: int
    decided: int
    right: int = Field(description="Confirmed and upheld")
    wrong: int = Field(description="Dismissed and overturned")
    spot_checks: int = Field(description="Decided ones")
    missed: int = Field(description="Spot checks in which a violation began")
    unclear: int
    precision: EstimateAnswer | None
    recall: EstimateAnswer | None
    false_alarms_per_camera_hour: EstimateAnswer | None
    camera_hours: float


class QualityPage(Answer):
    """Every rule."""

    items: list[QualityAnswer]
    next: NextPage


@router.get("", response_model=QualityPage)
def get_quality(
    request: Request, served: Served, principal: Reader, start: From = None, to: To = None
) -> JSONResponse:
    """How good the rules are found to be, by decisions and spot checks.

    Without `to` up to now, without `from` as far back as the site file says (90 days).
    """
    end = to or served.now()
    first = start or end - timedelta(days=config_of(served).days)
    in_order(first, end)
    if end - first > LONGEST:
        raise BadParameter("from", f"expected at most {LONGEST.days} days up to 'to'")
    found = quality(served, principal, first, end)
    return page(request, [_json(one) for one in found], None)


def _json(one: RuleQuality) -> dict[str, Any]:
    seen = one.seen
    return {
        "rule_id": one.rule_id,
        "precision_target": one.target,
        "advisory": one.advisory,
        "events": seen.events,
        "decided": seen.decided,
        "right": seen.right,
        "wrong": seen.wrong,
        "spot_checks": seen.checked,
        "missed": seen.missed,
        "unclear": seen.unclear,
        "precision": _estimate(one.precision),
        "recall": _estimate(one.recall),
        "false_alarms_per_camera_hour": _estimate(one.false_alarms),
        "camera_hours": round(seen.camera_hours, 4),
    }


def _estimate(found: Estimate | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {name: round(getattr(found, name), 6) for name in ("value", "low", "high")}
