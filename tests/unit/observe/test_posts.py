"""Crops: only the post, whatever its shape."""

import numpy as np

from tests.builders import frame
from vision.observe import cut, post_of
from vision.observe.posts import OUTSIDE_GREY

RECTANGLE = [(0.1, 0.2), (0.5, 0.2), (0.5, 0.8), (0.1, 0.8)]
TRIANGLE = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]


def test_a_rectangle_is_cut_without_a_copy():
    picture = frame(size_px=(200, 100))
    crop = cut(picture.image, post_of("A", RECTANGLE, picture.size_px))
    assert crop.shape == (60, 80, 3)
    assert np.shares_memory(crop, picture.image)


def test_pixels_outside_the_post_are_never_given():
    picture = frame(size_px=(200, 100))
    crop = cut(picture.image, post_of("A", TRIANGLE, picture.size_px))
    assert (crop[90:, 150:] == OUTSIDE_GREY).all()
    assert (crop[:20, :20] == picture.image[:20, :20]).all()


def test_the_frame_itself_is_not_touched():
    picture = frame(size_px=(200, 100))
    before = picture.image.copy()
    cut(picture.image, post_of("A", TRIANGLE, picture.size_px))
    assert (picture.image == before).all()


def test_a_post_up_to_the_border_stays_inside_the_picture():
    post = post_of("A", [(0, 0), (1, 0), (1, 1), (0, 1)], (201, 99))
    assert post.box_px == (0, 0, 201, 99)
