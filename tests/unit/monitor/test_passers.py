"""Passers-by in an empty post, and pictures that show nothing: what they do to an absence."""

import pytest

from tests.builders import BAD, OK, policy, replay, told
from vision.types import Verdict

DARK = Verdict.unknown("dark")
DOUBTFUL = Verdict.unknown("person_doubtful")
POST = policy("leaving_post")


def every_two_seconds(*spans):
    """Rows as of key frames; each span is ``(until, verdict)``."""
    second, rows = 0, []
    for until, verdict in spans:
        rows += [(number, verdict) for number in range(second, until, 2)]
        second = until
    return rows


SEQUENCES = {
    "two colleagues walk through": (
        every_two_seconds((20, OK), (60, BAD), (64, OK), (200, BAD), (204, OK), (400, BAD)),
        [("opened", 20, 320)],
    ),
    "one walks through and the lights are out for ten seconds": (
        every_two_seconds((20, OK), (60, BAD), (62, OK), (64, DOUBTFUL), (100, BAD), (110, DARK),
                          (400, BAD)),
        [("opened", 20, 332)],
    ),
    "somebody who comes for eight seconds has come back": (
        every_two_seconds((20, OK), (200, BAD), (208, OK), (400, BAD), (420, OK)), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_an_absence_of_minutes(rows, expected):
    assert told(replay(rows, POST)) == expected


SHORT = policy("leaving_post", dwell_s=8, window_s=5)
SEEN = [(44, BAD), (46, OK), (48, DOUBTFUL), (50, BAD), (52, BAD)]
"""What the sample relief-row shows of F01 up to when the lights go out."""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([(54, BAD), (56, BAD), (58, BAD)], [("opened", 50, 58)]),
        ([(54, DARK), (62, DARK), (64, BAD), (66, DOUBTFUL), (68, OK), (70, OK)], []),
    ],
    ids=["in the light", "as it was"],
)
def test_an_absence_of_which_less_than_the_dwell_is_seen_empty_is_not_reported(after, expected):
    assert told(replay([(40, OK), (42, OK), *SEEN, *after], SHORT)) == expected
