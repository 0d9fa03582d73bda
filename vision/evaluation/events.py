"""Which alarms were due, and which came: one to one (design section 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vision.evaluation.truth import Truth, TruthKind
from vision.intervals import Interval
from vision.types import Coverage, Event

EARLY_S = 2.0
"""An alarm may come this long before it is due, for the truth's own onset is not exact."""

LATE_S = 10.0
"""An alarm that comes this long after it was due is still one of use."""

Key = tuple[str, str]
"""Window id and rule id."""


@dataclass(frozen=True, slots=True)
class EventCase:
    """One recording to be judged.

    Attributes:
        name: As shown in the report.
        truths: What happened.
        events: What the product said.
        dwell_s: Per window and rule, how long the condition lasts before an alarm is due.
        camera_of: Window id to camera id, for every window of the site.
        coverage: Per window, rule and hour; empty where it is not known.
    """

    name: str
    truths: Sequence[Truth]
    events: Sequence[Event]
    dwell_s: Mapping[Key, float]
    camera_of: Mapping[str, str]
    coverage: Sequence[Coverage] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A true event and the alarm that found it.

    Attributes:
        due_at: When the alarm was due.
    """

    truth: Truth
    event: Event
    due_at: datetime

    @property
    def latency_s(self) -> float:
        """From when the alarm was due to when it came; negative if it came early."""
        return (self.event.confirmed_at - self.due_at).total_seconds()

    @property
    def onset_error_s(self) -> float:
        """Start as said minus true start."""
        return (self.event.started_at - self.truth.span.start).total_seconds()

    @property
    def offset_error_s(self) -> float | None:
        """End as said minus true end; None while the event is open."""
        if self.event.ended_at is None:
            return None
        return (self.event.ended_at - self.truth.span.end).total_seconds()


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """An alarm that was not due.

    Attributes:
        duplicate: Whether it is a further alarm inside an event that was already found.
        mistaken_for: Note of the distractor that it came in; empty where there was none.
    """

    event: Event
    duplicate: bool
    mistaken_for: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of every truth and every alarm of one window and rule.

    Attributes:
        matches: Events that were found.
        missed: Events whose alarm was due and did not come.
        false_alarms: Alarms that were not due, duplicates included.
        ignored: Alarms in regions that do not count.
        not_due: True events that are shorter than the dwell, or that an ignore region cuts into
            before their alarm was due.
    """

    window_id: str
    rule_id: str
    matches: tuple[Match, ...]
    missed: tuple[Truth, ...]
    false_alarms: tuple[FalseAlarm, ...]
    ignored: tuple[Event, ...]
    not_due: tuple[Truth, ...]


def judge_case(case: EventCase) -> list[Outcome]:
    """The outcome of every window and rule of a case that has truth or events, in order."""
    keys = {(event.window_id, event.rule_id) for event in case.events}
    keys |= {
        (truth.window_id, truth.rule_id)
        for truth in case.truths
        if (truth.window_id, truth.rule_id) in case.dwell_s
    }
    return [_judge(case, *key) for key in sorted(keys)]


def _judge(case: EventCase, window_id: str, rule_id: str) -> Outcome:
    truths = [truth for truth in case.truths if truth.concerns(window_id, rule_id)]
    alarms = sorted(
        (one for one in case.events if (one.window_id, one.rule_id) == (window_id, rule_id)),
        key=lambda one: (one.confirmed_at, one.id),
    )
    dwell = timedelta(seconds=case.dwell_s.get((window_id, rule_id), 0.0))
    ignored = [truth.span for truth in truths if truth.kind is TruthKind.IGNORE]
    events = [truth for truth in truths if truth.kind is TruthKind.EVENT]
    cut = [one for one in events if _is_cut(one, dwell, ignored)]
    short = [one for one in events if one.span.start + dwell > one.span.end and one not in cut]
    due = [one for one in events if one not in cut and one not in short]
    matches = match([(one, one.span.start + dwell) for one in due], alarms)
    found = [one.truth for one in matches]
    taken = [one.event for one in matches]
    left = [alarm for alarm in alarms if alarm not in taken]
    regions = ignored + [Interval(one.span.start, _reach(one, dwell)) for one in cut]
    void = [alarm for alarm in left if any(_touches(alarm, region) for region in regions)]
    distractors = [truth for truth in truths if truth.kind is TruthKind.DISTRACTOR]
    return Outcome(
        window_id,
        rule_id,
        tuple(matches),
        tuple(one for one in due if one not in found),
        tuple(
            FalseAlarm(alarm, _is_duplicate(alarm, matches), _mistaken_for(alarm, distractors))
            for alarm in left
            if alarm not in void
        ),
        tuple(void),
        tuple(short + cut),
    )


def match(due: Sequence[tuple[Truth, datetime]], alarms: Sequence[Event]) -> list[Match]:
    """The most matches that are possible, one to one.

    Every alarm, by time, takes the earliest event that still waits for one. Since all events wait
    equally long, no other order can match more.

    Args:
        due: Events with the instant at which their alarm is due.
        alarms: In order of ``confirmed_at``.
    """
    early, late = timedelta(seconds=EARLY_S), timedelta(seconds=LATE_S)
    waiting = sorted(due, key=lambda one: one[1])
    found: list[Match] = []
    for alarm in alarms:
        while waiting and waiting[0][1] + late < alarm.confirmed_at:
            waiting.pop(0)
        if waiting and waiting[0][1] - early <= alarm.confirmed_at:
            truth, due_at = waiting.pop(0)
            found.append(Match(truth, alarm, due_at))
    return found


def _is_cut(truth: Truth, dwell: timedelta, ignored: Sequence[Interval]) -> bool:
    wait = Interval(truth.span.start, truth.span.start + dwell)
    return any(wait.overlap_s(region) > 0 for region in ignored)


def _reach(truth: Truth, dwell: timedelta) -> datetime:
    """The last instant at which an alarm can be about this event."""
    return max(truth.span.end, truth.span.start + dwell + timedelta(seconds=LATE_S))


def _touches(alarm: Event, region: Interval) -> bool:
    return alarm.started_at <= region.end and region.start <= alarm.confirmed_at


def _is_duplicate(alarm: Event, matches: Sequence[Match]) -> bool:
    return any(
        one.truth.span.start
        <= alarm.confirmed_at
        <= max(one.truth.span.end, one.event.confirmed_at)
        for one in matches
    )


def _mistaken_for(alarm: Event, distractors: Sequence[Truth]) -> str:
    return next((one.note for one in distractors if _touches(alarm, one.span)), "")
