"""Spans of time, in seconds after one instant."""

from datetime import UTC, datetime, timedelta

import pytest

from vision.intervals import Interval, merge, tiou, total_s

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
Span = tuple[float, float]


def span(begin_s: float, end_s: float) -> Interval:
    return Interval(START + timedelta(seconds=begin_s), START + timedelta(seconds=end_s))


def test_an_interval_does_not_end_before_it_starts() -> None:
    assert span(1, 1).duration_s == 0
    with pytest.raises(ValueError, match="ends before it starts"):
        span(2, 1)


@pytest.mark.parametrize(
    ("one", "other", "overlap_s", "share"),
    [
        ((0, 10), (0, 10), 10, 1),
        ((0, 10), (5, 15), 5, 1 / 3),
        ((0, 10), (2, 4), 2, 0.2),
        ((0, 10), (10, 20), 0, 0),
        ((0, 10), (15, 20), 0, 0),
        ((0, 10), (5, 5), 0, 0),
        ((5, 5), (5, 5), 0, 0),
    ],
)
def test_overlap(one: Span, other: Span, overlap_s: float, share: float) -> None:
    assert span(*one).overlap_s(span(*other)) == overlap_s
    assert tiou(span(*one), span(*other)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((2, 4), (2, 4)),
        ((-5, 5), (0, 5)),
        ((-5, 50), (0, 10)),
        ((10, 20), None),
        ((3, 3), None),
    ],
)
def test_clipped(other: Span, expected: Span | None) -> None:
    wanted = expected and span(*expected)
    assert span(0, 10).clipped(span(*other)) == wanted


@pytest.mark.parametrize(
    ("spans", "gap_s", "merged"),
    [
        ([], 0, []),
        ([(0, 1), (2, 3)], 0, [(0, 1), (2, 3)]),
        ([(0, 1), (1, 2)], 0, [(0, 2)]),
        ([(5, 6), (0, 1)], 0, [(0, 1), (5, 6)]),
        ([(0, 10), (2, 3), (4, 12)], 0, [(0, 12)]),
        ([(0, 1), (3, 4), (7, 8)], 2, [(0, 4), (7, 8)]),
        ([(1, 1)], 0, [(1, 1)]),
    ],
)
def test_merge(spans: list[Span], gap_s: float, merged: list[Span]) -> None:
    assert merge([span(*each) for each in spans], gap_s) == [span(*each) for each in merged]


def test_total_counts_what_overlaps_once() -> None:
    assert total_s([span(0, 10), span(5, 15), span(20, 21)]) == 16
    assert total_s([]) == 0
