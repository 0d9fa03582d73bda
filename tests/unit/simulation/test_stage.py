"""Draws for real; needs the `simulate` extra."""

import numpy as np
import pytest

pytest.importorskip("pyvista", reason="drawing needs deportment[simulate]")

from vision.simulation.linear import rigid, vec
from vision.simulation.mesh import box
from vision.simulation.optics import View
from vision.simulation.stage import Light, Stage

VIEW = View((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 60.0, 160, 120)
RED = (0.9, 0.1, 0.1)


@pytest.fixture
def stage():
    made = Stage(VIEW, Light())
    made.add_fixed(box((6.0, 0.1, 6.0), (0.6, 0.6, 0.6)).at(0.0, 2.0, 0.0))
    made.add_rigid("one", box((1.0, 1.0, 1.0), RED), 7)
    yield made
    made.close()


def test_hidden_things_leave_no_trace(stage):
    assert not stage.idents().any()


def test_the_identity_of_a_thing_is_where_the_camera_projects_it(stage):
    stage.carry("one", rigid(np.eye(3), vec(0.5, 0.0, 1.0)), visible=True)

    rows, columns = np.nonzero(stage.idents() == 7)

    pixels, _ = VIEW.project(np.array([[x, -0.5, z] for x in (0.0, 1.0) for z in (0.5, 1.5)]))
    assert columns.min() == pytest.approx(pixels[:, 0].min(), abs=1.5)
    assert columns.max() + 1 == pytest.approx(pixels[:, 0].max(), abs=1.5)
    assert rows.min() == pytest.approx(pixels[:, 1].min(), abs=1.5)


def test_the_picture_is_lit_and_has_the_colour_of_things(stage):
    stage.carry("one", rigid(np.eye(3), vec(0.0, 0.0, 1.0)), visible=True)

    picture = stage.picture()

    assert picture.shape == (120, 160, 3)
    red, green, _ = picture[60, 80].astype(int)
    assert red > green + 40
    assert picture[60, 40].mean() > 60


def test_drawing_twice_gives_the_same(stage):
    stage.carry("one", rigid(np.eye(3), vec(0.0, 0.0, 1.0)), visible=True)

    np.testing.assert_array_equal(stage.picture(), stage.picture())
