"""The upright box, learnt as sequences of (second, upper edge)."""

import pytest

from tests.builders import at
from vision.posture.outline import Outline


def learnt(*looks):
    outline = Outline()
    for second, top_px in looks:
        outline = outline.seeing((100.0, top_px, 300.0, 700.0), at(second))
    return outline


WORK = [(second, 200.0) for second in range(0, 12, 4)]
SCALE_PX = 0.53 * 200


@pytest.mark.parametrize(
    ("looks", "top_px"),
    [
        (WORK[:2], None),
        (WORK, 200.0),
        # three boxes in a moment are not enough
        ([(0, 200.0), (1, 200.0), (2, 200.0)], None),
        # nor are boxes that jump
        ([(0, 200.0), (4, 240.0), (8, 200.0)], None),
        # a slump, however long, lowers nothing
        (WORK + [(second, 250.0) for second in range(12, 400, 4)], 200.0),
        # who sits up was not upright before
        (WORK + [(second, 180.0) for second in range(12, 100, 4)], pytest.approx(180.0, abs=0.1)),
        # who stands, or lifts a hand, is no reference for sitting
        (WORK + [(second, 150.0) for second in range(12, 400, 4)], 200.0),
        # who stood before and sits now begins anew
        (WORK + [(second, 310.0) for second in range(12, 24, 4)], 310.0),
    ],
)
def test_the_upper_edge(looks, top_px):
    assert learnt(*looks).top_px == top_px


def test_as_a_posture_only_the_box_is_known():
    upright = learnt(*WORK).upright()
    assert upright.shoulder_y_px == pytest.approx(200.0 + SCALE_PX)
    assert upright.scale_px == pytest.approx(SCALE_PX)
    assert upright.box_height_norm == 1.0
    assert upright.body_yaw_deg is None
    assert upright.head_height_norm is None


def test_before_it_is_learnt_there_is_none():
    assert learnt(*WORK[:2]).upright() is None
