"""What can be gone on with after a break, and where the rest ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import BAD, at, seconds
from tests.stored import event
from tests.unit.jobs.live import site
from vision.jobs.identity import event_id
from vision.jobs.resume import RESUME_WITHIN, resume
from vision.monitor import MonitorState, step
from vision.pipeline import CameraProgress, WindowProgress
from vision.types import Label
from vision.wiring import camera_plan, rules_with

SITE = site()
PLAN = camera_plan(SITE, "c", rules_with(dict.fromkeys(Label, 0.5)))
POLICY = PLAN.windows[0].duty("leaving_post").policy


def saved(rule_id="leaving_post", window_id="Wc"):
    """Progress at second 20 with an event open since second 0, confirmed at 3."""
    state = MonitorState()
    for second in range(21):
        state, _ = step(state, BAD, at(second), POLICY)
    window = WindowProgress(monitors={rule_id: state}, seen_at=at(20))
    return CameraProgress({window_id: window}, at(20))


def left_open(rule_id="leaving_post", window_id="Wc", confirmed_s=3):
    name = event_id("live:c", window_id, rule_id, at(0), at(confirmed_s))
    return replace(
        event(name, length_s=None, window_id=window_id, camera_id="c", rule_id=rule_id),
        started_at=at(0),
        confirmed_at=at(confirmed_s),
    )


def closed(resumed):
    return [(seconds(one.ended_at), one.end_reason) for one in resumed.closed]


LONG = RESUME_WITHIN.total_seconds()


@pytest.mark.parametrize("break_s", [0, 1, LONG])
def test_after_a_short_break_all_goes_on(break_s):
    resumed = resume(PLAN, saved(), [left_open()], at(20 + break_s))
    assert (resumed.progress, resumed.closed) == (saved(), ())


@pytest.mark.parametrize("break_s", [LONG + 1, 9e6])
def test_after_a_long_break_events_end_where_they_were_last_seen(break_s):
    resumed = resume(PLAN, saved(), [left_open()], at(20 + break_s))
    assert resumed.progress == CameraProgress()
    assert closed(resumed) == [(20, "interrupted")]


@pytest.mark.parametrize(
    ("plan", "progress", "changed", "ended_s"),
    [
        (None, saved(), (), 20),
        (PLAN, saved(), ("Wc",), 20),
        (PLAN, CameraProgress(), (), 3),
        (None, CameraProgress(), (), 3),
    ],
)
def test_what_cannot_be_gone_on_with_is_closed(plan, progress, changed, ended_s):
    resumed = resume(plan, progress, [left_open()], at(21), changed)
    assert closed(resumed) == [(ended_s, "interrupted")]


def test_windows_and_rules_that_are_gone_are_forgotten():
    resumed = resume(PLAN, saved(window_id="W9"), [left_open(window_id="W9")], at(21))
    assert resumed.progress.windows == {}
    assert closed(resumed) == [(20, "interrupted")]
    resumed = resume(PLAN, saved("knitting"), [left_open("knitting")], at(21))
    assert resumed.progress.windows["Wc"].monitors == {}
    assert closed(resumed) == [(20, "interrupted")]


def test_another_event_of_the_same_rule_ends_where_it_was_confirmed():
    resumed = resume(PLAN, saved(), [left_open(), left_open(confirmed_s=2)], at(21))
    assert closed(resumed) == [(2, "interrupted")]


def test_an_event_never_ends_before_it_began():
    late = replace(left_open(), started_at=at(40), confirmed_at=at(40))
    resumed = resume(None, saved(), [late], at(20) + timedelta(days=1))
    assert closed(resumed) == [(40, "interrupted")]
