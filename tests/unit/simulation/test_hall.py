import numpy as np
import pytest

from vision.simulation.hall import (
    BACK_WALL_Y_M,
    CEILING_M,
    FAR_WALL_Y_M,
    Sign,
    Style,
    build_hall,
    sign_corners,
    swivel_chair,
)
from vision.simulation.poses import DESK_M, SEAT_M

STATIONS = {"A01": -1.8, "A02": 0.0, "A03": 1.8}


def test_a_hall_stays_within_its_walls():
    built = build_hall(STATIONS, Style(), 1, 0.0)

    low, high = built.fixed.vertices.min(axis=0), built.fixed.vertices.max(axis=0)
    assert (low >= [-9.1, FAR_WALL_Y_M - 0.2, -0.1]).all()
    assert (high <= [9.1, BACK_WALL_Y_M + 0.35, CEILING_M + 0.1]).all()


def test_every_window_has_its_number_on_both_sides():
    signs = [sign for sign in build_hall(STATIONS, Style(), 1, 0.0).signs if sign.text in STATIONS]

    assert sorted((sign.text, sign.yaw_deg) for sign in signs) == [
        (text, yaw) for text in STATIONS for yaw in (0.0, 180.0)
    ]
    assert {sign.text: sign.centre[0] for sign in signs} == STATIONS


def test_the_same_seed_furnishes_the_same():
    one, same, other = (build_hall(STATIONS, Style(), seed, 0.0).fixed for seed in (1, 1, 2))

    np.testing.assert_array_equal(one.vertices, same.vertices)
    assert one.vertices.shape != other.vertices.shape or not np.array_equal(
        one.vertices, other.vertices
    )


@pytest.mark.parametrize(("yaw", "left", "front"), [(0.0, -0.5, -1.0), (180.0, 0.5, 1.0)])
def test_signs_are_read_from_the_side_they_face(yaw, left, front):
    corners = sign_corners(Sign("A", (0.0, 0.0, 2.0), (1.0, 0.4), yaw, (1, 1, 1), (0, 0, 0)))

    assert corners[0, 0] == pytest.approx(left)
    assert corners[:2, 2] == pytest.approx([1.8, 1.8])
    assert np.sign(corners[0, 1]) == front


def test_the_desk_is_over_the_seat():
    chair = swivel_chair((0.1, 0.1, 0.1))
    x, y = chair.vertices[:, 0], chair.vertices[:, 1]
    seat = chair.vertices[(np.abs(x) < 0.2) & (np.abs(y) < 0.1)]

    assert seat[:, 2].max() == pytest.approx(SEAT_M, abs=0.02)
    assert SEAT_M < DESK_M
