"""Pixels per metre, and what a view supports."""

import pytest

from tests.builders import observation, person, pose
from vision.rules.base import Target
from vision.rules.scale import assess, px_per_m, scale_of, too_small
from vision.types import Landmark

CIGARETTE = Target("cigarette", 0.084, 6)


def shoulders(width_px):
    return pose(
        {Landmark.LEFT_SHOULDER: (200 + width_px, 200), Landmark.RIGHT_SHOULDER: (200, 200)}
    )


def test_scale_comes_from_the_shoulders():
    assert px_per_m(person(pose=shoulders(111))) == pytest.approx(300)


def test_scale_comes_from_the_box_without_pose():
    assert px_per_m(person((0, 0, 165, 400))) == pytest.approx(300)


def test_shoulders_that_fall_together_do_not_shrink_the_person():
    assert px_per_m(person((0, 0, 165, 400), pose=shoulders(10))) == pytest.approx(150)


@pytest.mark.parametrize(("width_px", "small"), [(39, True), (40, False), (200, False)])
def test_the_boundary_is_the_targets_least_size(width_px, small):
    assert too_small(person((0, 0, width_px, 200)), CIGARETTE) is small


def test_assessment_names_its_basis():
    near = assess("smoking", CIGARETTE, 600, scale_of(observation(person((0, 0, 165, 400)))))
    far = assess("smoking", CIGARETTE, 60, None)
    assert (near.supported, near.basis) == (True, "persons seen")
    assert (far.supported, far.basis) == (False, "size of the post")
    assert str(far) == (
        "smoking: not assessable here, a cigarette would span 3 px; needs 6 (by size of the post)"
    )
