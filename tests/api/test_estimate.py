"""Shares, rates and their intervals, against published values and by what must always hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.quality.estimate import (
    Estimate,
    Seen,
    false_alarms,
    is_advisory,
    precision,
    recall,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilson_agrees_with_published_values(
    hits: int, trials: int, low: float, high: float
) -> None:
    found = wilson(hits, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(some.integers(1, 10_000).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_interval_holds_its_value_and_is_a_share(drawn: tuple[int, int]) -> None:
    found = wilson(*drawn)
    assert 0 <= found.low <= found.value <= found.high <= 1
    wider = wilson(*drawn, level=0.99)
    assert (wider.low <= found.low, wider.high >= found.high) == (True, True)


def seen(**changes: Any) -> Seen:
    usual: dict[str, Any] = {
        "events": 100, "right": 45, "wrong": 5, "silent": 98, "missed": 2,
        "silent_s": 120_000.0, "check_s": 120.0, "camera_hours": 50.0,
    }  # fmt: skip
    return Seen(**(usual | changes))


def test_what_follows_from_decisions_and_checks() -> None:
    found = seen()
    assert precision(found) == wilson(45, 50)
    share = recall(found)
    assert share is not None
    assert share.value == pytest.approx(90 / (90 + 1000 * 0.02))
    assert share.low < share.value < share.high
    alarms = false_alarms(found)
    assert alarms is not None
    assert alarms.value == pytest.approx(100 * 0.1 / 50)


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, (True, True, True)),
        ({"right": 0, "wrong": 0}, (False, False, False)),
        ({"silent": 0, "missed": 0, "check_s": 0.0}, (True, False, True)),
        ({"camera_hours": 0.0}, (True, True, False)),
        ({"events": 0, "right": 0, "wrong": 0, "missed": 0}, (False, False, True)),
        ({"events": 0, "right": 0, "wrong": 0}, (False, True, True)),
    ],
)
def test_what_cannot_be_told_is_not(changes: dict[str, Any], known: tuple[bool, ...]) -> None:
    found = seen(**changes)
    answers = (precision(found), recall(found), false_alarms(found))
    assert tuple(answer is not None for answer in answers) == known


def test_without_events_the_bound_is_three_over_the_hours() -> None:
    assert false_alarms(seen(events=0, right=0, wrong=0)) == Estimate(0.0, 0.0, 3 / 50)


def test_no_events_and_misses_is_a_recall_of_nothing() -> None:
    assert recall(seen(events=0, right=0, wrong=0)) == Estimate(0.0, 0.0, 0.0)


@given(
    some.integers(1, 300), some.integers(0, 300), some.integers(0, 300),
    some.integers(0, 300), some.floats(0, 1e7),
)  # fmt: skip
def test_recall_holds_its_value(
    right: int, wrong: int, silent: int, missed: int, silent_s: float
) -> None:
    found = recall(
        seen(events=right + wrong, right=right, wrong=wrong, silent=silent, missed=missed,
             silent_s=silent_s)
    )  # fmt: skip
    whole = found or Estimate(0, 0, 1)
    assert 0 <= whole.low <= whole.value <= whole.high <= 1


@pytest.mark.parametrize(
    ("right", "wrong", "advisory"),
    [(0, 0, None), (0, 19, None), (18, 2, False), (17, 3, True), (90, 10, False), (89, 11, True)],
)
def test_advisory(right: int, wrong: int, advisory: bool | None) -> None:
    assert is_advisory(Seen(right=right, wrong=wrong), 0.9, 20) is advisory
