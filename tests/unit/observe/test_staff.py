"""Which boxes are staff, and what lies at them."""

import numpy as np
import pytest

from vision.observe import post_of
from vision.observe.staff import items_of, staff_in
from vision.types import Detections, Label

POST = post_of("A", [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)], (1000, 1000))
SEATED = (300, 300, 500, 800)

ROWS = [
    ("staff", [(Label.PERSON, 0.9, SEATED)], 1, 0.0),
    ("weak", [(Label.PERSON, 0.39, SEATED)], 0, 0.39),
    ("mostly outside", [(Label.PERSON, 0.9, (0, 300, 180, 800))], 0, 0.9),
    ("a hand that reaches in", [(Label.PERSON, 0.9, (300, 300, 400, 390))], 0, 0.9),
    ("a part of the same person", [(Label.PERSON, 0.9, SEATED), (Label.PERSON, 0.6, (320, 310, 480, 560))], 1, 0.0),
    ("a colleague behind", [(Label.PERSON, 0.9, SEATED), (Label.PERSON, 0.6, (450, 200, 640, 760))], 2, 0.0),
    ("a phone is nobody", [(Label.PHONE, 0.9, SEATED)], 0, 0.0),
    ("nothing", [], 0, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("boxes", "present", "doubtful"), [row[1:] for row in ROWS])
def test_staff(boxes, present, doubtful):
    staff = staff_in(POST, Detections.of(boxes))
    assert len(staff.present) == present
    assert staff.doubtful == pytest.approx(doubtful)


def test_things_belong_to_the_nearer_person():
    people = Detections.of(
        [(Label.PERSON, 0.9, (100, 100, 300, 500)), (Label.PERSON, 0.8, (280, 100, 480, 500))]
    )
    phone = Detections.of([(Label.PHONE, 0.7, (290, 300, 310, 330))])
    mine = items_of(people.xyxy[0], people, phone)
    other = items_of(people.xyxy[1], people, phone)
    assert len(mine) + len(other) >= 1
    near_second = Detections.of([(Label.PHONE, 0.7, (296, 300, 316, 330))])
    assert len(items_of(people.xyxy[0], people, near_second)) == 0
    assert len(items_of(people.xyxy[1], people, near_second)) == 1


def test_where_posts_overlap_a_person_belongs_to_the_better_fitting_one():
    near = post_of("A", [(0.3, 0.2), (0.7, 0.2), (0.7, 0.9), (0.3, 0.9)], (1000, 1000))
    far = post_of("B", [(0.2, 0.1), (0.5, 0.1), (0.5, 0.5), (0.2, 0.5)], (1000, 1000))
    sleeper = Detections.of([(Label.PERSON, 0.8, (300, 250, 420, 450))])
    here, there = staff_in(near, sleeper, [far]), staff_in(far, sleeper, [near])
    assert (len(here.present), here.doubtful) == (0, 0.0)
    assert len(there.present) == 1


BOWED = (320, 560, 480, 800)
LOW = (330, 725, 470, 800)
HELD_ROWS = [
    ("weak in their place", [(Label.PERSON, 0.2, BOWED)], 1, 0.2),
    ("too weak", [(Label.PERSON, 0.19, BOWED)], 0, 0.19),
    ("small, and sure", [(Label.PERSON, 0.8, LOW)], 1, 0.0),
    ("half beside it", [(Label.PERSON, 0.3, (410, 560, 610, 800))], 0, 0.3),
    ("somewhere else", [(Label.PERSON, 0.39, (600, 300, 800, 800))], 0, 0.39),
    ("one of two", [(Label.PERSON, 0.3, BOWED), (Label.PERSON, 0.25, LOW)], 1, 0.3),
    ("another has come", [(Label.PERSON, 0.9, SEATED), (Label.PERSON, 0.3, BOWED)], 1, 0.3),
]


@pytest.mark.parametrize(("boxes", "present", "doubtful"), [row[1:] for row in HELD_ROWS])
def test_somebody_seen_a_moment_ago_goes_on_by_a_weaker_box_in_their_place(
    boxes, present, doubtful
):
    staff = staff_in(POST, Detections.of(boxes), held=np.array([SEATED], np.float32))
    assert len(staff.present) == present
    assert staff.doubtful == pytest.approx(doubtful)


@pytest.mark.parametrize(("confidence", "firm"), [(0.39, 0), (0.4, 1)])
def test_a_weak_box_is_nobody_to_be_counted_on(confidence, firm):
    weak = Detections.of([(Label.PERSON, confidence, BOWED)])
    staff = staff_in(POST, weak, held=np.array([SEATED], np.float32))
    assert (len(staff.present), staff.firm, staff.is_sure) == (1, firm, bool(firm))
