"""From outcomes to figures, per rule and over all rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vision.config import RULE_IDS
from vision.evaluation.events import EventCase, Outcome, judge_case

ALL_RULES = "all"
RULE_OF_THREE = 3.0
"""With no event in H hours, 3/H is the 95 % upper bound of a Poisson rate: exp(-3) = 0.0498."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 95th percentile of some seconds; None where there is none."""

    median_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one rule, or of ``all``.

    Attributes:
        due: True events whose alarm was due.
        found: Of these, how many had their alarm in time.
        false_alarms: Alarms that were not due, duplicates included.
        duplicates: Further alarms inside events already found.
        ignored: Alarms in regions that do not count.
        not_due: True events too short, or cut by an ignore region.
        recall: ``found / due``; None where nothing was due.
        precision: ``found / (found + false_alarms)``; None where no alarm came.
        f1: Of the two; None where nothing was due and no alarm came.
        camera_hours: Assessable hours in service time, the mean over each camera's windows,
            summed over cameras; None where coverage is not known.
        false_alarms_per_hour: Per camera-hour.
        upper_bound_per_hour: 95 % upper bound of that rate where there was no false alarm.
        latency: From due to alarm.
        onset_error: Absolute error of the start.
        offset_error: Absolute error of the end.
        coverage: Assessable share of the scheduled time.
    """

    rule_id: str
    due: int
    found: int
    false_alarms: int
    duplicates: int
    ignored: int
    not_due: int
    recall: float | None
    precision: float | None
    f1: float | None
    camera_hours: float | None
    false_alarms_per_hour: float | None
    upper_bound_per_hour: float | None
    latency: Spread
    onset_error: Spread
    offset_error: Spread
    coverage: float | None


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A recording with the outcome of each of its windows and rules."""

    case: EventCase
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class EventReport:
    """How well events were found.

    Attributes:
        rules: Figures of every rule that had truth, alarms or coverage, in the usual order.
        total: Over all rules.
        cases: What the figures are of.
    """

    rules: tuple[Figures, ...]
    total: Figures
    cases: tuple[JudgedCase, ...]


def evaluate_events(cases: Sequence[EventCase]) -> EventReport:
    """Judge recordings, each by itself, and sum up."""
    judged = tuple(JudgedCase(case, tuple(judge_case(case))) for case in cases)
    outcomes = [outcome for one in judged for outcome in one.outcomes]
    seen = {outcome.rule_id for outcome in outcomes}
    seen |= {row.rule_id for case in cases for row in case.coverage}
    order = [*RULE_IDS, *sorted(seen - set(RULE_IDS))]
    rules = tuple(
        _figures(rule_id, [one for one in outcomes if one.rule_id == rule_id], cases, {rule_id})
        for rule_id in order
        if rule_id in seen
    )
    return EventReport(rules, _figures(ALL_RULES, outcomes, cases, seen), judged)


def _figures(
    name: str, outcomes: Sequence[Outcome], cases: Sequence[EventCase], rule_ids: set[str]
) -> Figures:
    matches = [match for outcome in outcomes for match in outcome.matches]
    alarms = [alarm for outcome in outcomes for alarm in outcome.false_alarms]
    due = len(matches) + sum(len(outcome.missed) for outcome in outcomes)
    hours = camera_hours(cases, rule_ids)
    ends_s = (match.offset_error_s for match in matches)
    return Figures(
        rule_id=name,
        due=due,
        found=len(matches),
        false_alarms=len(alarms),
        duplicates=sum(alarm.duplicate for alarm in alarms),
        ignored=sum(len(outcome.ignored) for outcome in outcomes),
        not_due=sum(len(outcome.not_due) for outcome in outcomes),
        recall=_ratio(len(matches), due),
        precision=_ratio(len(matches), len(matches) + len(alarms)),
        f1=_ratio(2 * len(matches), len(matches) + len(alarms) + due),
        camera_hours=hours,
        false_alarms_per_hour=_ratio(len(alarms), hours),
        upper_bound_per_hour=None if alarms else _ratio(RULE_OF_THREE, hours),
        latency=_spread(match.latency_s for match in matches),
        onset_error=_spread(abs(match.onset_error_s) for match in matches),
        offset_error=_spread(abs(error_s) for error_s in ends_s if error_s is not None),
        coverage=_coverage(cases, rule_ids),
    )


def camera_hours(cases: Sequence[EventCase], rule_ids: set[str]) -> float | None:
    """Assessable hours in service time: the mean over a camera's windows, summed over cameras."""
    total_s = 0.0
    for case in cases:
        of_window: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
        for row in case.coverage:
            if row.rule_id in rule_ids and row.window_id in case.camera_of:
                camera_id = case.camera_of[row.window_id]
                of_window[camera_id][row.window_id, row.rule_id] += row.assessable_s
        total_s += sum(float(np.mean(list(each.values()))) for each in of_window.values())
    return total_s / 3600 if any(case.coverage for case in cases) else None


def _coverage(cases: Sequence[EventCase], rule_ids: set[str]) -> float | None:
    rows = [row for case in cases for row in case.coverage if row.rule_id in rule_ids]
    return _ratio(sum(row.assessable_s for row in rows), sum(row.scheduled_s for row in rows))


def _ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None


def _spread(values_s: Iterable[float]) -> Spread:
    values = list(values_s)
    if not values:
        return Spread(None, None)
    return Spread(float(np.median(values)), float(np.percentile(values, 95)))
