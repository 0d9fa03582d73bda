"""Coverage between two commits: seconds per window, rule and hour."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vision.monitor import Segment
from vision.pipeline import EXEMPT, Outcome
from vision.types import Coverage, VerdictKind

_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class _Sum:
    assessable_s: float = 0.0
    unknown_s: float = 0.0
    lost_s: float = 0.0
    exempt_s: float = 0.0
    reasons_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Ledger:
    """Adds up how time was spent, until it is drawn off into the store."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, datetime], _Sum] = defaultdict(_Sum)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count the spans of these outcomes."""
        for outcome in outcomes:
            for span in outcome.spans:
                for hour, seconds in by_hour(span.segment):
                    key = (outcome.window_id, span.rule_id, hour)
                    _count(self._sums[key], span.segment.kind, span.reason, seconds)

    def draw(self) -> list[Coverage]:
        """What has been counted since the last draw."""
        drawn = [
            Coverage(
                window_id, rule_id, hour,
                scheduled_s=entry.assessable_s + entry.unknown_s + entry.lost_s,
                assessable_s=entry.assessable_s, unknown_s=entry.unknown_s, lost_s=entry.lost_s,
                reasons_s=dict(entry.reasons_s), exempt_s=entry.exempt_s,
            )
            for (window_id, rule_id, hour), entry in self._sums.items()
        ]  # fmt: skip
        self._sums.clear()
        return drawn


def _count(entry: _Sum, kind: VerdictKind, reason: str, seconds: float) -> None:
    if kind is not VerdictKind.UNKNOWN:
        entry.assessable_s += seconds
        return
    if reason == EXEMPT:
        entry.exempt_s += seconds
        return
    entry.reasons_s[reason] += seconds
    if reason == "lost":
        entry.lost_s += seconds
    else:
        entry.unknown_s += seconds


def by_hour(segment: Segment) -> Iterator[tuple[datetime, float]]:
    """The span cut at full hours: start of the hour, and seconds in it."""
    start = segment.start
    while start < segment.end:
        hour = start.replace(minute=0, second=0, microsecond=0)
        end = min(segment.end, hour + _HOUR)
        yield hour, (end - start).total_seconds()
        start = end
