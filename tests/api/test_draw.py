"""Drawing out of silent time: in it, even over it, and the same again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.spotchecks.draw import Silence, draw, without
from vision.intervals import Interval

T0 = datetime(2026, 11, 2, 1, tzinfo=UTC)


def span(start_s: float, end_s: float) -> Interval:
    return Interval(T0 + timedelta(seconds=start_s), T0 + timedelta(seconds=end_s))


@pytest.mark.parametrize(
    ("busy", "free"),
    [
        ([], [(0, 100)]),
        ([(10, 20)], [(0, 10), (20, 100)]),
        ([(-5, 10), (5, 30), (90, 200)], [(30, 90)]),
        ([(0, 100)], []),
        ([(200, 300)], [(0, 100)]),
        ([(40, 50), (10, 20)], [(0, 10), (20, 40), (50, 100)]),
    ],
)
def test_without(busy: list[tuple[float, float]], free: list[tuple[float, float]]) -> None:
    found = without([span(0, 100)], [span(*one) for one in busy])
    assert found == [span(*one) for one in free]


silences = some.lists(
    some.builds(
        lambda window, start, length, share: Silence(window, span(start, start + length), share),
        some.sampled_from(["A01", "A02", "A03"]),
        some.integers(0, 100_000),
        some.integers(30, 20_000),
        some.floats(0.05, 1),
    ),
    min_size=1,
    max_size=8,
)


@given(silences, some.integers(1, 50), some.integers(0, 1000))
def test_what_is_drawn_lies_in_silence(where: list[Silence], count: int, seed: int) -> None:
    found = draw(where, count, 120, seed)
    assert 1 <= len(found) <= count
    assert len(set(found)) == len(found)
    assert found == draw(list(reversed(where)), count, 120, seed)
    for window, interval in found:
        assert 0 < interval.duration_s <= 120
        assert any(
            one.window_id == window and one.span.clipped(interval) == interval for one in where
        )


def test_every_window_gets_its_share_by_what_could_be_judged() -> None:
    where = [
        Silence("A01", span(0, 36_000), 1.0),
        Silence("A02", span(0, 36_000), 0.5),
        Silence("A03", span(0, 36_000), 0.25),
    ]
    for seed in range(20):
        found = Counter(window for window, _ in draw(where, 70, 120, seed))
        assert all(
            abs(found[window] - wanted) <= 1
            for window, wanted in (("A01", 40), ("A02", 20), ("A03", 10))
        )


def test_seeds_differ_and_nothing_comes_of_nothing() -> None:
    where = [Silence("A01", span(0, 360_000), 1.0)]
    assert draw(where, 5, 120, 1) != draw(where, 5, 120, 2)
    assert draw([], 5, 120, 1) == []
