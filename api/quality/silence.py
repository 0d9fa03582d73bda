"""Where a rule was due and found nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.access import Principal
from api.deps import Services
from api.spotchecks.draw import Silence, without
from vision.config import Schedule
from vision.intervals import Interval, total_s
from vision.ports import EventFilter
from vision.types import Coverage, Event

WHOLE = 0.95
"""Share of an hour's service time that must have been analysed: of a part of an hour the store
does not know which part it was."""
SHORTEST_S = 30.0
_HOUR = timedelta(hours=1)
_AT_ONCE = 2000
_SETTLING = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SilentTime:
    """The silent time of one rule.

    Attributes:
        silences: Where it is known to the second.
        left_out_s: Assessable seconds in hours that were analysed in part only.
    """

    silences: tuple[Silence, ...]
    left_out_s: float

    @property
    def seconds(self) -> float:
        """Assessable silent seconds to draw from."""
        return sum(one.weight_s for one in self.silences)


def silent_time(
    served: Services, principal: Principal, rule_id: str, start: datetime, end: datetime
) -> SilentTime:
    """What of ``[start, end)`` was assessable, in service hours, and without an event."""
    schedule = served.site.schedule() if served.site else None
    windows = principal.narrowed(None)
    busy = _busy(every_event(served, EventFilter(windows, rule_id, start=start, end=end)), end)
    found: list[Silence] = []
    left_out_s = 0.0
    for hour in served.store.coverage(windows, rule_id, start, end):
        planned = _planned(schedule, hour.hour, Interval(start, end))
        if not hour.scheduled_s or not hour.assessable_s or not planned:
            continue
        if hour.scheduled_s < WHOLE * total_s(_planned(schedule, hour.hour)):
            left_out_s += hour.assessable_s
            continue
        found += _of_hour(hour, without(planned, busy.get(hour.window_id, ())))
    return SilentTime(tuple(found), left_out_s)


def every_event(served: Services, wanted: EventFilter) -> Iterator[Event]:
    """All of them, page by page."""
    wanted = replace(wanted, newest_first=False, limit=_AT_ONCE)
    while True:
        found = served.store.events(wanted)
        yield from found
        if len(found) < _AT_ONCE:
            return
        wanted = replace(wanted, after=(found[-1].started_at, found[-1].id))


def _busy(events: Iterable[Event], end: datetime) -> Mapping[str, list[Interval]]:
    spans: dict[str, list[Interval]] = defaultdict(list)
    for event in events:
        last = (event.ended_at or max(end, event.started_at)) + _SETTLING
        spans[event.window_id].append(Interval(event.started_at, last))
    return spans


def _planned(
    schedule: Schedule | None, hour: datetime, within: Interval | None = None
) -> list[Interval]:
    whole = Interval(hour, hour + _HOUR)
    span = whole if within is None else whole.clipped(within)
    if span is None:
        return []
    return [span] if schedule is None else schedule.spans(span.start, span.end)


def _of_hour(hour: Coverage, free: Iterable[Interval]) -> Iterator[Silence]:
    share = min(1.0, hour.assessable_s / hour.scheduled_s)
    for span in free:
        if span.duration_s >= SHORTEST_S:
            yield Silence(hour.window_id, span, share)
