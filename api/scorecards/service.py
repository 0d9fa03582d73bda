"""Scorecards of every window within reach, out of the store."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

from api.access import Principal
from api.deps import Services
from api.events.review import COUNTED
from api.periods import Period
from api.scorecards.score import Scorecard, scorecard
from api.windows.service import Windows
from vision.config import RULE_IDS, RulePolicy, ScorecardConfig, resolve_policy
from vision.rules.clauses import citations

_PENDING = ("unreviewed", "appealed")


def scorecards(served: Services, principal: Principal, over: Period) -> list[Scorecard]:
    """One card per window, in the order of the site file."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    pending: Counter[str] = Counter()
    for one in served.store.tally(principal.narrowed(None), None, over.start, over.end):
        if one.review in COUNTED:
            counts[one.window_id][one.rule_id] += one.events
        if one.review in _PENDING:
            pending[one.window_id] += one.events
    seconds = _seconds(served, principal, over)
    scoring = served.site.scorecard if served.site else ScorecardConfig()
    clauses = {rule_id: citations(rule_id) for rule_id in RULE_IDS}
    advisory = served.standing.advisory()
    cards = [
        scorecard(
            window["id"],
            window["name"],
            counts[window["id"]],
            pending[window["id"]],
            _policies(served, window["id"]),
            scoring,
            seconds[window["id"]],
            clauses,
        )
        for window in Windows(served, principal).all()
    ]
    return [_marked(card, advisory) for card in cards]


def _marked(card: Scorecard, advisory: Mapping[str, bool | None]) -> Scorecard:
    marked = (replace(one, advisory=advisory.get(one.rule_id)) for one in card.deductions)
    return replace(card, deductions=tuple(marked))


def _seconds(
    served: Services, principal: Principal, over: Period
) -> dict[str, tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for hour in served.store.coverage(principal.narrowed(None), None, over.start, over.end):
        scheduled_s, assessable_s = sums[hour.window_id]
        sums[hour.window_id] = scheduled_s + hour.scheduled_s, assessable_s + hour.assessable_s
    return sums


def _policies(served: Services, window_id: str) -> dict[str, RulePolicy]:
    for window in served.site.windows if served.site else ():
        if window.id == window_id:
            return served.site.policies(window) if served.site else {}
    return {rule_id: resolve_policy(rule_id) for rule_id in RULE_IDS}
