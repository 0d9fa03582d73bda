import numpy as np
import pytest

from vision.simulation.labels import Item, boxes, landmarks, visible_share
from vision.simulation.optics import View

VIEW = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 90.0, 80, 80)  # 10 px a metre at y = 0


def board(x0, x1, ident, label="person"):
    """A flat item between two x at y = 0, z 0..2: pixels 40 + 10 x, rows 30..50."""
    x, z = np.meshgrid(np.linspace(x0, x1, 21), np.linspace(0.05, 1.95, 21))
    points = np.stack([x.ravel(), np.zeros(x.size), z.ravel()], axis=1)
    return Item(label, f"p{ident}", (ident,), points)


def painted(*spans):
    picture = np.zeros((80, 80), dtype=np.int32)
    for left, right, ident in spans:
        picture[30:50, left:right] = ident
    return picture


def test_a_box_is_the_visible_surface():
    found = boxes([board(0.0, 2.0, 5)], painted((40, 60, 5)), VIEW)

    assert [(box.label, box.owner, box.xyxy) for box in found] == [
        ("person", "p5", (40, 30, 60, 50))
    ]
    assert found[0].visibility == pytest.approx(1.0)


def test_what_is_behind_something_loses_box_and_visibility():
    found = boxes([board(0.0, 2.0, 5)], painted((40, 60, 5), (40, 50, 9)), VIEW)

    assert found[0].xyxy == (50, 30, 60, 50)
    assert found[0].visibility == pytest.approx(0.5, abs=0.08)  # a pixel is 0.05


def test_what_is_hidden_altogether_has_no_box():
    assert boxes([board(0.0, 2.0, 5)], painted((40, 60, 9)), VIEW) == []


def test_what_leaves_the_picture_is_only_partly_visible():
    assert visible_share(board(2.0, 6.0, 5), painted((60, 80, 5)), VIEW) == pytest.approx(
        0.5, abs=0.06
    )


def test_an_item_of_several_surfaces_has_one_box():
    item = board(0.0, 2.0, 5)
    both = Item("person", "p", (5, 6), item.vertices)

    assert boxes([both], painted((40, 50, 5), (50, 60, 6)), VIEW)[0].xyxy == (40, 30, 60, 50)


def test_landmarks_are_seen_where_their_owner_is():
    points = np.tile([0.5, 0.0, 1.0], (33, 1))
    points[1] = [-2.0, 0.0, 1.0]

    found = landmarks("p5", points, (5,), painted((40, 60, 5)), VIEW)

    np.testing.assert_allclose(found.points[0], [45.0, 40.0, 1.0])
    np.testing.assert_allclose(found.points[1], [20.0, 40.0, 0.0])
    np.testing.assert_array_equal(found.world, points)
