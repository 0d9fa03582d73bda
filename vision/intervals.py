"""Spans of time: union, gap merge, overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open span ``[start, end)`` of aware times.

    Use UTC: Python subtracts two times of one other zone by the clock on the wall, which is wrong
    over a change to or from summer time.

    Raises:
        ValueError: If it ends before it starts.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"interval ends before it starts: {self.start} .. {self.end}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return (self.end - self.start).total_seconds()

    def overlap_s(self, other: "Interval") -> float:
        """Length in seconds of what both share."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        return max(0.0, shared.total_seconds())

    def clipped(self, other: "Interval") -> "Interval | None":
        """The part that lies within ``other``; None where there is none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def tiou(one: Interval, other: Interval) -> float:
    """Temporal intersection over union in [0, 1]; 0 for two empty spans."""
    shared_s = one.overlap_s(other)
    union_s = one.duration_s + other.duration_s - shared_s
    return shared_s / union_s if union_s else 0.0


def merge(intervals: Iterable[Interval], gap_s: float = 0.0) -> list[Interval]:
    """Sorted union; spans that are at most ``gap_s`` apart become one."""
    merged: list[Interval] = []
    gap = timedelta(seconds=gap_s)
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end + gap:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


def total_s(intervals: Iterable[Interval]) -> float:
    """Length in seconds of the union."""
    return sum(interval.duration_s for interval in merge(intervals))
