import numpy as np
import pytest

from tests.unit.evaluation.detector_cases import THING, judged
from vision.evaluation.detector import of_class
from vision.evaluation.detector_sizes import needs_px, sizes
from vision.types import Label


def found(text):
    return np.array([mark == "+" for mark in text])


@pytest.mark.parametrize(
    ("text", "recall", "expected"),
    [
        ("-----" + "+" * 15, 0.5, 6),
        ("+----" + "+" * 15, 0.5, 6),  # one lucky small one
        ("-+-+-+-+" + "+" * 12, 0.5, 2),
        ("-+-+-+-+" + "+" * 12, 0.9, 8),
        ("-" * 20, 0.5, None),
        ("-" * 15 + "+" * 5, 0.5, None),  # too few are that large
        ("", 0.5, None),
    ],
)
def test_the_least_size_from_which_enough_is_found(text, recall, expected):
    size_px = np.arange(1, len(text) + 1, dtype=float)
    assert needs_px(size_px, found(text), recall) == expected


def test_sizes_of_all_scales_are_taken_together_and_nothing_is_not_found():
    seen = [judged("a", (0.6, THING), truths=[THING]), judged("b", truths=[THING])]
    parts = [of_class(seen, Label.PHONE), of_class(seen[:1], Label.PHONE)]
    size_px, hit = sizes(parts, 0.5)
    assert (size_px.tolist(), hit.tolist()) == ([40, 40, 40], [True, False, True])
    assert not sizes(parts, 0.7)[1].any()
    assert sizes(parts, 0.0)[1].tolist() == [True, False, True]
    assert sizes([], 0.5)[0].tolist() == []
