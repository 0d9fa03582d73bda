"""Views that show nothing: dark, covered, frozen."""

import numpy as np
import pytest

from tests.builders import at, frame
from vision.observe.posts import cut, inside_of, post_of
from vision.observe.view import ViewMemory, view_of

ROWS = [
    (frame(value=120).image, "ok"),
    (frame(value=8).image // 8, "dark"),
    (np.full((100, 200, 3), 90, np.uint8), "blank"),
]


@pytest.mark.parametrize(("image", "state"), ROWS)
def test_a_single_picture(image, state):
    view, _ = view_of(image, at(0), ViewMemory())
    assert view.state == state
    assert view.usable is (state == "ok")


def test_a_picture_that_does_not_change_at_all_is_frozen_after_twenty_seconds():
    memory, states = ViewMemory(), []
    for second in (0, 10, 19, 20, 30):
        view, memory = view_of(frame(0).image, at(second), memory)
        states.append(view.state)
    assert states == ["ok", "ok", "ok", "frozen", "frozen"]


def test_sensor_noise_keeps_a_still_scene_alive():
    memory, states = ViewMemory(), set()
    for second in range(0, 60, 2):
        view, memory = view_of(frame(second).image, at(second), memory)
        states.add(view.state)
    assert states == {"ok"}


@pytest.mark.parametrize(("image", "state"), ROWS)
def test_the_grey_around_a_slanting_post_makes_nothing_brighter_and_no_edge(image, state):
    post = post_of("A", [(0, 0), (1, 0), (0.3, 1)], (200, 100))
    crop = cut(image, post)
    view, _ = view_of(crop, at(0), ViewMemory(), inside_of(post, crop.shape[:2]))
    assert view.state == state
