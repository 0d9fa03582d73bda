"""A client at the counter: seen or not, for how long, and nothing else."""

import numpy as np
import pytest

from tests.builders import at, frame
from vision.observe import clients_waiting, post_of
from vision.observe.clients import ClientMemory, waited
from vision.testing.models import ScriptedDetector
from vision.types import Detections, Label

SIZE = (400, 200)
PUBLIC = post_of("A", [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)], SIZE)
POST = post_of("A", [(0.4, 0.0), (1.0, 0.0), (1.0, 1.0), (0.4, 1.0)], SIZE)
BOXES = [
    ((20, 40, 80, 180), 0.9, True),
    ((20, 40, 80, 180), 0.4, True),
    ((20, 40, 80, 180), 0.39, False),
    ((20, 40, 80, 71), 0.9, True),
    ((20, 40, 80, 69), 0.9, False),  # somebody far behind
    ((170, 40, 229, 180), 0.9, True),  # half of it beyond the edge of the area
    ((190, 40, 290, 180), 0.9, False),
    ((162, 40, 200, 180), 0.9, False),  # in the post, where both polygons overlap
]


@pytest.mark.parametrize(("xyxy", "confidence", "expected"), BOXES)
def test_who_counts_as_a_client(xyxy, confidence, expected):
    detector = ScriptedDetector([Detections.of([(Label.PERSON, confidence, xyxy)])])
    posts = [POST] if xyxy[0] == 162 else []
    assert clients_waiting(frame(size_px=SIZE), [PUBLIC], posts, detector) == [expected]


def test_things_are_no_clients_and_nothing_is_asked_without_an_area():
    detector = ScriptedDetector([Detections.of([(Label.PHONE, 0.9, (20, 40, 80, 180))])])
    assert clients_waiting(frame(size_px=SIZE), [PUBLIC], [], detector) == [False]
    assert clients_waiting(frame(size_px=SIZE), [], [], detector) == []
    assert detector.batches == [1]


def test_only_the_public_polygon_is_shown_to_the_detector():
    shown = []
    detector = ScriptedDetector(lambda image: shown.append(image) or Detections.empty())
    half = post_of("A", [(0.0, 0.0), (0.5, 0.0), (0.0, 1.0)], SIZE)
    clients_waiting(frame(size_px=SIZE), [half], [], detector)
    assert shown[0].shape == (200, 200, 3)
    assert np.unique(shown[0][150:, 150:]).tolist() == [114]


WAITS = [
    ([(0, True)], 0.0),
    ([(0, True), (2, True), (4, True)], 4.0),
    ([(0, True), (2, False), (4, True)], 4.0),  # somebody stood in the way
    ([(0, True), (10, True)], 10.0),
    ([(0, True), (11, True)], 0.0),
    ([(0, True), (2, False)], 0.0),
    ([(0, True), (2, False), (11, False), (12, True)], 0.0),
    ([(0, True), (2, None)], None),
    ([(0, None), (2, True)], 0.0),
]


@pytest.mark.parametrize(("rows", "expected"), WAITS)
def test_how_long_a_client_has_waited(rows, expected):
    memory, wait_s = ClientMemory(), None
    for second, waiting in rows:
        memory, wait_s = waited(memory, waiting, at(second))
    assert wait_s == expected
