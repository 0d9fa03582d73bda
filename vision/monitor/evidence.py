"""Arithmetic over the spans of verdicts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vision.monitor.state import Segment
from vision.types import VerdictKind


def seconds_of(history: Sequence[Segment], *kinds: VerdictKind) -> float:
    """Seconds that the spans of these kinds last."""
    return sum(segment.duration_s for segment in history if segment.kind in kinds)


def assessable_s(history: Sequence[Segment]) -> float:
    """Seconds with a VIOLATION or COMPLIANT verdict."""
    return seconds_of(history, VerdictKind.VIOLATION, VerdictKind.COMPLIANT)


def violating_share(history: Sequence[Segment], at_least_s: float = 0.0) -> float:
    """Violating share of assessable time, in [0, 1]; 0 where there is none.

    ``at_least_s`` is a floor of the denominator: a single sample of a stream that has just begun
    is not a high share.
    """
    total_s = max(assessable_s(history), at_least_s)
    return seconds_of(history, VerdictKind.VIOLATION) / total_s if total_s else 0.0


def samples_of(history: Sequence[Segment], kind: VerdictKind) -> int:
    """How many observations of that kind the spans are made of."""
    return sum(segment.samples for segment in history if segment.kind is kind)


def onset_of(history: Sequence[Segment], kind: VerdictKind, threshold: float) -> datetime | None:
    """Since when ``kind`` prevails: start of the suffix with most evidence above ``threshold``.

    Each second of ``kind`` counts ``1 - threshold``, each second of its opposite ``-threshold``,
    UNKNOWN nothing; the suffix with the largest sum wins, as far back as the sum stays positive.
    A stray wrong sample long before does not win, a stray gap within does not split.
    """
    best, total, start = 0.0, 0.0, None
    for segment in reversed(history):
        if segment.kind is kind:
            total += segment.duration_s * (1 - threshold)
            if total > best:
                best, start = total, segment.start
        elif segment.kind is not VerdictKind.UNKNOWN:
            total -= segment.duration_s * threshold
        if total < 0:
            break
    return start


def extended(history: tuple[Segment, ...], piece: Segment) -> tuple[Segment, ...]:
    """History with one more span; neighbours of one kind become one."""
    if piece.start == piece.end:
        return history
    last = history[-1] if history else None
    if last is None or last.kind is not piece.kind or last.end != piece.start:
        return (*history, piece)
    joined = Segment(last.start, piece.end, last.kind, last.samples + piece.samples)
    return (*history[:-1], joined)


def within(history: Sequence[Segment], window_s: float) -> tuple[Segment, ...]:
    """The newest part of the history that holds at most ``window_s`` of assessable time.

    UNKNOWN time does not push evidence out: it only widens the wait.
    """
    kept: list[Segment] = []
    room_s = window_s
    for segment in reversed(history):
        if room_s <= 0:
            break
        kept.append(segment)
        if segment.kind is not VerdictKind.UNKNOWN:
            room_s -= segment.duration_s
    if room_s < 0:
        oldest = kept[-1]
        kept[-1] = replace(oldest, start=oldest.start + timedelta(seconds=-room_s))
    return tuple(reversed(kept))


def trimmed(history: tuple[Segment, ...], window_s: float) -> tuple[Segment, ...]:
    """The spans that reach into the window, whole: where one began is still needed."""
    return history[len(history) - len(within(history, window_s)) :]
