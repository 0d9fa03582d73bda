"""Presence: somebody, nobody, not sure; cover within the group; a client who waits."""

from dataclasses import replace

import numpy as np
import pytest

from tests.builders import at, observation, person, policy, replay, told
from vision.rules.leaving_post import LeavingPostRule
from vision.types import Cover, Observation, Verdict, View, ViewState

RULE = LeavingPostRule()
EMPTY, HERE = RULE.judge(observation()), RULE.judge(observation(person()))
DOUBT = RULE.judge(observation(doubtful_persons=0.3))
WEAK = replace(person(), confidence=0.39)
PRESENCE = [
    ([person()], 0.0, "compliant", "present"),
    ([person(), person(track_id=2)], 0.9, "compliant", "present"),
    ([WEAK], 0.39, "unknown", "person_doubtful"),
    ([WEAK, person(track_id=2)], 0.39, "compliant", "present"),
    ([], 0.0, "violation", "post_empty"),
    ([], 0.19, "violation", "post_empty"),
    ([], 0.2, "unknown", "person_doubtful"),
    ([], 0.39, "unknown", "person_doubtful"),
]


@pytest.mark.parametrize(("persons", "doubt", "kind", "reason"), PRESENCE)
def test_presence(persons, doubt, kind, reason):
    verdict = RULE.judge(observation(*persons, doubtful_persons=doubt))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(("height_px", "kind"), [(59, "unknown"), (60, "violation")])
def test_a_post_in_which_nobody_could_be_found_is_not_an_empty_one(height_px, kind):
    post = np.array([[0, 0], [90, 0], [90, height_px], [0, height_px]], np.float32)
    verdict = RULE.judge(Observation("A", "c", at(0), View(ViewState.OK), post))
    assert verdict.kind == kind


COVER = [
    # at the others, uncertain, required -> with the post itself empty
    (1, 0, 1, "compliant", "covered"),
    (2, 0, 2, "compliant", "covered"),
    (1, 0, 2, "violation", "post_empty"),
    (0, 0, 1, "violation", "post_empty"),
    (1, 1, 2, "unknown", "cover_unknown"),
    (0, 1, 2, "violation", "post_empty"),
    (0, 2, 2, "unknown", "cover_unknown"),
    (2, 1, 2, "compliant", "covered"),
]


@pytest.mark.parametrize(("persons", "uncertain", "required", "kind", "reason"), COVER)
def test_cover(persons, uncertain, required, kind, reason):
    verdict = RULE.judge(observation(cover=Cover(persons, uncertain, required, 2)))
    assert (verdict.kind, verdict.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("persons", "doubt", "reason"), [([person()], 0.0, "present"), ([], 0.3, "person_doubtful")]
)
def test_cover_is_only_asked_of_an_empty_post(persons, doubt, reason):
    none = Cover(0, 0, 2, 2)
    verdict = RULE.judge(observation(*persons, doubtful_persons=doubt, cover=none))
    assert verdict.reason == reason


CLIENTS = [
    (None, "post_empty", 0.9),
    (0.0, "post_empty", 0.9),
    (9.9, "post_empty", 0.9),
    (10.0, "post_empty_client_waits", 0.95 + 0.05 * 10 / 300),
    (150.0, "post_empty_client_waits", 0.975),
    (300.0, "post_empty_client_waits", 1.0),
    (900.0, "post_empty_client_waits", 1.0),
]


@pytest.mark.parametrize(("wait_s", "reason", "score"), CLIENTS)
def test_an_absence_is_graver_while_a_client_waits(wait_s, reason, score):
    verdict = RULE.judge(observation(client_wait_s=wait_s))
    assert (verdict.kind, verdict.reason) == ("violation", reason)
    assert verdict.score == pytest.approx(score)


@pytest.mark.parametrize(
    "seen",
    [
        observation(person(), client_wait_s=60.0),
        observation(doubtful_persons=0.3, client_wait_s=60.0),
        observation(cover=Cover(1, 0, 1, 2), client_wait_s=60.0),
    ],
)
def test_a_waiting_client_alone_accuses_nobody(seen):
    assert not RULE.judge(seen).is_violation


def rows(*spans):
    """Verdicts every second: ``(from, to, verdict)``."""
    return [(second, verdict) for start, end, verdict in spans for second in range(start, end)]


LOST = Verdict.unknown("lost")
DWELL = [
    # the dwell and not a second less
    ([(0, 60, HERE), (60, 359, EMPTY), (359, 400, HERE)], []),
    (
        [(0, 60, HERE), (60, 361, EMPTY), (361, 400, HERE)],
        [("opened", 60, 360), ("closed", 60, 361, "cleared")],
    ),
    # somebody in doubt, or hidden by a passer, neither ends nor splits an absence
    (
        [(0, 60, HERE), (60, 200, EMPTY), (200, 215, DOUBT), (215, 400, EMPTY), (400, 420, HERE)],
        [("opened", 60, 375), ("closed", 60, 400, "cleared")],
    ),
    # unknown for ever is not an absence
    ([(0, 60, HERE), (60, 2000, DOUBT)], []),
    ([(0, 60, HERE), (60, 2000, LOST)], []),
    # an absence that the view loses ends where it was last seen
    (
        [(0, 60, HERE), (60, 400, EMPTY), (400, 600, LOST)],
        [("opened", 60, 360), ("closed", 60, 400, "view_lost")],
    ),
    # one wrong look within an absence does not end it, one within presence opens nothing
    (
        [(0, 9, EMPTY), (9, 10, HERE), (10, 320, EMPTY)],
        [("opened", 0, 300)],
    ),
    ([(0, 60, HERE), (60, 61, EMPTY), (61, 900, HERE)], []),
]


@pytest.mark.parametrize(("spans", "expected"), DWELL)
def test_absence_over_time(spans, expected):
    assert told(replay(rows(*spans), policy("leaving_post"))) == expected


@pytest.mark.parametrize("period_s", [0.1, 0.2, 0.5, 1.0, 2.0])
def test_how_often_is_looked_moves_a_boundary_by_at_most_one_look(period_s):
    times = np.arange(0, 60, period_s)
    seen = [(float(t), EMPTY if 20.05 <= t < 41.35 else HERE) for t in times]
    (closed,) = [
        row for row in told(replay(seen, policy("leaving_post", dwell_s=5))) if len(row) == 4
    ]
    assert 20.05 <= closed[1] <= 20.05 + period_s
    assert 41.35 <= closed[2] <= 41.35 + period_s


def test_the_worst_of_an_absence_is_what_its_event_tells():
    waits = [RULE.judge(observation(client_wait_s=w)) for w in (0.0, 5.0, 12.0, 14.0)]
    seen = [(0, HERE), *enumerate([EMPTY] * 8, 1)]
    seen += [(9 + number, verdict) for number, verdict in enumerate(waits)] + [
        (13, HERE),
        (16, HERE),
    ]
    changes = replay(seen, policy("leaving_post", dwell_s=5))
    assert [(one.kind, one.reason) for one in changes] == [
        ("opened", "post_empty"),
        ("updated", "post_empty_client_waits"),
        ("closed", "post_empty_client_waits"),
    ]
    assert changes[-1].measured["client_wait_s"] == 14.0
