import numpy as np
import pytest

pytest.importorskip("mediapipe", reason="the pose model is not installed")

from vision.simulation.sightings import best_iou, crop_of


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], 0.0),
        ([[0, 0, 10, 10]], 1.0),
        ([[5, 0, 15, 10], [90, 90, 99, 99]], 1 / 3),
        ([[20, 20, 30, 30]], 0.0),
    ],
)
def test_best_iou(others, expected):
    found = best_iou(np.array([0.0, 0, 10, 10]), np.array(others, dtype=float).reshape(-1, 4))

    assert found == pytest.approx(expected)


def test_crops_have_a_margin_and_stay_in_the_picture():
    assert crop_of(np.array([0.0, 20.0, 100.0, 120.0]), 110, 200) == (0, 5, 110, 135)
