import numpy as np
import pytest

from vision.simulation.linear import (
    axis_angle,
    between,
    blend_rotation,
    euler,
    frame,
    move,
    rigid,
    rotation_vector,
    unit,
    vec,
)

X, Y, Z = np.eye(3)


@pytest.mark.parametrize(
    ("pitch", "roll", "yaw", "start", "end"),
    [
        (90.0, 0.0, 0.0, Z, -Y),  # the head goes forwards
        (0.0, 90.0, 0.0, Z, X),  # and to the left
        (0.0, 0.0, 90.0, -Y, X),  # the face turns to the left
        (0.0, 0.0, 0.0, X, X),
    ],
)
def test_euler_turns_as_the_poses_expect(pitch, roll, yaw, start, end):
    np.testing.assert_allclose(euler(pitch, roll, yaw) @ start, end, atol=1e-12)


def test_unit_of_nothing_is_nothing():
    np.testing.assert_array_equal(unit(np.zeros(3)), np.zeros(3))


def test_a_frame_is_a_rotation_even_of_slanted_directions():
    axes = frame(vec(1.0, 2.0, 0.5), vec(0.3, 0.1, 1.0))

    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    np.testing.assert_allclose(axes[:, 0], unit(vec(1.0, 2.0, 0.5)))


@pytest.mark.parametrize("end", [X, Y, -X, vec(1.0, 1.0, 1.0)])
def test_between_takes_one_direction_to_the_other(end):
    np.testing.assert_allclose(between(X, end) @ X, unit(end), atol=1e-9)


@pytest.mark.parametrize("angle", [0.0, 30.0, 179.0, 180.0])
def test_rotation_vector_is_axis_times_angle(angle):
    axis = unit(vec(0.2, -0.5, 0.8))

    found = rotation_vector(axis_angle(axis, angle))

    assert np.degrees(np.linalg.norm(found)) == pytest.approx(angle, abs=1e-3)


@pytest.mark.parametrize(("share", "angle"), [(0.0, 10.0), (0.5, 40.0), (1.0, 70.0)])
def test_blended_rotations_lie_between(share, angle):
    turned = blend_rotation(axis_angle(Z, 10.0), axis_angle(Z, 70.0), share)

    np.testing.assert_allclose(turned, axis_angle(Z, angle), atol=1e-9)


def test_blending_takes_the_short_way_round():
    turned = blend_rotation(axis_angle(Z, 170.0), axis_angle(Z, -170.0), 0.5)

    np.testing.assert_allclose(turned, axis_angle(Z, 180.0), atol=1e-9)


def test_move_turns_then_shifts():
    place = rigid(axis_angle(Z, 90.0), vec(1.0, 0.0, 0.0))

    np.testing.assert_allclose(move(place, X), vec(1.0, 1.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(move(place, np.stack([X, Y])), [[1, 1, 0], [0, 0, 0]], atol=1e-12)
