"""A hall of two windows side by side, driven by a script of who sits where."""

from functools import cache

import numpy as np

from tests.builders import at, seconds
from vision.config import parse_site
from vision.pipeline import CameraPipeline
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.sources import ListSource
from vision.types import Detections, Exemptions, Frame, Label
from vision.wiring import camera_plan, rules_with

SITE = """
site: {id: s, timezone: UTC}
cameras: [{id: c}]
windows:
  - {id: A, camera: c, post: [[0,0],[0.5,0],[0.5,1],[0,1]]}
  - {id: B, camera: c, post: [[0.5,0],[1,0],[1,1],[0.5,1]]}
rules: {leaving_post: {dwell_s: 5}, gathering: {dwell_s: 10, window_s: 6}}
"""
GROUP = "groups: [{id: g, windows: [A, B]}]\n"
PERIOD_S, GOP = 0.2, 10
SITTING, BESIDE = (15, 20, 75, 190), (80, 20, 140, 190)
"""In pixels of a post of 150 x 200."""


@cache
def picture(number):
    """A noisy picture; pixels that begin a crop tell its number and which crop it is.

    0 is the left half, 1 the right one, 2 the lower part of the left one.
    """
    image = np.random.default_rng(number).integers(60, 200, (200, 300, 3), np.uint8)
    for place, (top, left) in enumerate(((0, 0), (0, 150), (80, 0))):
        image[top, left] = (number % 256, number // 256, place)
    return Frame("c", at(number * PERIOD_S), image, PERIOD_S, is_key=number % GOP == 0)


def footage(length_s, start_s=0.0):
    numbers = range(round(start_s / PERIOD_S), round(length_s / PERIOD_S))
    pictures = [picture(number) for number in numbers]
    base = [one for one in pictures if one.is_key or one is pictures[-1]]
    return ListSource(base, [one for one in pictures if not one.is_key and one is not pictures[-1]])


def people(*boxes):
    return Detections.of([(Label.PERSON, 0.9, box) for box in boxes])


class Hall:
    """A pipeline over a script: second and crop (0 is A, 1 is B) to boxes."""

    def __init__(self, script, site=SITE, exemptions=Exemptions):
        def answer(image):
            second = (int(image[0, 0, 0]) + 256 * int(image[0, 0, 1])) * PERIOD_S
            return script(second, int(image[0, 0, 2]))

        self.detector = ScriptedDetector(answer)
        plan = camera_plan(parse_site(site), "c", rules_with(dict.fromkeys(Label, 0.5)))
        self.plan = plan.__class__(
            plan.camera_id, plan.windows, plan.schedule, plan.sampling, plan.groups, exemptions
        )
        self.pipeline = CameraPipeline(self.plan, self.detector, ScriptedPose())

    def run(self, source):
        return list(self.pipeline.run(source))


def outcomes(turns):
    return [one for turn in turns for one in turn.outcomes]


def closed(turns, *rule_ids):
    """``(window, rule, start, end, reason)`` of every event."""
    return [
        (
            one.window_id, rule_id, round(seconds(change.started_at), 1),
            round(seconds(change.ended_at), 1), change.end_reason,
        )
        for one in outcomes(turns)
        for rule_id, change in one.transitions
        if change.kind == "closed" and rule_id in (rule_ids or ("leaving_post",))
    ]  # fmt: skip
