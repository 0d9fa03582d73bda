"""The second look as a detector: what it adds, and when there is none."""

import numpy as np

from tests.builders import pose
from vision.evaluation.closer import CloserDetector
from vision.observe.closeup import SHEET_PX
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Label, Landmark

PERSON = (Label.PERSON, 0.9, (250, 100, 305, 400))
ON_SHEET = (Label.PHONE, 0.8, (90, 90, 120, 120))


def noise(level=128):
    pixels = np.random.default_rng(0).normal(level, level / 4, (600, 600, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def answers(image):
    """A person in the whole picture, a phone on a sheet of parts."""
    return Detections.of([ON_SHEET if image.shape[0] == SHEET_PX else PERSON])


def test_what_only_the_closer_look_shows_is_added_at_its_place():
    # The crop that pose is given begins 10 % of the box left of and above it.
    nose = {Landmark.NOSE: (278 - 244, 130 - 70)}
    seeing = CloserDetector(ScriptedDetector(answers), ScriptedPose([pose(nose)]))
    [found] = seeing.detect([noise()])
    assert sorted(found.label.tolist()) == [Label.PERSON, Label.PHONE]
    [phone] = found.only(Label.PHONE).xyxy
    assert abs((phone[:2] + phone[2:]) / 2 - (278, 130)).max() < 15


def test_without_a_body_there_is_one_look():
    detector = ScriptedDetector(answers)
    [found] = CloserDetector(detector, ScriptedPose([None])).detect([noise()])
    assert (found.label.tolist(), sum(detector.batches)) == ([Label.PERSON], 1)


def test_a_picture_too_dark_to_judge_is_still_looked_at():
    detector = ScriptedDetector(answers)
    [found] = CloserDetector(detector, ScriptedPose()).detect([noise(level=4)])
    assert (found.label.tolist(), sum(detector.batches)) == ([Label.PERSON], 1)
