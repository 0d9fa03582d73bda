"""Rules that have gone out of force: out of season, or exempt. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from vision.monitor import Segment
from vision.pipeline.judge import Outcome, Span, wind_up
from vision.pipeline.plan import Roster, WindowPlan
from vision.pipeline.progress import CameraProgress, WindowProgress
from vision.types import VerdictKind

EXEMPT = "exempt"
"""Reason code of time in which a rule was not due, and of an event that such time ended."""

_FRESH = WindowProgress()


def retired(
    roster: Roster, progress: CameraProgress, at: datetime
) -> tuple[CameraProgress, list[Outcome]]:
    """Close what is open of rules that are no longer in force, and account for exempt time."""
    states, outcomes = dict(progress.windows), []
    for window in roster.plan.windows:
        state = states.get(window.window_id, _FRESH)
        state, found = _retired(roster, window, state, at)
        if found:
            states[window.window_id] = state
            outcomes += found
    return replace(progress, windows=states), outcomes


def _retired(
    roster: Roster, window: WindowPlan, state: WindowProgress, at: datetime
) -> tuple[WindowProgress, list[Outcome]]:
    excused = roster.excused(window, at)
    in_force = {duty.rule.rule_id for duty in roster.in_force(window, at)}
    expired = [rule_id for rule_id in state.monitors if rule_id not in in_force]
    ended = state.seen_at or at
    outcomes = []
    for reason in (EXEMPT, "schedule_ended"):
        rules = [one for one in expired if (one in excused) is (reason == EXEMPT)]
        if rules:
            state, outcome = wind_up(state, window, rules, ended, reason)
            outcomes.append(outcome)
    if excused or state.excused:
        spans = tuple(exempt_time(state, at))
        kind = roster.exempt(window.window_id, at)
        outcomes.append(Outcome(window.window_id, at, None, None, {}, (), spans, kind))
        state = replace(state, excused=dict.fromkeys(sorted(excused), at))
    return state, outcomes


def exempt_time(state: WindowProgress, at: datetime) -> Iterator[Span]:
    """The exempt time of a window that is not yet accounted for."""
    for rule_id, since in state.excused.items():
        if since < at:
            yield Span(rule_id, Segment(since, at, VerdictKind.UNKNOWN), EXEMPT)
