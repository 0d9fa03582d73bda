"""The sample of what is no absence: two in a post, a hand-over, somebody in the way, a bad camera."""

from datetime import timedelta

import pytest

from tests.replay.test_recorded_samples import SAMPLES, closed_events
from vision.config import load_site
from vision.evaluation.recording import read_recording, replay
from vision.types import Label
from vision.wiring import camera_plan, rules_with

FOLDER = SAMPLES / "relief-row"


def outcomes():
    site = load_site(FOLDER / "site.yaml")
    plan = camera_plan(site, "cam-06", rules_with(dict.fromkeys(Label, 0.5)))
    return list(replay(read_recording(FOLDER / "observations.jsonl.gz"), plan))


@pytest.fixture(scope="module")
def seen():
    """Second into the clip, window and verdict of leaving_post."""
    found = [one for one in outcomes() if "leaving_post" in one.verdicts]
    start = found[0].at
    return [
        ((one.at - start) / timedelta(seconds=1), one.window_id, one.verdicts["leaving_post"])
        for one in found
    ]


def answers(seen, window_id, start_s, end_s):
    return [v for second, window, v in seen if window == window_id and start_s <= second < end_s]


def test_no_absence_is_found_but_a_true_one():
    """That of F01 is found although somebody walks through the empty post and the lights go out."""
    found = [window for window, rule, _ in closed_events("relief-row") if rule == "leaving_post"]
    assert found == ["F03", "F01"]


@pytest.mark.parametrize(
    ("window_id", "start_s", "end_s"),
    [
        ("F01", 14, 40),  # the relief comes, the other goes
        ("F02", 0, 52),  # two in one post, of whom one leaves
        ("F02", 64, 77),
    ],
)
def test_two_staff_and_a_hand_over_are_hardly_ever_an_empty_post(seen, window_id, start_s, end_s):
    found = answers(seen, window_id, start_s, end_s)
    assert len(found) >= 5
    assert sum(one.is_violation for one in found) <= 0.1 * len(found)


@pytest.mark.parametrize("window_id", ["F01", "F02", "F03"])
@pytest.mark.parametrize(
    ("start_s", "end_s", "reason"), [(53.5, 62.5, "dark"), (78.5, 88.5, "blank")]
)
def test_lights_off_and_a_covered_camera_are_unknown(seen, window_id, start_s, end_s, reason):
    found = answers(seen, window_id, start_s, end_s)
    assert found
    assert {one.reason for one in found} == {reason}
