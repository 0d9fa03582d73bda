"""Draws intervals out of silent time: systematic, so that every window gets its share. Pure."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vision.intervals import Interval, merge


@dataclass(frozen=True, slots=True)
class Silence:
    """A span in which a rule was due at a window and found nothing.

    Attributes:
        share: Of it that could be judged, in (0, 1].
    """

    window_id: str
    span: Interval
    share: float

    @property
    def weight_s(self) -> float:
        """Assessable seconds in it."""
        return self.span.duration_s * self.share


def without(spans: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """What of ``spans`` lies in none of ``busy``."""
    taken = merge(busy)
    return [free for span in spans for free in _cut(span, taken)]


def _cut(span: Interval, taken: Sequence[Interval]) -> Iterator[Interval]:
    at = span.start
    for busy in taken:
        shared = busy.clipped(span)
        if shared is None:
            continue
        if shared.start > at:
            yield Interval(at, shared.start)
        at = max(at, shared.end)
    if at < span.end:
        yield Interval(at, span.end)


def draw(
    silences: Sequence[Silence], count: int, length_s: float, seed: int
) -> list[tuple[str, Interval]]:
    """Windows and intervals, each assessable second as likely as any other.

    The silent time of all windows is laid end to end, window by window and in the order of time,
    and points are taken at even steps from a random start. So every window and every part of the
    period gets its share of the sample, to within one.

    Args:
        silences: Where to draw from.
        count: How many points to take; two of them may fall into one interval, which counts once.
        length_s: Length of an interval in seconds; shorter where the silence is.
        seed: The same over the same silences draws the same.
    """
    ordered = sorted(silences, key=lambda one: (one.window_id, one.span, one.share))
    total_s = sum(one.weight_s for one in ordered)
    if not total_s:
        return []
    step_s = total_s / count
    first_s = random.Random(seed).random() * step_s  # noqa: S311 - a sample, not a secret
    points = (first_s + number * step_s for number in range(count))
    return list(dict.fromkeys(_at(ordered, point, length_s) for point in points))


def _at(silences: Sequence[Silence], point_s: float, length_s: float) -> tuple[str, Interval]:
    for one in silences:
        if point_s < one.weight_s:
            return one.window_id, _cell(one.span, point_s / one.share, length_s)
        point_s -= one.weight_s
    last = silences[-1]  # rounding may carry the last point just over the end
    return last.window_id, _cell(last.span, last.span.duration_s, length_s)


def _cell(span: Interval, offset_s: float, length_s: float) -> Interval:
    """Of the cells into which a span is cut from its start, the one that holds the offset."""
    cells = max(1, int(span.duration_s // length_s))
    number = min(cells - 1, int(offset_s // length_s))
    start = span.start + timedelta(seconds=number * length_s)
    end = start + timedelta(seconds=length_s)
    return Interval(start, min(end, span.end))
