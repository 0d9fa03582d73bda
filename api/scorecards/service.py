"""Scorecards of every window within reach, out of the store."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from api.access import Principal
from api.deps import Services
from api.events.review import COUNTED
from api.periods import Period
from api.scorecards.score import Scorecard, scorecard
from api.windows.service import Windows
from vision.config import RULE_IDS, RulePolicy, ScorecardConfig, resolve_policy
from vision.rules.clauses import citations

_PENDING = ("unreviewed", "appealed")


@dataclass(slots=True)
class _Counted:
    """What happened in one period."""

    events: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pending: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, tuple[float, float]] = field(
        default_factory=lambda: defaultdict(lambda: (0.0, 0.0))
    )


def scorecards(served: Services, principal: Principal, over: Period) -> list[Scorecard]:
    """One card per window, in the order of the site file."""
    return scorecards_over(served, principal, [over])[0]


def scorecards_over(
    served: Services, principal: Principal, periods: Sequence[Period]
) -> list[list[Scorecard]]:
    """Of each period one card per window; the store is asked once for all of them.

    Args:
        served: The services.
        principal: Who asks.
        periods: In order, each beginning where the one before ends.
    """
    counted = _counted(served, principal, periods)
    scoring = served.site.scorecard if served.site else ScorecardConfig()
    clauses = {rule_id: citations(rule_id) for rule_id in RULE_IDS}
    advisory = served.standing.advisory()
    windows = Windows(served, principal).all()
    policies = {window["id"]: _policies(served, window["id"]) for window in windows}
    return [
        [
            _marked(
                scorecard(
                    window["id"],
                    window["name"],
                    one.events[window["id"]],
                    one.pending[window["id"]],
                    policies[window["id"]],
                    scoring,
                    one.seconds[window["id"]],
                    clauses,
                ),
                advisory,
            )
            for window in windows
        ]
        for one in counted
    ]


def _marked(card: Scorecard, advisory: Mapping[str, bool | None]) -> Scorecard:
    marked = (replace(one, advisory=advisory.get(one.rule_id)) for one in card.deductions)
    return replace(card, deductions=tuple(marked))


def _counted(served: Services, principal: Principal, periods: Sequence[Period]) -> list[_Counted]:
    reach, start, end = principal.narrowed(None), periods[0].start, periods[-1].end
    starts = [over.start for over in periods]
    counted = [_Counted() for _ in periods]

    def at(time: datetime) -> _Counted:
        return counted[max(0, bisect_right(starts, time) - 1)]

    for one in served.store.tally(reach, None, start, end):
        if one.review in COUNTED:
            at(one.at).events[one.window_id][one.rule_id] += one.events
        if one.review in _PENDING:
            at(one.at).pending[one.window_id] += one.events
    for hour in served.store.coverage(reach, None, start, end):
        seconds = at(hour.hour).seconds
        scheduled_s, assessable_s = seconds[hour.window_id]
        seconds[hour.window_id] = scheduled_s + hour.scheduled_s, assessable_s + hour.assessable_s
    return counted


def _policies(served: Services, window_id: str) -> dict[str, RulePolicy]:
    for window in served.site.windows if served.site else ():
        if window.id == window_id:
            return served.site.policies(window) if served.site else {}
    return {rule_id: resolve_policy(rule_id) for rule_id in RULE_IDS}
