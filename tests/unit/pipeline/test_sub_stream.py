"""A camera with a sub-stream: small pictures tell presence, key pictures tell the rest."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

import cv2
import pytest

from tests.builders import seconds
from tests.unit.pipeline.test_camera import SITE, closed, events, hands, picture, scene, second_of
from vision.config import parse_site
from vision.pipeline import CameraPipeline, dump_progress, load_progress
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.sources import ListSource
from vision.types import Detections, Frame, Label, VerdictKind
from vision.wiring import camera_plan, rules_with

URLS = 'url: "rtsp://h/1", sub_url: "rtsp://h/2"'
LENGTH_S = 100.0
MAIN_HEIGHT_PX = 200


@cache
def small(second, height=100):
    """The same picture, smaller; it carries the same number."""
    frame = picture(second)
    image = cv2.resize(frame.image, (height * 3 // 2, height), interpolation=cv2.INTER_AREA)
    image[0, 0] = frame.image[0, 0]
    return Frame("c", frame.at, image, 0.2, is_sub=True)


def seen_in(image):
    found = scene(second_of(image))
    scale = image.shape[0] / MAIN_HEIGHT_PX
    boxes = zip(found.label, found.confidence, found.xyxy * scale, strict=True)
    return Detections.of([(Label(kind), float(sure), tuple(box)) for kind, sure, box in boxes])


class Bench:
    def __init__(self, site=SITE):
        config = parse_site(site.replace("{id: c}", f"{{id: c, {URLS}}}"))
        self.detector = ScriptedDetector(seen_in)
        self.posed = []
        self.pose = ScriptedPose(lambda crop: self.posed.append(crop.shape[0]) or hands(crop))
        plan = camera_plan(config, "c", rules_with(dict.fromkeys(Label, 0.5)))
        plan = replace(plan, has_sub=True)
        self.pipeline = CameraPipeline(plan, self.detector, self.pose)

    def run(self, footage, progress=None):
        return list(self.pipeline.run(footage, progress))


def footage(without_main=(1000, 1000), height=100, start_s=0.0):
    """Key pictures every 2 s, small ones in between; base samples of those where a key is missing."""
    steps = [round(start_s + n / 5, 1) for n in range(round((LENGTH_S - start_s) * 5))]
    keys = [second for second in steps if round(second * 5) % 10 == 0]
    lost = [second for second in keys if without_main[0] <= second < without_main[1]]
    base = [small(one, height) if one in lost else picture(one) for one in keys]
    return ListSource(base, [small(one, height) for one in steps if one not in keys])


def spans(turns):
    spent = defaultdict(float)
    for outcome in (outcome for turn in turns for outcome in turn.outcomes):
        for one in outcome.spans:
            kind = "" if one.segment.kind is not VerdictKind.UNKNOWN else one.reason
            spent[one.rule_id, kind] += one.segment.duration_s
    return spent


def test_boundaries_of_presence_are_found_in_small_pictures():
    turns = Bench().run(footage())
    assert closed(turns) == [
        ("leaving_post", 21.4, 40.8, "cleared"),
        ("phone_use", 62.0, 72.0, "cleared"),
    ]


def test_things_and_posture_are_judged_in_large_pictures_only():
    bench = Bench()
    turns = bench.run(footage())
    assert bench.posed
    assert min(bench.posed) > 100
    looks = [one for turn in turns for one in turn.outcomes if one.observation]
    small_ones = [one for one in looks if one.observation.is_sub]
    assert len(small_ones) >= 18
    assert {rule for one in small_ones for rule in one.verdicts} == {"leaving_post", "gathering"}


def test_without_the_main_stream_presence_goes_on_and_the_rest_is_lost():
    turns = Bench().run(footage(without_main=(50, 84)))
    assert [row[0] for row in closed(turns)] == ["leaving_post"]
    spent = spans(turns)
    assert spent["phone_use", "lost"] == pytest.approx(26, abs=2.5)
    assert spent["smoking", "lost"] == pytest.approx(26, abs=2.5)
    assert spent["leaving_post", "lost"] == 0
    total = {rule: sum(v for key, v in spent.items() if key[0] == rule) for rule, _ in spent}
    assert all(one == pytest.approx(LENGTH_S - 1.8, abs=0.1) for one in total.values())


def test_an_absence_is_found_without_the_main_stream():
    turns = Bench().run(footage(without_main=(10, 60)))
    (found,) = [row for row in closed(turns) if row[0] == "leaving_post"]
    assert found == ("leaving_post", 21.4, 40.8, "cleared")


def test_pictures_that_are_too_small_say_nothing_while_there_are_large_ones():
    turns = Bench().run(footage(height=20))
    (found,) = [row for row in closed(turns) if row[0] == "leaving_post"]
    assert found == ("leaving_post", 22.0, 42.0, "cleared")
    assert spans(turns)["leaving_post", "too_small"] == 0


def test_and_make_presence_unknown_where_there_are_none():
    turns = Bench().run(footage(without_main=(10, 60), height=20))
    assert closed(turns)[0][0] == "phone_use"
    assert spans(turns)["leaving_post", "too_small"] > 35


def test_a_burst_is_wanted_for_presence_only():
    quick = "{leaving_post: {dwell_s: 2}, phone_use: {dwell_s: 2}, smoking: {dwell_s: 2}}"
    head, _, _ = SITE.partition("rules:")
    turns = Bench(f"{head}rules: {quick}\n").run(footage())
    bursts = [seconds(turn.at) for turn in turns if turn.progress.bursting]
    assert bursts
    assert all(second < 60 for second in bursts)


@pytest.mark.parametrize("cut", [8, 12, 15])
def test_it_goes_on_after_a_restart(cut):
    whole = events(Bench().run(footage()))
    first = Bench().pipeline.run(footage())
    turns = [next(first) for _ in range(cut)]
    kept = load_progress(dump_progress(turns[-1].progress))
    assert kept.main_at is not None
    rest = [one for one in footage()._all if one.at > turns[-1].at]
    base = [one for one in rest if not one.is_sub]
    again = ListSource(base, [one for one in rest if one.is_sub])
    assert events(turns) + events(Bench().run(again, kept)) == whole


def test_the_two_streams_do_not_share_what_is_remembered_of_pixels():
    turn = Bench().run(footage())[5]
    (state,) = turn.progress.windows.values()
    (large,) = state.memory.tracker.tracks
    assert large.xyxy[2] == 240
    later = Bench().run(footage(without_main=(10, 60)))[8]
    (state,) = later.progress.windows.values()
    assert state.sub_memory.tracker.tracks[0].xyxy[2] == 120
    assert state.memory.tracker.tracks[0].xyxy[2] == 240
