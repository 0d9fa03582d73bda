import numpy as np
import pytest

from vision.simulation.optics import View

FRONT = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 90.0, 200, 100)


@pytest.mark.parametrize(
    ("point", "pixel", "depth"),
    [
        ((0.0, 0.0, 1.0), (100.0, 50.0), 4.0),
        ((4.0, 0.0, 1.0), (150.0, 50.0), 4.0),  # right of the axis is right in the picture
        ((0.0, 0.0, 5.0), (100.0, 0.0), 4.0),  # above is up
        ((0.0, 4.0, 5.0), (100.0, 25.0), 8.0),  # twice as far is half as large
    ],
)
def test_points_project_as_through_a_pinhole(point, pixel, depth):
    pixels, depths = FRONT.project(np.array([point]))

    np.testing.assert_allclose(pixels[0], pixel, atol=1e-9)
    assert depths[0] == pytest.approx(depth)


def test_points_behind_the_camera_have_negative_depth():
    assert FRONT.project(np.array([[0.0, -9.0, 1.0]]))[1][0] < 0.0


def test_roll_turns_the_picture_about_its_axis():
    rolled = View(FRONT.position, FRONT.target, 90.0, 200, 100, roll_deg=90.0)

    pixels, _ = rolled.project(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 1.0]]))

    assert pixels[0] == pytest.approx((100.0, 50.0))
    assert pixels[1, 0] == pytest.approx(100.0)
