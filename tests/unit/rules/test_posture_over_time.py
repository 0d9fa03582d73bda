"""Hours at a window as stick figures: pose to features, reference, rule, monitor."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.bodies import BOUNDS, Body
from vision.config import resolve_policy
from vision.monitor import MonitorState, step
from vision.posture import PostureTrack, follow
from vision.rules.sleeping import SleepingRule
from vision.rules.slouching import SlouchingRule
from vision.types import Landmark, Observation, Person, View, ViewState

NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
EVERY_S = 5
MINUTE = 60 // EVERY_S
SITTING = (400.0, 330.0, 600.0, 900.0)
LYING = (400.0, 430.0, 600.0, 900.0)
BENT = (400.0, 380.0, 600.0, 900.0)
RESTING, WORKING = 0.002, 0.1

UPRIGHT = (Body(90, trunk_deg=2, neck_deg=12), SITTING)
SLUMPED = (Body(90, trunk_deg=35, neck_deg=50), SITTING)
WRITING = (Body(90, trunk_deg=8, neck_deg=28, head_deg=35), SITTING)
HANGING = (Body(90, trunk_deg=2, neck_deg=40, head_deg=80), SITTING, RESTING)
ON_DESK = (None, LYING, RESTING)
FRONT = (Body(0, neck_deg=5), SITTING)
FRONT_BENT = (Body(0, neck_deg=75), BENT)
HIDDEN = (Body(90, hidden=frozenset({Landmark.LEFT_SHOULDER})), SITTING)


def kept(look, minutes: float) -> list:
    return [look] * int(minutes * MINUTE)


def events(rule, looks) -> list[tuple[str, float, float]]:
    """``(kind, minute, minute of onset)`` of everything that the monitor says."""
    policy = resolve_policy(rule.rule_id)
    track, state, said = PostureTrack(), MonitorState(), []
    for number, (body, box, *changed) in enumerate(looks):
        at = NINE + timedelta(seconds=number * EVERY_S)
        pose = None if body is None else body.pose()
        track, reading = follow(track, pose, BOUNDS, box, at)
        person = Person(
            1, np.array(box, np.float32), 0.9,
            posture=reading.posture, baseline=reading.baseline,
            changed_share=(*changed, WORKING)[0],
        )  # fmt: skip
        observation = Observation(
            "A03", "cam-03", at, View(ViewState.OK), np.zeros((4, 2), np.float32), (person,)
        )
        state, transitions = step(state, rule.judge(observation), at, policy)
        said += [(t.kind.value, minute(t.at), minute(t.started_at)) for t in transitions]
    return [row for row in said if row[0] != "updated"]


def minute(at: datetime) -> float:
    return round((at - NINE).total_seconds() / 60, 2)


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        (kept(UPRIGHT, 30), []),
        (kept(UPRIGHT, 2) + kept(SLUMPED, 0.9) + kept(UPRIGHT, 5), []),
        (kept(UPRIGHT, 2) + kept(WRITING, 20), []),
        # slumped from the third minute on, and still so two hours later
        (kept(UPRIGHT, 2) + kept(SLUMPED, 120), [("opened", 3.0, 2.0)]),
        (
            kept(UPRIGHT, 2) + kept(SLUMPED, 5) + kept(UPRIGHT, 5),
            [("opened", 3.0, 2.0), ("closed", 7.17, 2.0)],
        ),
        # slumped on arrival: the outer frame of the bands still speaks
        (kept((Body(90, trunk_deg=45, neck_deg=60), SITTING), 10), [("opened", 1.0, 0.0)]),
        (kept(FRONT, 2) + kept(FRONT_BENT, 5), [("opened", 3.0, 2.0)]),
        # from the front nobody can tell without a reference, and a slump on arrival gives none
        (kept(FRONT_BENT, 60), []),
        (kept(UPRIGHT, 2) + kept(HIDDEN, 30), []),
    ],
    ids=[
        "upright", "short slump", "writing", "two hours", "sits up again", "arrives slumped",
        "from the front", "arrives slumped, from the front", "hidden",
    ],
)  # fmt: skip
def test_slouching_over_time(looks, expected):
    found = [(kind, at, onset) for kind, at, onset in events(SlouchingRule(), looks)]
    assert [row[0] for row in found] == [row[0] for row in expected]
    times = [row[1:] for row in found]
    assert times == [pytest.approx(row[1:], abs=0.2) for row in expected]


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        (kept(UPRIGHT, 30), []),
        (kept(UPRIGHT, 2) + kept(WRITING, 30), []),
        (kept(UPRIGHT, 2) + kept(SLUMPED, 30), []),
        (kept(UPRIGHT, 2) + kept(ON_DESK, 0.8) + kept(UPRIGHT, 5), []),
        (kept(UPRIGHT, 2) + kept(ON_DESK, 5), [("opened", 3.0, 2.0)]),
        (kept(UPRIGHT, 2) + kept(HANGING, 5), [("opened", 3.0, 2.0)]),
        # the head hangs, but it moves: somebody looks for something
        (kept(UPRIGHT, 2) + kept((*HANGING[:2], WORKING), 30), []),
        # nobody knows how low the box was while the person sat upright
        (kept(ON_DESK, 10), []),
    ],
    ids=[
        "upright", "writing", "slumped", "short", "on the desk", "head hung", "hung and moving",
        "asleep on arrival",
    ],
)  # fmt: skip
def test_sleeping_over_time(looks, expected):
    found = events(SleepingRule(), looks)
    assert [row[0] for row in found] == [row[0] for row in expected]
    times = [row[1:] for row in found]
    assert times == [pytest.approx(row[1:], abs=0.2) for row in expected]
