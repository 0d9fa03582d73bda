from pathlib import Path

import pytest

from tests.unit.training.pictures import box, picture
from vision.training.complete import Teacher, complete, recall, store, wants
from vision.types import Label

SETTLING = Teacher(
    Path("coco.pt"), {0: Label.PERSON, 67: Label.PHONE}, accept=0.5, doubt=0.1, settles=True
)
CAREFUL = Teacher(Path("own.pt"), {7: Label.TROUSERS}, accept=0.6, doubt=0.2, settles=False)


def said(label, confidence, **place):
    return [*map(float, box(label, **place)), confidence]


@pytest.mark.parametrize(
    ("confidence", "boxes", "doubtful"),
    [(0.9, 1, 0), (0.5, 1, 0), (0.49, 0, 1), (0.1, 0, 1), (0.05, 0, 0)],
)
def test_confidence_decides_between_label_doubt_and_nothing(tmp_path, confidence, boxes, doubtful):
    one = complete(picture(tmp_path, known=()), [said(Label.PERSON, confidence)], SETTLING)

    assert (len(one.boxes), len(one.doubtful)) == (boxes, doubtful)


def test_a_settling_teacher_makes_its_classes_known(tmp_path):
    one = complete(picture(tmp_path, known={Label.CIGARETTE}), [], SETTLING)

    assert one.known == {Label.CIGARETTE, Label.PERSON, Label.PHONE}


def test_a_careful_teacher_adds_boxes_but_no_knowledge(tmp_path):
    one = complete(picture(tmp_path, known=()), [said(Label.TROUSERS, 0.8)], CAREFUL)

    assert one.boxes[:, 0].tolist() == [Label.TROUSERS]
    assert one.known == frozenset()


def test_what_was_labelled_by_hand_is_left_alone(tmp_path):
    before = picture(tmp_path, boxes=[box(Label.PHONE)], known={Label.PHONE, Label.PERSON})

    after = complete(before, [said(Label.PHONE, 0.9, x=0.1), said(Label.PERSON, 0.9)], SETTLING)

    assert after.boxes.tolist() == before.boxes.tolist()


@pytest.mark.parametrize(("x", "added"), [(0.5, 0), (0.52, 0), (0.9, 1)])
def test_a_box_that_is_there_is_not_added_again(tmp_path, x, added):
    before = picture(tmp_path, boxes=[box(Label.TROUSERS)], known=())

    after = complete(before, [said(Label.TROUSERS, 0.9, x=x)], CAREFUL)

    assert len(after.boxes) == 1 + added


@pytest.mark.parametrize(
    ("known", "wanted"),
    [((), True), ({Label.PERSON}, True), ({Label.PERSON, Label.PHONE}, False)],
)
def test_a_teacher_is_asked_where_one_of_its_classes_is_missing(tmp_path, known, wanted):
    assert wants(SETTLING, picture(tmp_path, known=known)) is wanted


def test_proposals_are_kept_to_four_decimals(tmp_path):
    store({"a/b": [[1.0, 0.123456, 0.5, 0.5, 0.5, 0.9]]}, tmp_path / "rows.json")

    assert recall(tmp_path / "rows.json") == {"a/b": [[1.0, 0.1235, 0.5, 0.5, 0.5, 0.9]]}
