"""What holds for every set of spans."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vision.intervals import Interval, merge, tiou, total_s

START = datetime(2026, 11, 2, tzinfo=UTC)


def at(offset_ms: int) -> datetime:
    return START + timedelta(milliseconds=offset_ms)


moments = st.integers(0, 100_000)
intervals = st.tuples(moments, moments).map(lambda ends: Interval(at(min(ends)), at(max(ends))))
many = st.lists(intervals, max_size=12)
gaps = st.integers(0, 20_000).map(lambda gap_ms: gap_ms / 1000)


@given(many, gaps)
def test_merged_spans_are_ordered_and_further_apart_than_the_gap(
    spans: list[Interval], gap_s: float
) -> None:
    merged = merge(spans, gap_s)
    apart_s = [
        (after.start - before.end).total_seconds() for before, after in itertools.pairwise(merged)
    ]
    assert all(distance_s > gap_s for distance_s in apart_s)


@given(many, gaps)
def test_merging_keeps_every_span_and_is_done_after_once(
    spans: list[Interval], gap_s: float
) -> None:
    merged = merge(spans, gap_s)
    assert merge(merged, gap_s) == merged == merge(reversed(spans), gap_s)
    assert all(
        any(whole.start <= part.start and part.end <= whole.end for whole in merged)
        for part in spans
    )


@given(many, moments)
def test_the_union_holds_an_instant_if_a_span_does(spans: list[Interval], moment: int) -> None:
    def holds(some: list[Interval]) -> bool:
        return any(span.start <= at(moment) < span.end for span in some)

    assert holds(merge(spans)) == holds(spans)


@given(many)
def test_the_total_is_at_most_the_sum(spans: list[Interval]) -> None:
    lengths_s = [span.duration_s for span in spans]
    assert max(lengths_s, default=0) <= total_s(spans) <= sum(lengths_s) + 1e-9


@given(intervals, intervals)
def test_overlap_is_that_of_the_clipped_part(one: Interval, other: Interval) -> None:
    clipped = one.clipped(other)
    assert one.overlap_s(other) == other.overlap_s(one) == total_s([clipped] if clipped else [])
    assert 0 <= tiou(one, other) == tiou(other, one) <= 1
