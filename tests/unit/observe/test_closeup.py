"""The second look: which parts are cut out, where their boxes land, what is merged."""

import numpy as np
import pytest

from tests.builders import at, pose
from vision.observe import ViewMemory, look, post_of, with_closeups, with_pose
from vision.observe.closeup import (
    HELD,
    PARTS,
    PLACES_PX,
    SHEET_PX,
    TILE_PX,
    WORN_ON_FEET,
    Tile,
    agreed,
    merged,
    tiles_of,
    unfolded,
)
from vision.posture.landmarks import UsablePose
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Frame, Label, Landmark

SCALE_PX_PER_M = 100.0
POST = (0, 0, 600, 600)
PERSON = np.array([250, 100, 305, 400], np.float32)
HANDS = {Landmark.LEFT_WRIST: (260, 300), Landmark.RIGHT_WRIST: (300, 300)}
FACE = {Landmark.NOSE: (278, 130)}
ANKLES = {Landmark.LEFT_ANKLE: (270, 390), Landmark.RIGHT_ANKLE: (286, 390)}


def body(points, bounds=POST):
    return UsablePose.within(pose(points), bounds)


@pytest.mark.parametrize(
    ("points", "labels"),
    [
        (FACE, [HELD]),
        (FACE | HANDS, [HELD, HELD, HELD]),
        (FACE | HANDS | ANKLES, [HELD, HELD, HELD, WORN_ON_FEET]),
        (ANKLES, [WORN_ON_FEET]),
        ({}, []),
    ],
)
def test_only_parts_in_sight_get_a_tile(points, labels):
    assert [tile.labels for tile in tiles_of(body(points), PERSON, POST)] == labels


def test_a_tile_lies_around_its_part():
    tiles = tiles_of(body(FACE | HANDS | ANKLES), PERSON, POST)

    for tile, part in zip(tiles, PARTS, strict=True):
        left, top, right, bottom = tile.xyxy_px
        assert right - left == pytest.approx(part.side_m * SCALE_PX_PER_M, abs=2)
        assert bottom - top == pytest.approx(part.side_m * SCALE_PX_PER_M, abs=2)


def test_nothing_outside_the_post_is_shown():
    tile = tiles_of(body(FACE), PERSON, (0, 120, 600, 600))[0]

    assert tile.xyxy_px[1] == 120


@pytest.mark.parametrize(("post_side", "count"), [(600, 1), (100, 0)])
def test_a_part_that_was_as_large_before_is_not_worth_it(post_side, count):
    post = (230, 100, 230 + post_side, 100 + post_side)

    assert len(tiles_of(body(FACE), PERSON, post)) == count


def test_boxes_come_back_in_pixels_of_the_frame_and_of_the_right_class():
    tile = Tile((100, 200, 152, 252), 4.0, HELD)
    found = Detections.of(
        [
            (Label.PHONE, 0.7, (228, 40, 268, 80)),
            (Label.SHOES, 0.9, (228, 40, 268, 80)),
            (Label.PHONE, 0.8, (20, 40, 60, 80)),  # on no tile
        ]
    )

    placed = unfolded(found, (208, 0), tile)

    assert placed.label.tolist() == [Label.PHONE]
    assert placed.xyxy.tolist() == [[105, 210, 115, 220]]


def test_of_a_thing_seen_twice_the_surer_box_stays():
    first = Detections.of(
        [(Label.PHONE, 0.3, (10, 10, 20, 20)), (Label.PERSON, 0.9, (0, 0, 50, 50))]
    )
    second = Detections.of(
        [(Label.PHONE, 0.8, (11, 11, 21, 21)), (Label.CIGARETTE, 0.4, (11, 11, 21, 21))]
    )

    both = merged([first, second])

    assert both.label.tolist() == [Label.PERSON, Label.PHONE, Label.CIGARETTE]
    assert both.confidence.tolist() == pytest.approx([0.9, 0.8, 0.4])


def test_two_persons_who_overlap_are_not_merged():
    people = Detections.of(
        [(Label.PERSON, 0.9, (0, 0, 50, 50)), (Label.PERSON, 0.8, (5, 0, 55, 50))]
    )

    assert len(merged([people])) == 2


@pytest.mark.parametrize(("persons", "sheets"), [(1, 1), (2, 2), (4, 3)])
def test_persons_share_sheets_and_keep_their_own_boxes(persons, sheets):
    image = np.random.default_rng(0).integers(60, 200, (600, 600, 3), np.uint8)
    frame = Frame("c", at(0), image)
    posts = [post_of("A", [(0, 0), (1, 0), (1, 1), (0, 1)], (600, 600))]
    boxes = [PERSON + np.float32([140 * n - 240, 0, 140 * n - 240, 0]) for n in range(persons)]
    present = Detections.of([(Label.PERSON, 0.9, box) for box in boxes])
    in_first_tile = Detections.of([(Label.PHONE, 0.9, (84, 84, 124, 124))])
    in_all = Detections.of(
        [(Label.PHONE, 0.8, (84 + x, 84 + y, 124 + x, 124 + y)) for x, y in PLACES_PX]
    )
    detector = ScriptedDetector([present, *[in_first_tile] * sheets, in_all])
    crop = {mark: (x - 244.5, y - 70) for mark, (x, y) in (FACE | HANDS).items()}
    looks = look(frame, posts, [ViewMemory()], detector)
    looks = with_pose(frame, looks, ScriptedPose(lambda _: pose(crop)))

    phones = with_closeups(frame, looks, detector)[0].found.only(Label.PHONE)

    assert detector.batches == [1, sheets, 1]
    assert phones.confidence.tolist() == pytest.approx([0.8] * sheets)


def sees(image):
    """A person at the first look; a phone in the first tile of a sheet."""
    if image.shape[:2] == (SHEET_PX, SHEET_PX):
        return Detections.of([(Label.PHONE, 0.9, (84, 84, 124, 124))])
    return Detections.of([(Label.PERSON, 0.9, PERSON)])


def test_what_the_closer_look_finds_is_added_to_the_first():
    image = np.random.default_rng(0).integers(60, 200, (600, 600, 3), np.uint8)
    frame = Frame("c", at(0), image)
    posts = [post_of("A", [(0, 0), (1, 0), (1, 1), (0, 1)], (600, 600))]
    detector = ScriptedDetector(sees)
    margin_x, margin_y = 5.5, 30
    crop_of_nose = {Landmark.NOSE: (278 - 250 + margin_x, 130 - 100 + margin_y)}
    looks = look(frame, posts, [ViewMemory()], detector)
    looks = with_pose(frame, looks, ScriptedPose(lambda _: pose(crop_of_nose)))

    found = with_closeups(frame, looks, detector)[0].found

    phone = found.only(Label.PHONE).xyxy[0]
    assert (phone[:2] + phone[2:]) / 2 == pytest.approx((278, 130), abs=2)
    assert TILE_PX / 2 == (84 + 124) / 2
    assert detector.batches == [1, 1, 1]


@pytest.mark.parametrize(("confidence", "batches"), [(0.9, [1, 1, 1]), (0.2, [1, 1])])
def test_what_only_one_framing_shows_is_not_there_unless_it_decides_nothing(confidence, batches):
    image = np.random.default_rng(0).integers(60, 200, (600, 600, 3), np.uint8)
    frame = Frame("c", at(0), image)
    posts = [post_of("A", [(0, 0), (1, 0), (1, 1), (0, 1)], (600, 600))]
    once = [
        Detections.of([(Label.PERSON, 0.9, PERSON)]),
        Detections.of([(Label.PHONE, confidence, (84, 84, 124, 124))]),
    ]
    detector = ScriptedDetector(once)
    looks = look(frame, posts, [ViewMemory()], detector)
    looks = with_pose(frame, looks, ScriptedPose(lambda _: pose({Landmark.NOSE: (33, 60)})))

    phones = with_closeups(frame, looks, detector)[0].found.only(Label.PHONE)

    assert detector.batches == batches
    assert len(phones) == (confidence < 0.4)


@pytest.mark.parametrize(
    ("again", "left"),
    [
        ([(Label.PHONE, 0.9, (12, 10, 32, 30))], [0.7]),
        ([(Label.PHONE, 0.5, (12, 10, 32, 30))], [0.5]),
        ([(Label.PHONE, 0.3, (12, 10, 32, 30)), (Label.PHONE, 0.6, (9, 9, 29, 29))], [0.6]),
        ([(Label.CIGARETTE, 0.9, (10, 10, 30, 30))], []),
        ([(Label.PHONE, 0.9, (40, 40, 60, 60))], []),
        ([], []),
    ],
)
def test_a_thing_is_as_sure_as_the_less_sure_of_two_readings(again, left):
    first = Detections.of([(Label.PHONE, 0.7, (10, 10, 30, 30))])
    assert agreed(first, Detections.of(again)).confidence.tolist() == pytest.approx(left)


def test_nothing_agrees_with_nothing():
    assert len(agreed(Detections.empty(), Detections.empty())) == 0


def test_a_wider_tile_stays_inside_the_post():
    tile = Tile((0, 100, 100, 200), TILE_PX / 100, HELD).wider(POST)
    assert tile.xyxy_px == (0, 92, 108, 208)
    assert tile.scale == pytest.approx(TILE_PX / 116)


def test_without_a_pose_there_is_no_closer_look():
    image = np.random.default_rng(0).integers(60, 200, (600, 600, 3), np.uint8)
    frame = Frame("c", at(0), image)
    posts = [post_of("A", [(0, 0), (1, 0), (1, 1), (0, 1)], (600, 600))]
    detector = ScriptedDetector(sees)
    looks = with_pose(frame, look(frame, posts, [ViewMemory()], detector), ScriptedPose())

    assert len(with_closeups(frame, looks, detector)[0].found) == 1
    assert detector.batches == [1]
