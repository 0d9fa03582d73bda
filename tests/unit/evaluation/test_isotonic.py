import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.evaluation.isotonic import at, rising

ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([0, 0, 1], [0, 0, 1]),
        ([0, 1, 0, 1], [0, 0.5, 0.5, 1]),
        ([1, 1, 0], [2 / 3] * 3),
        ([1, 0, 0, 1], [1 / 3] * 3 + [1]),
        ([], []),
    ],
)
def test_neighbours_that_fall_are_pooled(value, expected):
    _, fitted = rising(np.arange(len(value), dtype=float), np.array(value, float))
    assert fitted.tolist() == pytest.approx(expected)


def test_equal_places_share_one_value_and_order_does_not_matter():
    places, fitted = rising(np.array([2.0, 1.0, 2.0, 1.0]), np.array([1.0, 0.0, 0.0, 0.0]))
    assert (places.tolist(), fitted.tolist()) == ([1, 2], [0, 0.5])


def test_a_place_between_has_the_value_of_the_step_before_it():
    steps = np.array([1.0, 3.0]), np.array([0.2, 0.8])
    assert at(np.array([0.0, 1.0, 2.9, 3.0, 9.0]), *steps).tolist() == [0.2, 0.2, 0.2, 0.8, 0.8]


@given(ROWS)
def test_steps_never_fall_and_keep_the_mean(rows):
    place, value = np.array(rows, float).T
    places, fitted = rising(place, value)
    assert (np.diff(fitted) >= 0).all()
    assert at(place, places, fitted).sum() == pytest.approx(value.sum())
