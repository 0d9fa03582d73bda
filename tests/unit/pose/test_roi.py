import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.pose.roi import BODY_SCALE, Roi

places = st.floats(-500, 500)
points = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.2, 0.9]], np.float32)


def test_a_whole_picture_is_an_upright_square_around_it():
    assert Roi.whole(np.zeros((100, 300, 3), np.uint8)) == Roi(150, 50, 300)


@pytest.mark.parametrize(
    ("rim", "turn_deg"), [((50, 20), 0), ((80, 50), 90), ((50, 80), 180), ((20, 50), -90)]
)
def test_the_square_of_a_body_turns_with_it(rim, turn_deg):
    roi = Roi.of_body(np.array([50, 50], np.float32), np.array(rim, np.float32))
    assert (roi.x_px, roi.y_px) == (50, 50)
    assert roi.side_px == pytest.approx(2 * 30 * BODY_SCALE)
    assert np.degrees(roi.turn_rad) == pytest.approx(turn_deg)


@pytest.mark.parametrize(
    ("turn_deg", "expected"),
    [
        (0, [[60, 160], [140, 160], [100, 200], [76, 232]]),
        (90, [[140, 160], [140, 240], [100, 200], [68, 176]]),
        (180, [[140, 240], [60, 240], [100, 200], [124, 168]]),
    ],
)
def test_points_of_the_square_come_back_to_the_picture(turn_deg, expected):
    roi = Roi(100, 200, 80, np.radians(turn_deg))
    np.testing.assert_allclose(roi.to_picture(points), expected, atol=1e-3)


@given(places, places, st.floats(1, 1000), st.floats(-np.pi, np.pi))
def test_a_turn_changes_no_distance(x, y, side, turn):
    placed = Roi(x, y, side, turn).to_picture(points).astype(float)
    wide = np.linalg.norm(placed[1] - placed[0])
    assert wide == pytest.approx(side, rel=1e-3)
    np.testing.assert_allclose(placed[2], [x, y], atol=1e-2)


def test_what_is_cut_is_what_lies_there():
    image = np.zeros((200, 200, 3), np.uint8)
    image[90:100, 140:150] = 255
    cut = Roi(145, 95, 40).cut(image, 80)
    assert cut.shape == (80, 80, 3)
    assert cut[40, 40].tolist() == [255, 255, 255]
    assert cut[10, 10].tolist() == [0, 0, 0]


def test_a_body_lying_to_the_right_is_cut_upright():
    image = np.zeros((100, 100, 3), np.uint8)
    image[45:55, 80:90] = 255
    roi = Roi.of_body(np.array([50, 50], np.float32), np.array([82, 50], np.float32))
    cut = roi.cut(image, 80)
    row, column = np.unravel_index(cut[:, :, 0].argmax(), (80, 80))
    assert row < 20
    assert abs(column - 40) < 10


@pytest.mark.parametrize(("stretch", "beyond"), [(True, 200), (False, 0)])
def test_beyond_the_picture_is_black_or_its_edge(stretch, beyond):
    image = np.full((50, 50, 3), 200, np.uint8)
    cut = Roi(0, 25, 50).cut(image, 50, stretch_edge=stretch)
    assert cut[25, 5].tolist() == [beyond] * 3
    assert cut[25, 45].tolist() == [200] * 3


def test_metres_are_turned_and_depth_is_kept():
    world = np.array([[1, 0, 7], [0, 1, 8]], np.float32)
    turned = Roi(0, 0, 1, np.pi / 2).turned_back(world)
    np.testing.assert_allclose(turned, [[0, 1, 7], [-1, 0, 8]], atol=1e-6)
    assert turned.dtype == np.float32
