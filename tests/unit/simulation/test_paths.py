import numpy as np
import pytest

from vision.simulation.paths import SPEED_M_S, rounded


def test_a_path_begins_and_ends_where_it_is_told():
    path = rounded([(0.0, 0.0), (2.0, 0.0), (2.0, 3.0)])

    assert path.at(0.0)[:2] == pytest.approx((0.0, 0.0))
    assert path.at(99.0)[:2] == pytest.approx((2.0, 3.0))
    assert 4.0 < path.length_m <= 5.01
    assert path.duration_s == pytest.approx(path.length_m / SPEED_M_S)


@pytest.mark.parametrize(
    ("end", "yaw_deg"), [((0.0, -3.0), 0.0), ((3.0, 0.0), 90.0), ((-3.0, 0.0), -90.0)]
)
def test_yaw_faces_the_way_walked(end, yaw_deg):
    assert rounded([(0.0, 0.0), end]).at(1.5)[2] == pytest.approx(yaw_deg, abs=0.5)


def test_corners_are_rounded():
    path = rounded([(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)])

    nearest = np.linalg.norm(path.points - np.array([2.0, 0.0]), axis=1).min()

    assert nearest > 0.1
