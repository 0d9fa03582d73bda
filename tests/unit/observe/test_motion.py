"""Movement told by pixels: against a copy of the right age, beyond the picture's own noise."""

import numpy as np
import pytest

from tests.builders import at
from vision.observe.motion import Copy, change, changed_share, with_copy

BOX_PX = (100, 200, 228, 328)
PERSON = np.array([140, 230, 190, 328], np.float32)


def crop(seed=0, noise=1.0, hand_x=None):
    picture = np.full((128, 128, 3), 120.0)
    picture[40:128, 40:90] = 60.0
    if hand_x is not None:
        picture[90:100, hand_x : hand_x + 10] = 220.0
    rng = np.random.default_rng(seed)
    return np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)


def share(before, now, seconds=2.0):
    changes = change((Copy.of(before, at(0)),), Copy.of(now, at(seconds)))
    return changed_share(changes, BOX_PX, PERSON)


def test_noise_is_no_movement():
    assert share(crop(1), crop(2)) == 0.0


def test_a_noisier_camera_is_no_movement_either():
    assert share(crop(1, noise=25.0), crop(2, noise=25.0)) <= 0.02


def test_a_hand_that_goes_to_and_fro_is():
    assert share(crop(1, hand_x=50), crop(2, hand_x=62)) > 0.03


def test_movement_elsewhere_is_not_the_persons():
    assert share(crop(1, hand_x=2), crop(2, hand_x=20)) == 0.0


def test_the_same_picture_again_says_nothing():
    assert share(crop(1), crop(1)) is None


@pytest.mark.parametrize(
    ("seconds", "known"), [(1.4, False), (1.5, True), (10.0, True), (10.1, False)]
)
def test_only_a_copy_of_the_right_age_is_compared(seconds, known):
    assert (share(crop(1), crop(2), seconds) is not None) is known


def test_a_picture_of_another_size_says_nothing():
    assert share(crop(1)[:64], crop(2)) is None


def test_in_a_burst_a_copy_old_enough_is_always_kept():
    copies = ()
    for number in range(40):
        now = Copy.of(crop(number), at(0.2 * number))
        assert (change(copies, now) is not None) is (number >= 8)
        copies = with_copy(copies, now)
    assert len(copies) <= 4


def test_a_copy_is_a_few_kilobytes():
    large = np.zeros((900, 700, 3), np.uint8)
    assert Copy.of(large, at(0)).size_px == (50, 64)
    assert len(Copy.of(large, at(0)).pixels) < 5000


HAND = np.array([[150, 285, 185, 305]], np.float32)


def test_what_moves_in_the_box_of_another_person_may_be_theirs():
    changes = change((Copy.of(crop(1, hand_x=50), at(0)),), Copy.of(crop(2, hand_x=62), at(2)))
    assert changed_share(changes, BOX_PX, PERSON) > 0.03
    assert changed_share(changes, BOX_PX, PERSON, HAND) == 0.0


def test_somebody_nearly_covered_by_another_is_judged_whole():
    changes = change((Copy.of(crop(1, hand_x=50), at(0)),), Copy.of(crop(2, hand_x=62), at(2)))
    over = np.array([[130, 250, 200, 330]], np.float32)
    assert changed_share(changes, BOX_PX, PERSON, over) == changed_share(changes, BOX_PX, PERSON)
