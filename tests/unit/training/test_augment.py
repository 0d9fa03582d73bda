from dataclasses import replace

import numpy as np
import pytest

from tests.unit.training.pictures import box, noise, picture, rows
from vision.training.augment import CELL_PX, Domain, clip, compose, how_many
from vision.types import Label

CALM = Domain(
    grey=0,
    tinted=0,
    dark=0,
    soft=0,
    coarse=0,
    compressed=0,
    sheet4=0,
    sheet9=0,
    smallest=1.0,
    closeup=0,
)
SIDE_PX = 256


def dice(seed=0):
    return np.random.default_rng(seed)


def cells(sample, label, index=0):
    """The part of the map of what is known that lies under a box."""
    left, top, right, bottom = (sample.boxes[index, 1:] / CELL_PX).astype(int)
    return sample.known[label, top + 1 : bottom - 1, left + 1 : right - 1]


@pytest.mark.parametrize("count", [1, 4, 9])
@pytest.mark.parametrize("seed", range(5))
def test_boxes_lie_on_the_sheet_and_are_not_turned_out(tmp_path, count, seed):
    pictures = [picture(tmp_path, boxes=[box(Label.PHONE)])] * count

    sample = compose(pictures, SIDE_PX, Domain(), dice(seed))

    assert sample.image.shape == (SIDE_PX, SIDE_PX, 3)
    assert sample.image.dtype == np.uint8
    assert (sample.boxes[:, 1:] >= 0).all()
    assert (sample.boxes[:, 1:] <= SIDE_PX).all()
    assert (sample.boxes[:, 3:] > sample.boxes[:, 1:3]).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_box_stays_on_its_object(tmp_path, seed):
    image = np.full((120, 160, 3), 255, np.uint8)
    image[30:90, 20:60] = 0
    boxes = [box(Label.PHONE, 0.25, 0.5, 0.25, 0.5)]

    sample = compose([picture(tmp_path, image=image, boxes=boxes)], SIDE_PX, CALM, dice(seed))

    dark = np.argwhere(sample.image.max(axis=2) < 80)
    assert sample.boxes[0, 1:3] == pytest.approx(dark.min(axis=0)[::-1], abs=3)
    assert sample.boxes[0, 3:] == pytest.approx(dark.max(axis=0)[::-1] + 1, abs=3)


def test_a_class_that_was_not_labelled_is_masked_where_the_picture_lies(tmp_path):
    seen = picture(tmp_path, boxes=[box(Label.PHONE)], known={Label.PHONE})

    sample = compose([seen], SIDE_PX, CALM, dice())

    assert cells(sample, Label.PHONE).all()
    assert not cells(sample, Label.TROUSERS).any()
    assert not cells(sample, Label.PERSON).any()


def test_the_empty_ground_is_known_to_hold_nothing(tmp_path):
    seen = picture(tmp_path, known=())

    sample = compose([seen], SIDE_PX, Domain(smallest=0.3), dice(3))

    assert sample.known.any()
    assert not sample.known.all()


def test_a_doubtful_box_teaches_nothing(tmp_path):
    spot = box(Label.PHONE, width=0.4, height=0.4)
    seen = picture(tmp_path, boxes=[(int(Label.SHOES), *spot[1:])], doubtful=[spot])

    sample = compose([seen], SIDE_PX, CALM, dice())

    assert not cells(sample, Label.PHONE).any()
    assert cells(sample, Label.CIGARETTE).all()


@pytest.mark.parametrize(
    ("label", "other"),
    [
        (Label.VEST, Label.SLEEVED_TOP),
        (Label.TROUSERS, Label.SHORTS),
        (Label.SLIPPERS, Label.SHOES),
    ],
)
def test_a_garment_is_known_not_to_be_its_counterpart(tmp_path, label, other):
    seen = picture(tmp_path, boxes=[box(label)], known={label})

    sample = compose([seen], SIDE_PX, CALM, dice())

    assert cells(sample, other).all()
    assert not cells(sample, Label.PHONE).any()


def test_what_has_become_too_small_is_masked_not_denied(tmp_path):
    tiny = box(Label.CIGARETTE, width=0.01, height=0.01)

    sample = compose([picture(tmp_path, boxes=[tiny])], SIDE_PX, CALM, dice())

    assert len(sample.boxes) == 0
    assert (sample.known[Label.CIGARETTE] == 0).sum() >= 1
    assert sample.known[Label.PHONE].all()


def test_grey_takes_all_colour_away(tmp_path):
    colourless = compose([picture(tmp_path)], SIDE_PX, Domain(grey=1), dice()).image

    assert (colourless.max(axis=2).astype(int) - colourless.min(axis=2)).max() <= 8


def test_the_same_dice_give_the_same_sample(tmp_path):
    pictures = [picture(tmp_path, image=noise(n), name=str(n)) for n in range(4)]
    domain = Domain(grey=0.5, soft=0.5, coarse=0.5, compressed=0.5, dark=1)

    one, two = (compose(pictures, SIDE_PX, domain, dice(5)) for _ in range(2))

    assert (one.image == two.image).all()
    assert (one.known == two.known).all()


def test_sheets_come_in_the_shares_that_were_asked_for():
    thrown = dice()
    counts = [how_many(Domain(sheet4=0.5, sheet9=0.25), thrown) for _ in range(4000)]

    assert {n: counts.count(n) / 4000 for n in (1, 4, 9)} == pytest.approx(
        {1: 0.25, 4: 0.5, 9: 0.25}, abs=0.03
    )


def test_clip_cuts_to_the_rectangle():
    assert clip(rows([(1, -5, 2, 20, 30)]), (0, 4, 10, 12)).tolist() == [[1, 0, 4, 10, 12]]


@pytest.mark.parametrize("seed", range(8))
def test_a_closeup_enlarges_one_box_and_keeps_it_on_its_object(tmp_path, seed):
    image = np.full((240, 320, 3), 255, np.uint8)
    image[100:124, 150:174] = 0
    boxes = [box(Label.PHONE, 162 / 320, 112 / 240, 24 / 320, 24 / 240)]
    near = replace(CALM, closeup=1.0)

    sample = compose([picture(tmp_path, image=image, boxes=boxes)], SIDE_PX, near, dice(seed))

    left, top, right, bottom = sample.boxes[0, 1:]
    assert SIDE_PX / 7.5 < max(right - left, bottom - top) < SIDE_PX / 1.2
    dark = np.argwhere(sample.image.max(axis=2) < 80)
    assert sample.boxes[0, 1:3] == pytest.approx(dark.min(axis=0)[::-1], abs=6)
    assert sample.boxes[0, 3:] == pytest.approx(dark.max(axis=0)[::-1] + 1, abs=6)


def test_closeups_prefer_what_is_hard_to_make_out(tmp_path):
    boxes = [box(Label.TROUSERS, 0.3, 0.3, 0.1, 0.1), box(Label.CIGARETTE, 0.7, 0.7, 0.1, 0.1)]
    seen = picture(tmp_path, boxes=boxes)
    near = replace(CALM, closeup=1.0)

    samples = [compose([seen], SIDE_PX, near, dice(seed)) for seed in range(40)]

    shown = [label for sample in samples for label in sample.boxes[:, 0].tolist()]
    assert shown.count(Label.CIGARETTE) > 2 * shown.count(Label.TROUSERS)
    assert shown.count(Label.TROUSERS) > 0


def test_a_box_that_fills_its_picture_needs_no_closeup(tmp_path):
    seen = picture(tmp_path, boxes=[box(Label.PHONE, width=0.9, height=0.9)])

    sample = compose([seen], SIDE_PX, replace(CALM, closeup=1.0), dice())

    assert sample.boxes.shape == (1, 5)


def colourfulness(sample):
    return float(np.ptp(sample.image.astype(int), axis=2).mean())


@pytest.mark.parametrize("seed", range(6))
def test_a_grey_picture_can_get_colours_and_a_coloured_one_lose_them(tmp_path, seed):
    grey = np.repeat(noise(0)[..., :1], 3, axis=2)
    tinted = replace(CALM, tinted=1.0)
    greyed = replace(CALM, grey=1.0)

    untouched = compose([picture(tmp_path, image=grey, name="grey")], SIDE_PX, CALM, dice(seed))
    coloured = compose([picture(tmp_path, image=grey, name="grey")], SIDE_PX, tinted, dice(seed))
    lost = compose([picture(tmp_path, name="colour")], SIDE_PX, greyed, dice(seed))

    assert colourfulness(untouched) < 3
    assert colourfulness(coloured) > 5
    assert colourfulness(lost) == 0
