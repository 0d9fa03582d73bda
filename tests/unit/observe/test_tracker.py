"""Presences: kept through movement and a missed frame, new after an absence."""

import numpy as np
import pytest

from tests.builders import at
from vision.observe.tracker import TrackerState, associate, held_boxes

HERE = (100, 100, 300, 500)
NEAR = (130, 110, 330, 505)
BENT = (210, 370, 300, 500)
AWAY = (600, 100, 800, 500)


def ids(*looks):
    state, seen = TrackerState(), []
    for second, boxes in looks:
        found = np.array(boxes, np.float32).reshape(-1, 4)
        state, numbers = associate(state, found, at(second))
        seen.append(numbers)
    return seen


def test_small_movement_is_the_same_presence():
    assert ids((0, [HERE]), (2, [NEAR])) == [(1,), (1,)]


def test_one_missed_look_does_not_make_two_people():
    assert ids((0, [HERE]), (2, []), (4, [NEAR])) == [(1,), (), (1,)]


def test_after_a_longer_absence_it_is_a_new_presence():
    assert ids((0, [HERE]), (11, [HERE])) == [(1,), (2,)]


def test_two_people_keep_their_numbers_whatever_the_order():
    assert ids((0, [HERE, AWAY]), (2, [AWAY, NEAR])) == [(1, 2), (2, 1)]


def test_two_boxes_never_share_a_presence():
    assert ids((0, [HERE]), (2, [HERE, NEAR])) == [(1,), (1, 2)]


def test_numbers_are_never_used_again():
    assert ids((0, [HERE, AWAY]), (30, [HERE])) == [(1, 2), (3,)]


def test_who_bends_over_the_desk_is_the_same_presence_in_a_small_box():
    assert ids((0, [HERE]), (2, [BENT]), (4, [HERE])) == [(1,), (1,), (1,)]


def test_a_small_box_in_the_place_of_somebody_who_is_still_seen_is_another():
    assert ids((0, [HERE]), (2, [HERE, BENT])) == [(1,), (1, 2)]


@pytest.mark.parametrize(("second", "held"), [(0, 2), (10, 2), (10.1, 1), (14, 1), (14.1, 0)])
def test_a_place_is_held_for_as_long_as_the_presence(second, held):
    state, _ = associate(TrackerState(), np.array([HERE, AWAY], np.float32), at(0))
    state, _ = associate(state, np.array([NEAR], np.float32), at(4))
    assert len(held_boxes(state, at(second))) == held
