"""What is worn belongs to one presence: evidence ends with it, and so does an event."""

from dataclasses import replace

import pytest

from tests.builders import BAD, HIDDEN, NOBODY, OK, policy, replay, told
from vision.config.rules import PRESENCE_ENDS_S
from vision.types import Verdict

WORN, LEGS_HIDDEN = replace(BAD, track_id=1), replace(HIDDEN, track_id=1)
DARK = Verdict.unknown("dark")
DOUBTFUL = Verdict.unknown("person_doubtful")
SHORTS = policy("shorts", dwell_s=10, window_s=10)


def every_second(*spans):
    """Rows a second apart; each span is ``(until, verdict)``."""
    second, rows = 0, []
    for until, verdict in spans:
        rows += [(number, verdict) for number in range(second, until)]
        second = until
    return rows


SEQUENCES = {
    "six seconds before an absence and six after it are no ten": (
        every_second((6, WORN), (26, NOBODY), (32, WORN)), [],
    ),
    "the dwell begins anew with the next presence": (
        every_second((6, WORN), (26, NOBODY), (40, WORN)), [("opened", 26, 36)],
    ),
    "an absence of just ten seconds is the same presence": (
        every_second((6, WORN), (16, NOBODY), (24, WORN)), [("opened", 0, 20)],
    ),
    "one of eleven is not": (every_second((6, WORN), (17, NOBODY), (26, WORN)), []),
    "an event ends with the presence, where it was last seen": (
        every_second((15, WORN), (40, NOBODY)),
        [("opened", 0, 10), ("closed", 0, 15, "subject_left")],
    ),
    "whoever comes next in the same has an event of their own": (
        every_second((15, WORN), (40, NOBODY), (55, WORN)),
        [("opened", 0, 10), ("closed", 0, 15, "subject_left"), ("opened", 40, 50)],
    ),
    "hidden legs are no absence": (
        every_second((6, WORN), (40, LEGS_HIDDEN), (46, WORN)), [("opened", 0, 44)],
    ),
    "nor is somebody half hidden": (
        every_second((6, WORN), (40, DOUBTFUL), (46, WORN)), [("opened", 0, 44)],
    ),
    "nor is what cannot be seen": (
        every_second((6, WORN), (40, DARK), (46, WORN)), [("opened", 0, 44)],
    ),
    "misses of the detector do not add up to an absence": (
        every_second((6, WORN), (12, NOBODY), (13, LEGS_HIDDEN), (19, NOBODY), (25, WORN)),
        [("opened", 0, 23)],
    ),
    "but both sides of a dark picture do": (
        every_second((6, WORN), (12, NOBODY), (30, DARK), (36, NOBODY), (42, WORN)), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_sequence(rows, expected):
    assert told(replay(rows, SHORTS)) == expected


@pytest.mark.parametrize("rule_id", ["slippers", "vest", "shorts"])
def test_garments_are_of_one_presence(rule_id):
    assert policy(rule_id).absence_s == PRESENCE_ENDS_S


@pytest.mark.parametrize("rule_id", ["phone_use", "sleeping"])
def test_whoever_is_lost_to_the_detector_may_go_on_with_anything_else(rule_id):
    settings = policy(rule_id, dwell_s=10, window_s=10, unknown_limit_s=60)
    rows = every_second((6, WORN), (26, NOBODY), (34, WORN))
    assert told(replay(rows, settings)) == [("opened", 0, 30)]


def test_a_gap_without_pictures_is_no_absence():
    rows = [*every_second((6, WORN)), *((40 + second, WORN) for second in range(8))]
    assert [row[0] for row in told(replay(rows, SHORTS))] == ["opened"]


def test_the_absence_is_forgotten_once_somebody_is_seen():
    rows = every_second((6, NOBODY), (8, OK), (14, NOBODY), (20, WORN), (26, NOBODY), (32, WORN))
    assert told(replay(rows, SHORTS)) == [("opened", 14, 30)]


def test_posture_is_of_one_presence():
    settings = policy("slouching", dwell_s=10, window_s=10)
    rows = every_second((6, WORN), (26, NOBODY), (32, WORN), (40, NOBODY), (60, WORN))
    assert told(replay(rows, settings)) == [("opened", 26, 44)]
