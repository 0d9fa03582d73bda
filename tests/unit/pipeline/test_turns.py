"""Time without a picture: lost is lost, whatever was open."""

from dataclasses import replace

import pytest

from tests.builders import BAD, T0, at, seconds
from vision.config import parse_site
from vision.monitor import MonitorState, step
from vision.pipeline import CameraProgress, WindowProgress, lost, outage
from vision.types import Label
from vision.wiring import camera_plan, rules_with

SITE = """
site: {{id: s, timezone: UTC}}
calendar: {{service_hours: [{hours}]}}
cameras: [{{id: c}}]
windows: [{{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}}]
rules: {{leaving_post: {{dwell_s: 5, unknown_limit_s: 60}}, shorts: {{months: [6]}}}}
"""
ALWAYS = "{from: '00:00', to: '24:00'}"
TWO_SPANS = "{from: '01:01', to: '01:02'}, {from: '01:03', to: '01:05'}"


def plan(hours=ALWAYS):
    return camera_plan(
        parse_site(SITE.format(hours=hours)), "c", rules_with(dict.fromkeys(Label, 0.5))
    )


def away_for(length_s, settings):
    """Progress of a window in which nobody was seen every second up to ``length_s``."""
    state = MonitorState()
    for second in range(length_s + 1):
        state, _ = step(state, BAD, at(second), settings)
    window = WindowProgress(monitors={"leaving_post": state}, seen_at=at(length_s))
    return CameraProgress({"A": window}, at(length_s))


def run(camera, progress, *instants):
    changes, spans = [], []
    for second in instants:
        turn = lost(camera, progress, at(second))
        progress = turn.progress
        changes += [change for one in turn.outcomes for _, change in one.transitions]
        spans += [span for one in turn.outcomes for span in one.spans]
    return progress, changes, spans


def leaving(camera):
    return camera.windows[0].duty("leaving_post").policy


@pytest.mark.parametrize("length_s", [0, 1, 4])
def test_an_outage_never_becomes_leaving_the_post(length_s):
    camera = plan()
    _, changes, _ = run(camera, away_for(length_s, leaving(camera)), *range(20, 900, 7))
    assert changes == []


def test_an_open_event_closes_where_it_was_last_seen():
    camera = plan()
    _, changes, _ = run(camera, away_for(20, leaving(camera)), 31, 60, 90, 100)
    [closed] = changes
    assert (closed.end_reason, seconds(closed.started_at)) == ("view_lost", 0)
    assert seconds(closed.ended_at) == 30  # the last look holds for ten seconds


def test_a_short_outage_leaves_an_event_open():
    camera = plan()
    progress, changes, _ = run(camera, away_for(20, leaving(camera)), 31, 60)
    assert changes == []
    assert progress.windows["A"].monitors["leaving_post"].is_open


def test_every_rule_in_force_counts_the_time():
    _, _, spans = run(plan(), CameraProgress(), 0, 5, 30)
    lengths = {}
    for span in spans:
        lengths[span.rule_id] = lengths.get(span.rule_id, 0) + span.segment.duration_s
        assert span.reason == "lost"
    assert set(lengths) == {
        "leaving_post", "slippers", "vest", "smoking", "phone_use", "slouching", "sleeping",
        "attendance", "gathering",
    }  # fmt: skip
    assert set(lengths.values()) == {30}


def test_the_end_of_service_ends_what_is_open():
    camera = plan(TWO_SPANS)
    begun = replace(away_for(80, leaving(camera)), at=at(80))
    _, changes, _ = run(camera, begun, 121)
    assert [(one.end_reason, seconds(one.ended_at)) for one in changes] == [("schedule_ended", 80)]


def test_an_outage_counts_its_service_hours_only():
    turns, progress = outage(plan(TWO_SPANS), CameraProgress(), T0, at(600))
    spans = [
        (seconds(span.segment.start), seconds(span.segment.end))
        for turn in turns
        for one in turn.outcomes
        for span in one.spans
        if span.rule_id == "leaving_post"
    ]
    assert spans == [(60, 70), (70, 120), (180, 190), (190, 300)]
    assert not progress.windows["A"].monitors
