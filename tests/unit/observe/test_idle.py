"""An empty post is looked into again once something moved, or after a few seconds."""

import numpy as np
import pytest

from tests.builders import at
from vision.observe import ViewMemory, look, post_of
from vision.observe.idle import LONGEST_S, Idle
from vision.observe.motion import Copy
from vision.testing.models import ScriptedDetector
from vision.types import Detections, Frame, Label

SIZE_PX = (128, 128)
POST = post_of("A", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), SIZE_PX)
NOBODY = Detections.of([(Label.PHONE, 0.5, (10, 10, 20, 20))])
MAYBE = Detections.of([(Label.PERSON, 0.3, (30, 10, 90, 120))])
SOMEBODY = Detections.of([(Label.PERSON, 0.9, (30, 10, 90, 120))])


def picture(seed=0, level=120.0, visitor=None):
    """A post with an edge in it and sensor noise; ``visitor`` is the grey of who stands there."""
    pixels = np.full((128, 128, 3), level)
    pixels[:, :40] = 40.0
    if visitor is not None:
        pixels[20:, 60:90] = visitor
    noise = np.random.default_rng(seed).normal(0, 1, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def copy(seconds=0.0, **what):
    return Copy.of(picture(**what), at(seconds))


def looks(answers, pictures):
    """How often the detector was asked, and who was found, over pictures ``(second, pixels)``."""
    detector, memory, found = ScriptedDetector(answers), ViewMemory(), []
    for second, pixels in pictures:
        frame = Frame("cam", at(second), pixels)
        [one] = look(frame, [POST], [memory], detector)
        memory = one.view_memory
        found.append(len(one.staff.present))
    return sum(detector.batches), found


@pytest.mark.parametrize(
    ("now", "known"),
    [
        (copy(2, seed=1), True),
        (copy(LONGEST_S, seed=1), True),
        (copy(LONGEST_S + 0.1, seed=1), False),
        (copy(-1, seed=1), False),
        (copy(2, seed=0), False),  # the same picture to the last bit: a frozen one
        (copy(2, seed=1, visitor=200.0), False),
        (copy(2, seed=1, visitor=112.0), False),  # hardly darker than the wall
        (copy(2, seed=1, level=128.0), False),  # the light went up
    ],
)
def test_what_is_known_holds_while_nothing_moves(now, known):
    idle = Idle.of(copy(), NOBODY)
    assert (idle.again(now) is not None) is known


def test_the_boxes_come_back_as_they_were():
    again = Idle.of(copy(), NOBODY).again(copy(2, seed=1))
    np.testing.assert_array_equal(again.xyxy, NOBODY.xyxy)
    np.testing.assert_array_equal(again.confidence, NOBODY.confidence)
    assert (again.label.tolist(), again.label.dtype) == ([Label.PHONE], NOBODY.label.dtype)


def test_a_post_of_another_size_is_looked_into():
    other = Copy.of(picture(seed=1)[:64], at(2))
    assert Idle.of(copy(), NOBODY).again(other) is None


def test_an_empty_post_is_looked_into_every_few_seconds():
    still = [(second, picture(seed=second)) for second in range(0, 21, 2)]
    asked, found = looks([NOBODY] * 11, still)
    assert (asked, found) == (3, [0] * 11)  # at 0, 8 and 16 s


def test_who_comes_in_is_seen_at_once():
    pictures = [(0, picture(0)), (2, picture(1)), (4, picture(2, visitor=200.0))]
    assert looks([NOBODY, SOMEBODY], pictures) == (2, [0, 0, 1])


@pytest.mark.parametrize("answer", [SOMEBODY, MAYBE])
def test_a_post_where_somebody_is_or_may_be_is_always_looked_into(answer):
    pictures = [(second, picture(seed=second)) for second in range(0, 10, 2)]
    asked, _ = looks([answer] * 5, pictures)
    assert asked == 5
