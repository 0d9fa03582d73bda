"""Reading the raw outputs of the two networks."""

import numpy as np
import pytest

from vision.pose import body, landmarks

UNSURE, SURE = -10.0, 10.0


def found_in(boxes):
    """Detector outputs with ``anchor: (logit, dx, dy, width, height, hips, rim)``, in pixels."""
    rows = np.zeros((2254, 12), np.float32)
    logits = np.full(2254, UNSURE, np.float32)
    for anchor, (logit, dx, dy, width, height, hips, rim) in boxes.items():
        rows[anchor, :8] = dx, dy, width, height, *hips, *rim
        logits[anchor] = logit
    return body.find_body(rows, logits, 0.5)


def test_the_anchors_are_those_of_the_network():
    made = body.anchors()
    assert made.shape == (2254, 2)
    np.testing.assert_allclose(made[0], [4 / 224, 4 / 224])
    np.testing.assert_allclose(made[2], [12 / 224, 4 / 224])
    np.testing.assert_allclose(made[28 * 2], [4 / 224, 12 / 224])
    np.testing.assert_allclose(made[1568], [8 / 224, 8 / 224])
    np.testing.assert_allclose(made[-1], [208 / 224, 208 / 224])


def test_nobody_is_found_where_nothing_is_sure():
    assert found_in({}) is None
    assert found_in({5: (-0.1, 0, 0, 50, 50, (0, 0), (0, -20))}) is None


def test_the_points_of_a_body_lie_off_its_anchor():
    points = found_in({0: (SURE, 0, 0, 50, 50, (10, 20), (10, -4))})
    np.testing.assert_allclose(points * 224, [[14, 24], [14, 0]], atol=1e-3)


def test_boxes_of_one_body_are_averaged_by_confidence():
    points = found_in(
        {
            0: (0.0, 0, 0, 50, 50, (0, 0), (0, 0)),
            1: (20.0, 0, 0, 50, 50, (30, 0), (30, 0)),
        }
    )
    np.testing.assert_allclose(points[0] * 224, [4 + 20, 4], atol=1e-3)


def test_of_two_bodies_the_clearer_one_is_taken():
    far = 2254 - 1
    points = found_in(
        {
            0: (1.0, 0, 0, 40, 40, (0, 0), (0, 0)),
            far: (3.0, 0, 0, 40, 40, (0, 0), (0, 0)),
        }
    )
    np.testing.assert_allclose(points[0] * 224, [208, 208], atol=1e-3)


def reading(points=None, heat=()):
    """Landmark outputs: all points in the middle, and heat at ``(point, row, column)``."""
    rows = np.zeros((39, 5), np.float32)
    rows[:, :2] = 128
    for number, row in (points or {}).items():
        rows[number] = row
    heatmap = np.full((64, 64, 39), UNSURE, np.float32)
    for number, row, column in heat:
        heatmap[row, column, number] = SURE
    world = np.arange(117, dtype=np.float32)
    return landmarks.read(rows.ravel(), heatmap, world)


def test_coordinates_and_visibility_are_scaled():
    read = reading({0: (64, 192, 5, SURE, 0), 32: (256, 0, 0, UNSURE, 0)})
    np.testing.assert_allclose(read.xy_norm[0], [0.25, 0.75])
    np.testing.assert_allclose(read.xy_norm[32], [1, 0])
    assert read.visibility[0] > 0.99
    assert read.visibility[1] == pytest.approx(0.5)
    assert read.visibility[32] < 0.01


def test_only_the_33_landmarks_are_given():
    read = reading()
    assert (read.xy_norm.shape, read.visibility.shape, read.world.shape) == (
        (33, 2),
        (33,),
        (33, 3),
    )
    assert read.world[1].tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    ("heat", "expected"),
    [
        ([], (0.5, 0.5)),
        ([(0, 32, 32)], (0.5, 0.5)),
        ([(0, 34, 30)], (30 / 64, 34 / 64)),
        ([(0, 34, 30), (0, 34, 32)], (31 / 64, 34 / 64)),
        ([(0, 50, 50)], (0.5, 0.5)),  # too far from the point to be looked at
        ([(7, 34, 30)], (0.5, 0.5)),  # another point's map
    ],
)
def test_a_sure_heatmap_moves_its_point(heat, expected):
    np.testing.assert_allclose(reading(heat=heat).xy_norm[0], expected, atol=2e-3)


@pytest.mark.parametrize("place", [(-20, 128), (128, 300), (256, 128)])
def test_a_point_outside_the_square_stays(place):
    read = reading({0: (*place, 0, 0, 0)}, heat=[(0, 32, 63)])
    np.testing.assert_allclose(read.xy_norm[0] * 256, place)


def test_extreme_logits_raise_no_overflow():
    values = landmarks.sigmoid(np.array([-1e4, 0, 1e4], np.float32))
    np.testing.assert_allclose(values, [0, 0.5, 1], atol=1e-6)
