"""Detail that a blurred area held must not be in the picture any more, in whatever form."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.evidence.people import person, pose
from vision.evidence.privacy import heads, protect
from vision.types import Image, Person

POST = np.array([[80, 60], [560, 60], [560, 470], [80, 470]], np.float32)
NO_ITEMS = np.zeros((0, 4), np.float32)


def fine(seed: int, size_px: tuple[int, int] = (640, 480)) -> Image:
    """A picture of nothing but fine detail: every pixel is black or white by chance."""
    chance = np.random.default_rng(seed)
    grey = chance.integers(0, 2, (size_px[1], size_px[0], 1), np.uint8) * 255
    return np.repeat(grey, 3, axis=2)


def detail(image: Image, box: tuple[int, int, int, int]) -> float:
    """Mean difference between neighbouring pixels; 127 in a picture of :func:`fine`."""
    left, top, right, bottom = box
    crop = image[top:bottom, left:right].astype(np.float64)
    return float(np.abs(np.diff(crop, axis=1)).mean())


@pytest.mark.parametrize(
    ("box", "sharp"),
    [
        ((0, 0, 640, 55), False),
        ((0, 0, 75, 480), False),
        ((565, 0, 640, 480), False),
        ((85, 65, 220, 465), False),
        ((420, 65, 555, 465), False),
        ((250, 300, 390, 440), True),
        ((284, 102, 356, 158), False),
    ],
)
@pytest.mark.parametrize("posed", [True, False])
def test_only_the_body_of_the_staff_is_sharp(
    box: tuple[int, int, int, int], sharp: bool, posed: bool
) -> None:
    staff = person((250, 100, 390, 440), posed=posed)
    shown = protect(fine(1), POST, [staff], NO_ITEMS)
    assert (detail(shown, box) > 100) is sharp
    assert (detail(shown, box) < 6) is not sharp


def test_an_empty_post_is_coarse_all_over() -> None:
    shown = protect(fine(1), POST, [], NO_ITEMS)
    assert detail(shown, (0, 0, 640, 480)) < 6


def test_the_frame_itself_is_left_alone() -> None:
    image = fine(1)
    before = image.copy()
    protect(image, POST, [person((250, 100, 390, 440))], NO_ITEMS)
    assert np.array_equal(image, before)


def test_a_head_of_two_people_comes_out_the_same() -> None:
    """Two heads that differ in fine detail only cannot be told apart: nothing of it is left."""
    staff = person((250, 100, 390, 440))
    left, top, right, bottom = (int(value) for value in heads(staff)[0])
    image, other = fine(1), fine(1)
    place = (slice(top, bottom), slice(left, right))
    ys, xs = np.mgrid[0 : bottom - top, 0 : right - left]
    image[place] = np.where(((ys + xs) % 2)[..., None], 255, 0)
    other[place] = np.where(((ys + xs) % 2)[..., None], 0, 255)
    one, two = (protect(each, POST, [staff], NO_ITEMS)[place] for each in (image, other))
    assert np.abs(one.astype(int) - two.astype(int)).max() < 26


def test_a_small_thing_at_the_head_stays_visible_within_the_post() -> None:
    staff = person((250, 100, 390, 440))
    cigarette = np.array([[310, 140, 330, 150]], np.float32)
    shown = protect(fine(1), POST, [staff], cigarette)
    assert np.array_equal(shown[140:150, 310:330], fine(1)[140:150, 310:330])
    assert detail(shown, (284, 105, 305, 150)) < 8


def test_a_box_over_the_whole_face_uncovers_nothing() -> None:
    staff = person((250, 100, 390, 440))
    covering = np.array([[270, 100, 370, 190]], np.float32)
    shown = protect(fine(1), POST, [staff], covering)
    assert detail(shown, (284, 105, 356, 160)) < 8


def test_a_thing_outside_the_post_stays_hidden() -> None:
    staff = person((250, 30, 390, 440))
    shown = protect(fine(1), POST, [staff], np.array([[300, 20, 320, 50]], np.float32))
    assert detail(shown, (300, 20, 320, 50)) < 8


def covers(box: NDArray[np.float32], xy: NDArray[np.float32]) -> bool:
    return bool(np.all(box[:2] < xy) and np.all(xy < box[2:]))


@pytest.mark.parametrize(
    ("name", "hidden"), [(landmark, True) for landmark in (0, 2, 5, 7, 8, 9, 10)] + [(15, False)]
)
def test_the_head_follows_the_face_wherever_it_is(name: int, hidden: bool) -> None:
    bowed = person((250, 100, 390, 440), head_at=(290, 300))
    assert bowed.pose is not None
    assert covers(heads(bowed)[0], bowed.pose.xy[name]) is hidden


@pytest.mark.parametrize(
    ("xyxy", "deep_share"),
    [
        ((0, 0, 100, 300), 0.25),
        ((0, 0, 60, 300), 0.22),
        ((0, 0, 200, 250), 0.6),
        ((0, 0, 400, 300), 0.8),
    ],
)
def test_without_pose_the_top_of_the_box_is_hidden(
    xyxy: tuple[float, ...], deep_share: float
) -> None:
    (box,) = heads(person(xyxy, posed=False))
    assert (box[0], box[2]) == (xyxy[0], xyxy[2])
    assert box[1] < xyxy[1]
    assert box[3] == pytest.approx(deep_share * xyxy[3])


def test_where_pose_hardly_sees_a_face_the_top_is_hidden_too() -> None:
    unsure = pose((320, 140), visibility=0.3)
    boxes = heads(Person(1, np.array([250, 100, 390, 440], np.float32), 0.9, pose=unsure))
    assert len(boxes) == 2
    assert covers(boxes[1], np.array([300, 120], np.float32))


@pytest.mark.parametrize("box", [(600, 400, 700, 520), (-50, -80, 60, 90), (700, 500, 800, 600)])
def test_people_at_the_edge_of_the_picture(box: tuple[float, ...]) -> None:
    whole = np.array([[0, 0], [640, 0], [640, 480], [0, 480]], np.float32)
    image = fine(1)
    shown = protect(image, whole, [person(box)], np.array([box], np.float32))
    assert shown.shape == image.shape


@pytest.mark.parametrize("size_px", [(64, 48), (1, 1), (3000, 20)])
def test_odd_sizes(size_px: tuple[int, int]) -> None:
    width, height = size_px
    post = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    assert protect(fine(1, size_px), post, [], NO_ITEMS).shape == (height, width, 3)


def test_a_blurred_face_cannot_be_sharpened_back() -> None:
    """Even by the strongest sharpening the hidden head has no more than its few cells."""
    staff = person((250, 100, 390, 440))
    left, top, right, bottom = (int(value) for value in heads(staff)[0])
    shown = protect(fine(1), POST, [staff], NO_ITEMS)[top:bottom, left:right]
    cells = cv2.resize(shown, (5, 5), interpolation=cv2.INTER_AREA)
    again = cv2.resize(cells, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    assert np.abs(shown.astype(int) - again.astype(int)).mean() < 12
