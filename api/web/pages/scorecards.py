"""``/scorecards``: the page to look at and to print."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served
from api.periods import PeriodName, period
from api.scorecards.service import scorecards
from api.web.pages.coverage import latest
from api.web.render import html
from api.zones import zone_of

router = APIRouter()


@router.get("/scorecards")
def scorecards_page(
    request: Request,
    served: Served,
    principal: Reader,
    name: Annotated[PeriodName | None, Query(alias="period")] = None,
) -> HTMLResponse:
    """Scores of a period; without one, of the month in which something was last seen."""
    zone = zone_of(served.site)
    over = period(name or f"{latest(served).astimezone(zone):%Y-%m}", zone)
    cards = scorecards(served, principal, over)
    return html(request, "scorecards.html", principal, cards=cards, period=over)
