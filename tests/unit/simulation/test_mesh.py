import numpy as np
import pytest

from vision.simulation.mesh import (
    box,
    clip,
    ellipsoid,
    extrude,
    join,
    mix,
    smoothed,
    tube,
    vertex_normals,
)

GREY = (0.5, 0.5, 0.5)
SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def volume(mesh):
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


@pytest.mark.parametrize(
    ("mesh", "expected"),
    [
        (box((1.0, 2.0, 3.0), GREY), 6.0),
        (extrude(SQUARE, 0.0, 0.5, GREY), 2.0),
        (ellipsoid((1.0, 1.0, 1.0), GREY, 40), 4.19),
        (tube(np.array([[0, 0, 0], [0, 0, 2.0]]), [1.0, 1.0], GREY, 60), 6.28),
    ],
    ids=["box", "slab", "ball", "tube"],
)
def test_solids_are_closed_and_face_outwards(mesh, expected):
    assert volume(mesh) == pytest.approx(expected, rel=0.02)


def test_join_keeps_every_part_with_its_colour():
    red = (1.0, 0.0, 0.0)

    both = join([box((1, 1, 1), GREY), box((1, 1, 1), red).at(5.0, 0.0, 0.0)])

    assert volume(both) == pytest.approx(2.0)
    assert both.vertices[both.colours[:, 1] == 0.0, 0].min() == pytest.approx(4.5)


def test_turned_and_moved_meshes():
    mesh = box((2.0, 0.2, 0.2), GREY).turned(90.0)

    assert np.ptp(mesh.vertices[:, 1]) == pytest.approx(2.0)
    assert mesh.moved(np.diag([2.0, 2.0, 2.0, 1.0])).vertices[:, 1].max() == pytest.approx(2.0)


TRIANGLE = np.array([[0, 1, 2]])
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("field", "area"),
    [
        ([1.0, 1.0, 1.0], 0.5),
        ([-1.0, -1.0, -1.0], 0.0),
        ([1.0, -1.0, -1.0], 0.125),  # a corner of half the size
        ([-1.0, 1.0, 1.0], 0.375),  # what that corner leaves
        ([3.0, -1.0, 1.0], 0.5 - 0.25 * 0.5 * 0.5),
    ],
)
def test_clip_keeps_the_positive_side(field, area):
    faces, pairs, share = clip(TRIANGLE, np.array(field))
    points = mix(CORNERS, pairs, share)
    sides = points[faces[:, 1:]] - points[faces[:, :1]]
    doubled = sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]

    assert float(np.abs(doubled).sum() / 2.0) == pytest.approx(area)


def test_normals_point_away_from_the_middle():
    ball = ellipsoid((1.0, 1.0, 1.0), GREY, 20)

    normals = vertex_normals(ball.vertices, ball.faces)

    assert (np.einsum("ij,ij->i", normals, ball.vertices) > 0.9).all()


def test_smoothing_flattens_a_spike_and_does_not_pull_the_rim_in():
    grid = np.array([[x, y, 0.0] for x in range(5) for y in range(5)], dtype=float)
    faces = np.array(
        [
            triangle
            for x in range(4)
            for y in range(4)
            for i in [5 * x + y]
            for triangle in ((i, i + 5, i + 6), (i, i + 6, i + 1))
        ]
    )
    grid[12, 2] = 1.0

    flat = smoothed(grid, faces, rounds=3)

    assert flat[12, 2] < 0.6
    assert flat[2, 0] < 0.05  # the middle of the edge x = 0
    np.testing.assert_array_equal(flat[[0, 1, 2, 3, 4], 2], 0.0)
