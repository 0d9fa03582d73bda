import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detect.letterbox import GREY, Letterbox, look_side

sides = st.integers(1, 3000)


@pytest.mark.parametrize(
    ("width", "height", "scale", "left", "top"),
    [
        (416, 416, 1.0, 0, 0),
        (832, 416, 0.5, 0, 72),
        (416, 832, 0.5, 72, 0),
        (208, 104, 2.0, 0, 72),
    ],
)
def test_a_picture_is_centred_as_large_as_it_goes(width, height, scale, left, top):
    fit = Letterbox.fit(width, height, 416)
    assert (fit.scale, fit.left_px, fit.top_px) == (scale, left, top)


@pytest.mark.parametrize(
    ("width", "height", "sheet"),
    [
        (416, 416, (416, 416)),
        (416, 353, (416, 416)),
        (416, 352, (416, 352)),
        (300, 416, (352, 416)),
        (208, 144, (416, 352)),
        (100, 416, (352, 416)),
        (416, 1, (416, 352)),
    ],
)
def test_a_sheet_is_of_a_few_sizes_and_no_wider_than_it_need_be(width, height, sheet):
    assert Letterbox.fit(width, height, 416).sheet_px == sheet


@pytest.mark.parametrize(
    ("longest", "side"), [(1, 288), (288, 288), (322, 288), (323, 352), (352, 352), (2000, 352)]
)
def test_a_small_picture_is_not_magnified_to_the_larger_side(longest, side):
    assert look_side(longest, (288, 352)) == side


def test_margins_are_grey_and_the_picture_is_between_them():
    square = Letterbox.fit(200, 100, 100).draw(np.full((100, 200, 3), 255, np.uint8))
    assert square.shape == (100, 100, 3)
    assert np.all(square[:25] == GREY)
    assert np.all(square[25:75] == 255)
    assert np.all(square[75:] == GREY)


def test_a_marked_pixel_comes_back_to_its_place():
    image = np.zeros((300, 900, 3), np.uint8)
    image[120:150, 600:660] = 255
    fit = Letterbox.fit(900, 300, 300)
    bright = fit.draw(image)[:, :, 0] > 200
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    box = np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]], np.float32)
    np.testing.assert_allclose(fit.undo(box), [[600, 120, 660, 150]], atol=3)


@given(sides, sides, st.sampled_from([320, 416, 640]))
def test_the_picture_always_fits_and_its_corners_come_back(width, height, side):
    fit = Letterbox.fit(width, height, side)
    right_px, low_px = fit.sheet_px[0] - fit.left_px, fit.sheet_px[1] - fit.top_px
    inner = np.array([[fit.left_px, fit.top_px, right_px, low_px]], np.float32)
    left, top, right, bottom = fit.undo(inner)[0]
    assert 0 <= left <= right <= width
    assert 0 <= top <= bottom <= height
    assert left <= 1 / fit.scale
    assert right >= width - 1.5 / fit.scale
    assert bottom >= height - 1.5 / fit.scale


def test_boxes_are_clipped_to_the_picture():
    fit = Letterbox.fit(100, 50, 100)
    found = fit.undo(np.array([[-20, -20, 300, 300]], np.float32))
    np.testing.assert_array_equal(found, [[0, 0, 100, 50]])
    assert found.dtype == np.float32


def test_no_boxes_stay_no_boxes():
    assert Letterbox.fit(100, 50, 100).undo(np.zeros((0, 4), np.float32)).shape == (0, 4)


def test_a_picture_without_pixels_is_refused():
    with pytest.raises(ValueError, match="0 x 50"):
        Letterbox.fit(0, 50, 100)
