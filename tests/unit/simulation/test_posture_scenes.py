"""Scenes of posture: the same for a seed, other ones for another, and all kinds in each view."""

import pytest

from vision.simulation.posture_scenes import DISTRACTORS, DWELL_S, EVENTS, VIEWS, posture_scene
from vision.simulation.truth import held_span


def kinds(view, count):
    scenes = [posture_scene(1, view, number) for number in range(count)]
    return {a.do for scene in scenes for person in scene.people for a in person.actions}


def test_a_scene_is_the_same_for_its_seed_and_another_for_another():
    assert posture_scene(1, "side-high", 0) == posture_scene(1, "side-high", 0)
    assert posture_scene(1, "side-high", 0) != posture_scene(2, "side-high", 0)


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_two_scenes_of_a_view_show_every_kind_of_conduct(view):
    wanted = {one["do"] for one in (*EVENTS, *DISTRACTORS)}
    assert kinds(view, 2) == wanted


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_tall_and_short_bodies_sit_in_every_scene(view):
    scene = posture_scene(3, view, 1)
    statures = sorted(scene.outfit(person).stature_m for person in scene.people)
    assert statures[0] < 1.6
    assert statures[-1] > 1.78


def test_every_event_lasts_for_the_dwell_and_nothing_begins_before_the_reference_is_learnt():
    for person in posture_scene(4, "frontal-high", 0).people:
        assert min(action.at_s for action in person.actions) >= 24
        for action in person.actions:
            start, end = held_span(action)
            assert action.do not in {one["do"] for one in EVENTS} or end - start > DWELL_S + 10
