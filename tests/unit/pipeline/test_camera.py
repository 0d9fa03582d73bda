"""A camera from frames to events, with scripted models."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.builders import at, seconds
from vision.config import parse_site
from vision.errors import DamagedSource
from vision.pipeline import CameraPipeline, dump_progress, load_progress
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.sources import ListSource
from vision.types import Detections, Frame, Label, Landmark, Pose
from vision.wiring import camera_plan, rules_with

SITE = """
site: {id: s, timezone: Asia/Shanghai}
cameras: [{id: c}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
rules: {leaving_post: {dwell_s: 5}, phone_use: {dwell_s: 5}, slouching: {enabled: false}, sleeping: {dwell_s: 60}}
"""
SITTING = (Label.PERSON, 0.9, (40, 10, 240, 190))
IN_HAND = (Label.PHONE, 0.8, (95, 95, 105, 110))
PERIOD_S, GOP_S, LENGTH_S = 0.2, 2.0, 100.0


@cache
def picture(second):
    """A noisy picture that carries its own number in the first pixel."""
    number = round(second / PERIOD_S)
    image = np.random.default_rng(number).integers(60, 200, (200, 300, 3), np.uint8)
    image[0, 0] = (number % 256, number // 256, 0)
    return Frame("c", at(second), image, PERIOD_S, is_key=number % round(GOP_S / PERIOD_S) == 0)


def second_of(image):
    return (int(image[0, 0, 0]) + 256 * int(image[0, 0, 1])) * PERIOD_S


def scene(second):
    """Away from 21.3 to 40.7; a phone in hand from 60.3 to 72."""
    away = 21.3 <= second < 40.7
    phoning = 60.3 <= second < 72
    return Detections.of([] if away else [SITTING, IN_HAND] if phoning else [SITTING])


def hands(_):
    xy = np.zeros((33, 2), np.float32)
    xy[[Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST]] = (78, 92)
    seen = np.zeros(33, np.float32)
    seen[[Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST]] = 0.9
    return Pose(xy, seen, np.zeros((33, 3), np.float32))


def source(start_s=0.0, end_s=LENGTH_S, error=None):
    instants = np.arange(round(start_s / PERIOD_S), round(end_s / PERIOD_S)) * PERIOD_S
    pictures = [picture(float(second)) for second in instants]
    base = [one for one in pictures if one.is_key or one is pictures[-1]]
    extra = [one for one in pictures if one not in base]
    return ListSource(base, extra, error)


class Bench:
    """A pipeline over the scene, with its models at hand."""

    def __init__(self, site=SITE, script=scene):
        config = parse_site(site)
        self.detector = ScriptedDetector(lambda image: script(second_of(image)))
        self.pose = ScriptedPose(hands)
        plan = camera_plan(config, "c", rules_with(dict.fromkeys(Label, 0.5)))
        self.pipeline = CameraPipeline(plan, self.detector, self.pose)

    def run(self, footage, progress=None):
        return list(self.pipeline.run(footage, progress))


def events(turns):
    rows = []
    for outcome in (outcome for turn in turns for outcome in turn.outcomes):
        for rule_id, change in outcome.transitions:
            rows.append(
                (rule_id, change.kind, change.started_at, change.ended_at, change.end_reason)
            )
    return rows


def closed(turns):
    return [
        (
            rule_id,
            pytest.approx(seconds(start), abs=1e-3),
            pytest.approx(seconds(end), abs=1e-3),
            why,
        )
        for rule_id, kind, start, end, why in events(turns)
        if kind == "closed"
    ]


def test_boundaries_of_presence_are_found_between_key_frames():
    turns = Bench().run(source())
    assert closed(turns) == [
        ("leaving_post", 21.4, 40.8, "cleared"),
        ("phone_use", 62.0, 72.0, "cleared"),
    ]


def test_most_pictures_are_never_looked_at():
    bench = Bench()
    bench.run(source())
    assert sum(bench.detector.batches) < 0.4 * LENGTH_S / PERIOD_S


def test_pose_is_run_for_routine_and_where_a_phone_is_seen():
    bench = Bench()
    bench.run(source(0, 20))
    routine = sum(bench.pose.batches)
    assert 3 <= routine <= 5
    bench.run(source(60, 70))
    assert sum(bench.pose.batches) - routine > 10


def test_an_audit_in_two_parts_equals_one_in_one_go():
    whole = events(Bench().run(source()))
    for cut in (10, 17, 33, 40):
        first = Bench().pipeline.run(source())
        turns = [next(first) for _ in range(cut)]
        kept = load_progress(dump_progress(turns[-1].progress))
        rest = [one for one in source()._all if one.at > turns[-1].at]
        base = [one for one in rest if one.is_key or one is rest[-1]]
        again = ListSource(base, [one for one in rest if one not in base])
        assert events(turns) + events(Bench().run(again, kept)) == whole


def test_the_same_footage_gives_the_same_events_bit_for_bit():
    assert events(Bench().run(source())) == events(Bench().run(source()))


def test_all_time_is_accounted_for_once():
    spent = defaultdict(float)
    for outcome in (outcome for turn in Bench().run(source()) for outcome in turn.outcomes):
        for span in outcome.spans:
            spent[span.rule_id] += span.segment.duration_s
    assert set(spent) >= {"leaving_post", "phone_use", "smoking", "shorts"}
    assert all(total == pytest.approx(LENGTH_S, abs=0.1) for total in spent.values())


def test_damage_closes_what_is_open_and_is_then_reported():
    run = Bench().pipeline.run(source(0, 30, DamagedSource("clip.mp4: damaged")))
    turns = []
    with pytest.raises(DamagedSource):
        turns.extend(run)
    assert closed(turns) == [("leaving_post", 21.4, 30.0, "source_ended")]


def test_a_dark_picture_is_unknown_and_nobody_has_left():
    dark = [replace(one, image=one.image // 40) for one in source(0, 20)._all]
    turns = Bench(script=lambda second: Detections.empty()).run(ListSource(dark))
    assert closed(turns) == []
    reasons = {span.reason for turn in turns for o in turn.outcomes for span in o.spans}
    assert reasons == {"dark"}


def test_duty_ends_what_is_open_and_nothing_is_judged_after_it():
    hours = 'calendar: {service_hours: [{from: "09:00", to: "09:01"}]}\n'
    away = lambda second: Detections.of([] if 45.9 < second < 80 else [SITTING])  # noqa: E731
    turns = Bench(SITE + hours, away).run(source())
    assert closed(turns) == [("leaving_post", 46.0, 58.0, "schedule_ended")]


def test_a_rule_out_of_season_is_not_judged():
    shorts = SITE.replace("slouching:", "shorts: {months: [7], dwell_s: 5}, slouching:")
    wearing = Detections.of([SITTING, (Label.SHORTS, 0.9, (60, 100, 200, 150))])
    turns = Bench(shorts, lambda second: wearing).run(source())
    assert closed(turns) == []


def test_two_windows_share_one_batch():
    two = SITE.replace(
        "[[0,0],[1,0],[1,1],[0,1]]}", "[[0,0],[0.5,0],[0.5,1],[0,1]]}, "
        "{id: B, camera: c, post: [[0.5,0],[1,0],[1,1],[0.5,1]]}",
    )  # fmt: skip
    bench = Bench(two, lambda second: Detections.empty())
    bench.run(source(0, 10))
    assert set(bench.detector.batches) == {2}
