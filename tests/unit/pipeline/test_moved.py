"""Footage of a camera that is knocked aside: from then on nobody is accused of anything."""

import numpy as np
import pytest

from tests.builders import at, seconds
from tests.unit.pipeline.halls import SITE, closed
from vision.config import parse_site
from vision.pipeline import CameraPipeline, dump_progress, load_progress
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.sources import ListSource
from vision.types import Detections, Frame, Label
from vision.wiring import camera_plan, rules_with

BLOCKS = np.random.default_rng(3).integers(20, 235, (8, 16, 1))
HALL = np.repeat(np.repeat(np.repeat(BLOCKS, 8, 0), 8, 1), 3, 2).astype(np.uint8)
AWAY = np.roll(HALL, 13, 1)
PERIOD_S, KNOCKED_S, LENGTH_S = 1.0, 30, 80
ANYBODY = Detections.of([(Label.PERSON, 0.9, (5, 5, 55, 60))])


def film(after, end_s=LENGTH_S):
    """The hall, and from the knock on another picture, each a little different."""
    shown = []
    for second in range(end_s):
        image = (HALL if second < KNOCKED_S else after).copy()
        image[0, :, 0], image[0, :, 1] = second, 0
        shown.append(Frame("c", at(float(second)), image, PERIOD_S, is_key=True))
    return shown


def pipeline():
    """Everybody is there while the posts are seen, and nobody is where the camera looks then."""

    def answer(image):
        return ANYBODY if image[0, 0, 0] < KNOCKED_S else Detections.empty()

    plan = camera_plan(parse_site(SITE), "c", rules_with(dict.fromkeys(Label, 0.5)))
    return CameraPipeline(plan, ScriptedDetector(answer), ScriptedPose())


def test_a_post_that_is_empty_is_left():
    turns = list(pipeline().run(ListSource(film(HALL))))
    assert {(window, rule) for window, rule, *_ in closed(turns)} == {
        ("A", "leaving_post"),
        ("B", "leaving_post"),
    }


def test_a_camera_that_looks_elsewhere_accuses_nobody():
    turns = list(pipeline().run(ListSource(film(AWAY))))
    assert closed(turns) == []
    unseen = [turn for turn in turns if turn.unseen]
    assert {turn.unseen for turn in unseen} == {"moved"}
    assert seconds(unseen[0].at) <= KNOCKED_S + 2
    assert unseen[-1].at == at(LENGTH_S - 1.0)


def test_a_move_is_remembered_by_a_run_that_was_stopped():
    film_of = film(AWAY)
    for kept in range(5, LENGTH_S, 15):
        turns = pipeline().run(ListSource(film_of))
        progress = [next(turns) for _ in range(kept)][-1].progress
        again = load_progress(dump_progress(progress))
        assert np.allclose(again.scene.edges, progress.scene.edges, atol=0.01)
        rest = list(pipeline().run(ListSource(film_of[kept:]), again))
        assert closed(rest) == []


@pytest.mark.parametrize("gone_s", [4, 9])
def test_what_is_before_the_lens_for_a_moment_leaves_no_mark(gone_s):
    shown = film(HALL, KNOCKED_S) + [
        Frame("c", at(KNOCKED_S + second), AWAY, PERIOD_S, is_key=True) for second in range(gone_s)
    ]
    back = [
        Frame("c", at(second), film(HALL)[second % KNOCKED_S].image, PERIOD_S, is_key=True)
        for second in range(KNOCKED_S + gone_s, LENGTH_S)
    ]
    turns = list(pipeline().run(ListSource(shown + back)))
    assert closed(turns) == []
    assert 0 < sum(bool(turn.unseen) for turn in turns) <= gone_s + 2
    assert not turns[-2].unseen
