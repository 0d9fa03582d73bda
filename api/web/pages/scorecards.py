"""``/scorecards``: the page to look at, to compare and to print."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import Reader, Served
from api.periods import Period, PeriodName, neighbour, period, up_to
from api.scorecards.score import Scorecard
from api.scorecards.service import scorecards_over
from api.web.pages.coverage import latest
from api.web.render import html
from api.zones import zone_of
from vision.config import RULE_IDS, ScorecardConfig

router = APIRouter()
COMPARED = 6
_HEIGHT, _WIDTH = 24.0, 96.0


@dataclass(frozen=True, slots=True)
class Row:
    """One window on the page.

    Attributes:
        card: Of the period.
        change: Points more than in the period before; None where nothing was scheduled then.
        line: Its scores over the periods, as the points of a line in a box of 96 x 24.
        told: The same in words, for those who do not see the line.
    """

    card: Scorecard
    change: float | None
    line: str
    told: str


@router.get("/scorecards")
def scorecards_page(
    request: Request,
    served: Served,
    principal: Reader,
    name: Annotated[PeriodName | None, Query(alias="period")] = None,
) -> HTMLResponse:
    """Scores of a period; without one, of the month in which something was last seen."""
    zone = zone_of(served.site)
    last = latest(served).astimezone(zone)
    over = period(name or f"{last:%Y-%m}", zone)
    periods = up_to(over, COMPARED)
    columns = scorecards_over(served, principal, periods)
    cards = columns[-1]
    return html(
        request,
        "scorecards.html",
        principal,
        rows=[_row(of_window, periods) for of_window in zip(*columns, strict=True)],
        cards=cards,
        period=over,
        first=periods[0].name,
        before=neighbour(over, -1),
        after=neighbour(over, 1),
        views=_views(over, f"{last:%Y-%m-%d}"),
        by_rule=_by_rule(cards),
        grades=Counter(card.grade for card in cards),
        scoring=served.site.scorecard if served.site else ScorecardConfig(),
        now=served.now(),
    )


def _views(over: Period, today: str) -> list[tuple[str, str]]:
    """The year, month and day to switch to: that of the period, or where it is longer, today's."""
    day = over.name if len(over.name) == 10 else today
    if not day.startswith(over.name):
        day = f"{over.name}-01-01"[:10]
    return [("year", day[:4]), ("month", day[:7]), ("day", day)]


def _row(cards: Sequence[Scorecard], periods: Sequence[Period]) -> Row:
    card, previous = cards[-1], cards[-2]
    seen = [one for one in enumerate(cards) if one[1].scheduled_s]
    base = card.base_points or 1
    step = _WIDTH / (len(cards) - 1)
    line = " ".join(
        f"{step * number:.1f},{_HEIGHT - _HEIGHT * min(1, one.score / base):.1f}"
        for number, one in seen
    )
    told = ", ".join(f"{periods[number].name}: {one.score:g}" for number, one in seen)
    change = round(card.score - previous.score, 2) if previous.scheduled_s else None
    return Row(card, change, line, told)


def _by_rule(cards: Iterable[Scorecard]) -> list[tuple[str, int, float]]:
    """Rule, events that counted, and points that they cost, in the order of the rules."""
    events: Counter[str] = Counter()
    points: dict[str, float] = dict.fromkeys(RULE_IDS, 0.0)
    for card in cards:
        for one in card.deductions:
            events[one.rule_id] += one.events
            points[one.rule_id] += one.points
    return [(rule_id, events[rule_id], points[rule_id]) for rule_id in RULE_IDS if events[rule_id]]
