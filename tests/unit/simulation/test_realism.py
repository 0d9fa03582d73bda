import numpy as np
import pytest

from vision.simulation.optics import View
from vision.simulation.realism import bearing_deg, inclination_deg, report

UPRIGHT = np.zeros((33, 3))
UPRIGHT[[7, 8]] = [[10, 10, 1], [14, 10, 1]]
UPRIGHT[[11, 12]] = [[22, 30, 1], [2, 30, 1]]
UPRIGHT[[15, 16]] = [[22, 60, 1], [2, 60, 0]]
UPRIGHT[[23, 24]] = [[17, 70, 1], [7, 70, 1]]


def row(best_iou=0.9, shift=0.0, **changes):
    seen = UPRIGHT.copy()
    seen[:, 0] += shift
    return {
        "xyxy": [0, 0, 40, 100],
        "visibility": 0.9,
        "whole": True,
        "height_m": 2.2,
        "bearing_deg": 10.0,
        "shoulder_px": 20.0,
        "landmarks": UPRIGHT.tolist(),
        "best_iou": best_iou,
        "estimate": seen.tolist(),
    } | changes


@pytest.mark.parametrize(("right_px", "angle"), [(0.0, 0.0), (20.0, 45.0), (-20.0, -45.0)])
def test_inclination_is_against_the_vertical_of_the_picture(right_px, angle):
    points = UPRIGHT.copy()
    points[[7, 8], 0] += right_px

    assert inclination_deg(points, (7, 8), (11, 12)) == pytest.approx(angle)


@pytest.mark.parametrize(
    ("camera_y", "bearing"), [(-5.0, 0.0), (5.0, 180.0)], ids=["in front", "behind"]
)
def test_bearing_of_a_person_who_faces_the_public(camera_y, bearing):
    world = np.zeros((33, 3))
    world[11], world[12] = [0.2, 0.0, 1.2], [-0.2, 0.0, 1.2]
    view = View((0.0, camera_y, 2.5), (0.0, 0.0, 1.0), 50.0)

    assert bearing_deg(world, view) == pytest.approx(bearing, abs=1e-6)


def test_the_report_counts_and_takes_medians():
    rows = [row(), row(shift=2.0), row(best_iou=0.2, shift=4.0), row(estimate=None)]

    text = report(rows)

    assert "Unoccluded persons: 4 of 4" in text
    assert "finds 3 (75 %), the pose model 3 (75 %)" in text
    assert "| all | 4 | 75 % | 0.10 | 0.10 | 0.10 | 0.10 | 0.00 | 0.00 |" in text
    assert "| side | 0 | 0 % | no data |" in text


@pytest.mark.parametrize(
    "changes", [{"visibility": 0.5}, {"whole": False}, {"xyxy": [0, 0, 40, 50]}]
)
def test_hidden_cut_off_and_tiny_persons_do_not_count(changes):
    assert "Unoccluded persons: 1 of 2" in report([row(), row(**changes)])
