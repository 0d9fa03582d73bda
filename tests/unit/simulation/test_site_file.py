import numpy as np
import pytest

from tests.unit.simulation.scenes import scenario
from vision.config.load import load_site
from vision.geometry import is_simple
from vision.simulation.hall import SEAT_Y_M
from vision.simulation.polygons import clipped, hull
from vision.simulation.scene import view_of
from vision.simulation.site_file import post_polygon, write_site

UNIT = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def area(polygon):
    x, y = polygon[:, 0], polygon[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2.0


def test_the_hull_leaves_inner_points_out():
    points = np.concatenate([UNIT, [[0.5, 0.5], [0.2, 0.9]]])

    assert area(hull(points)) == pytest.approx(1.0)
    assert len(hull(points)) == 4


@pytest.mark.parametrize(
    ("shift", "expected"), [((0.0, 0.0), 1.0), ((0.5, 0.0), 0.5), ((-0.5, 0.5), 0.25)]
)
def test_polygons_are_cut_to_the_picture(shift, expected):
    assert area(clipped(UNIT + np.array(shift))) == pytest.approx(expected)


def test_a_post_holds_the_seat_and_head_of_its_own_staff():
    small = scenario()
    view = view_of(small)

    polygon = np.array(post_polygon(0.0, view))
    pixels, _ = view.project(np.array([[0.0, SEAT_Y_M, 0.5], [0.0, SEAT_Y_M, 1.25]]))

    low, high = polygon.min(axis=0), polygon.max(axis=0)
    inside = pixels / np.array([view.width, view.height])
    assert ((inside > low) & (inside < high)).all()
    assert is_simple([tuple(point) for point in polygon])


def test_the_site_file_is_valid_and_names_the_clip(tmp_path):
    rules = {"phone_use": {"dwell_s": 6}}
    windows = [{"id": "A01", "name": "First", "x_m": 0.0, "rules": {"smoking": {"dwell_s": 2}}}]
    small = scenario(rules=rules, windows=windows)

    write_site(small, "clip.mp4", tmp_path / "site.yaml")
    site = load_site(tmp_path / "site.yaml")

    assert site.camera("cam-01").files == "clip.mp4"
    assert [window.name for window in site.windows] == ["First"]
    policies = site.policies(site.windows[0])
    assert policies["phone_use"].dwell_s == 6
    assert policies["smoking"].dwell_s == 2
