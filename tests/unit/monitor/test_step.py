"""The temporal logic as tables: verdicts in, events out."""

import pytest

from tests.builders import BAD, HIDDEN, NOBODY, OK, at, policy, replay, told
from vision.monitor import MonitorState, step
from vision.types import Verdict

QUICK = policy("phone_use", dwell_s=5)
POST = policy("leaving_post", dwell_s=2)
GARMENT = policy("shorts")


def every(period_s, spans):
    """Rows at a fixed period; each span is ``(until, verdict)``."""
    rows, second = [], 0.0
    for until, verdict in spans:
        while second < until - 1e-9:
            rows.append((round(second, 3), verdict))
            second += period_s
    return rows


SEQUENCES = {
    "two sightings as far apart as the dwell": (
        [(0, OK), (1, BAD), (6, BAD)], QUICK, None, [("opened", 1, 6)],
    ),
    "one wrong frame opens nothing": (
        [(0, OK), (1, BAD), (2, OK), (3, OK), (9, OK)], QUICK, 10, [],
    ),
    "one wrong frame at the very start opens nothing": (
        [(0, BAD), (2, OK), (4, OK), (6, OK)], QUICK, 8, [],
    ),
    "shorter than the dwell": (
        every(0.5, [(10, OK), (14, BAD), (30, OK)]), QUICK, 30, [],
    ),
    "opened and cleared": (
        every(0.5, [(10, OK), (20, BAD), (40, OK)]), QUICK, 40,
        [("opened", 10, 15), ("closed", 10, 20, "cleared")],
    ),
    "brief occlusion neither ends nor splits": (
        every(0.5, [(10, OK), (16, BAD), (26, HIDDEN), (32, BAD), (50, OK)]), QUICK, 50,
        [("opened", 10, 15), ("closed", 10, 32, "cleared")],
    ),
    "occlusion in the dwell only widens the wait": (
        every(0.5, [(10, OK), (12, BAD), (20, HIDDEN), (26, BAD), (50, OK)]), QUICK, 50,
        [("opened", 10, 23), ("closed", 10, 26, "cleared")],
    ),
    "view lost for longer than the limit": (
        every(1, [(10, OK), (20, BAD), (90, HIDDEN)]), QUICK, None,
        [("opened", 10, 15), ("closed", 10, 20, "view_lost")],
    ),
    "the subject left": (
        every(1, [(10, OK), (20, BAD), (90, NOBODY)]), QUICK, None,
        [("opened", 10, 15), ("closed", 10, 20, "subject_left")],
    ),
    "open when the footage ends": (
        every(0.5, [(10, OK), (20, BAD)]), QUICK, 20,
        [("opened", 10, 15), ("closed", 10, 20, "source_ended")],
    ),
    "due just when the footage ends": (
        every(0.2, [(10, OK), (12, BAD)]), POST, 12,
        [("opened", 10, 12), ("closed", 10, 12, "source_ended")],
    ),
    "pictures missing for long are lost time, not absence": (
        [*every(1, [(10, OK)]), (10, BAD), (300, OK), (301, OK)], policy("leaving_post"), 302, [],
    ),
    "a short absence at key frames and a burst": (
        every(0.2, [(5, BAD), (25, OK), (27.2, BAD), (50, OK)]), POST, 50,
        [("opened", 0, 2), ("closed", 0, 5, "cleared"),
         ("opened", 25, 27), ("closed", 25, 27.2, "cleared")],
    ),
    "one present frame does not restart a long absence": (
        every(2, [(100, OK), (200, BAD), (202, OK), (600, BAD), (700, OK)]),
        policy("leaving_post"), 700,
        [("opened", 100, 400), ("closed", 100, 600, "cleared")],
    ),
    "a garment seen in two of three looks": (
        [(2 * n, BAD if n % 3 and n > 50 else OK) for n in range(200)], GARMENT, 400,
        [("opened", 104, 164), ("closed", 104, 400, "source_ended")],
    ),
    "a garment seen in one of three looks": (
        [(2 * n, BAD if n % 3 == 0 else OK) for n in range(200)], GARMENT, 400, [],
    ),
    "a stray sighting long before is not the onset": (
        [(float(n), BAD if n == 75 or n >= 100 else OK) for n in range(200)], GARMENT, None,
        [("opened", 100, 160)],
    ),
    "unknown from the start": (every(1, [(600, HIDDEN)]), GARMENT, 600, []),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "settings", "end", "expected"), SEQUENCES.values(), ids=SEQUENCES.keys()
)
def test_sequence(rows, settings, end, expected):
    assert told(replay(rows, settings, end)) == expected


def test_smoking_takes_three_seconds_of_ten():
    seen = {2.8: 0, 3.2: 1}
    for length, opened in seen.items():
        rows = every(0.2, [(20, OK), (20 + length, BAD), (40, OK)])
        assert len(told(replay(rows, policy("smoking"), 40))) == 2 * opened


def test_score_is_the_mean_and_measured_that_of_the_strongest():
    weak = Verdict.violation(0.6, "bad", confidence=0.6)
    strong = Verdict.violation(0.8, "bad", confidence=0.8)
    rows = [(0, weak), (2, weak), (4, weak), (6, weak), (8, strong), (10, strong)]
    transitions = replay(rows, QUICK, 12)
    assert [one.kind for one in transitions] == ["opened", "updated", "closed"]
    assert transitions[-1].score == pytest.approx((8 * 0.6 + 4 * 0.8) / 12, abs=1e-4)
    assert transitions[-1].measured == {"confidence": 0.8}


def test_time_must_move_forward():
    state, _ = step(MonitorState(), OK, at(1), QUICK)
    with pytest.raises(ValueError, match="forward"):
        step(state, OK, at(1), QUICK)
