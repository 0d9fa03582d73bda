"""A gap without observations means the same as the UNKNOWN that a live camera makes of it."""

import pytest

from tests.builders import BAD, OK, at, policy, replay, told
from vision.monitor import HOLD_S
from vision.types import Verdict

LOST = Verdict.unknown("lost")
SETTINGS = policy("leaving_post", dwell_s=5, unknown_limit_s=60)
AWAY = [(second, BAD) for second in range(21)]


@pytest.mark.parametrize(
    ("back_s", "verdict", "expected"),
    [
        (70, OK, [("closed", 0, 70, "cleared")]),
        (91, OK, [("closed", 0, 30, "view_lost")]),
        (91, BAD, [("closed", 0, 30, "view_lost")]),
        (9000, BAD, [("closed", 0, 30, "view_lost")]),
    ],
)
def test_an_event_ends_when_a_gap_outlasts_the_limit(back_s, verdict, expected):
    rows = [*AWAY, *((back_s + second, verdict) for second in range(4))]
    assert told(replay(rows, SETTINGS))[1:] == expected


def test_after_such_a_gap_the_dwell_begins_anew():
    rows = [*AWAY, *((100 + second, BAD) for second in range(8))]
    assert told(replay(rows, SETTINGS)) == [
        ("opened", 0, 5),
        ("closed", 0, 30, "view_lost"),
        ("opened", 100, 105),
    ]


@pytest.mark.parametrize("away_s", [3, 20])
@pytest.mark.parametrize("back", [OK, BAD])
@pytest.mark.parametrize("gap_s", [15, 45, 69, 71, 300])
def test_ticks_of_an_outage_change_nothing(away_s, back, gap_s):
    before = [(second, BAD) for second in range(away_s + 1)]
    after = [(away_s + gap_s + second, back) for second in range(30)]
    ticks = [(away_s + second, LOST) for second in range(int(HOLD_S), gap_s, 3)]
    assert told(replay([*before, *ticks, *after], SETTINGS)) == told(
        replay([*before, *after], SETTINGS)
    )


def test_the_times_above_are_those_of_the_builders():
    assert (at(30) - at(20)).total_seconds() == HOLD_S
