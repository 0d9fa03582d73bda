"""Polygons, boxes and angles, by hand."""

import numpy as np
import pytest

from vision.geometry import (
    box_area,
    clip_polygon,
    contains,
    distance_to_box,
    from_horizontal_deg,
    from_vertical_deg,
    ioa,
    iou,
    is_simple,
    polygon_area,
    segments_cross,
    share_inside,
)

SQUARE = [[0, 0], [2, 0], [2, 2], [0, 2]]
ELL = [[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]]
TRIANGLE = [[0, 0], [4, 0], [0, 4]]
BOW_TIE = [[0, 0], [2, 2], [2, 0], [0, 2]]


@pytest.mark.parametrize(
    ("polygon", "area"),
    [(SQUARE, 4), (SQUARE[::-1], 4), (ELL, 3), (TRIANGLE, 8), ([[0, 0], [1, 1], [2, 2]], 0)],
)
def test_area(polygon: list[list[float]], area: float) -> None:
    assert polygon_area(polygon) == area


@pytest.mark.parametrize(
    ("polygon", "simple"),
    [
        (SQUARE, True),
        (ELL, True),
        (TRIANGLE, True),
        (BOW_TIE, False),
        ([[0, 0], [1, 1], [2, 2]], False),  # no area
        ([[0, 0], [2, 0], [1, 0], [2, 2]], False),  # runs back over itself
        ([[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]], False),  # touches its own edge
        ([[0, 0], [4, 0], [4, 2], [2, 2], [2, 2], [0, 2]], False),  # a point twice
    ],
)
def test_simple(polygon: list[list[float]], simple: bool) -> None:
    assert is_simple(polygon) is simple


@pytest.mark.parametrize(
    ("one", "other", "cross"),
    [
        (((0, 0), (2, 2)), ((0, 2), (2, 0)), True),
        (((0, 0), (2, 0)), ((1, 0), (1, 2)), True),  # touches
        (((0, 0), (2, 0)), ((1, 0), (3, 0)), True),  # overlaps
        (((0, 0), (1, 0)), ((2, 0), (3, 0)), False),  # on one line, apart
        (((0, 0), (2, 0)), ((0, 1), (2, 1)), False),
        (((0, 0), (1, 1)), ((3, 0), (0, 3)), False),
    ],
)
def test_segments(one: tuple[object, ...], other: tuple[object, ...], cross: bool) -> None:
    ends = [np.array(end, float) for end in (*one, *other)]
    assert segments_cross(*ends) is cross


@pytest.mark.parametrize(
    ("polygon", "point", "inside"),
    [
        (SQUARE, (1, 1), True),
        (SQUARE, (3, 1), False),
        (SQUARE, (-1, 1), False),
        (ELL, (1.5, 1.5), False),
        (ELL, (0.5, 1.5), True),
        (ELL, (0.5, 1.0), True),  # at the height of a vertex
        (TRIANGLE, (3, 3), False),
    ],
)
def test_contains(polygon: list[list[float]], point: tuple[float, float], inside: bool) -> None:
    assert contains(polygon, [point]).tolist() == [inside]


def test_contains_of_no_points() -> None:
    assert contains(SQUARE, []).shape == (0,)


@pytest.mark.parametrize(
    ("polygon", "xyxy", "area"),
    [
        (SQUARE, (0, 0, 2, 2), 4),
        (SQUARE, (1, 1, 3, 3), 1),
        (SQUARE, (3, 3, 4, 4), 0),
        (SQUARE, (-5, -5, 5, 5), 4),
        (TRIANGLE, (0, 0, 2, 2), 4),
        (ELL, (0.5, 0.5, 2, 2), 1.25),
    ],
)
def test_clipped_area(polygon: list[list[float]], xyxy: tuple[float, ...], area: float) -> None:
    clipped = clip_polygon(polygon, xyxy)
    assert clipped.shape[1] == 2
    assert polygon_area(clipped) == pytest.approx(area)


@pytest.mark.parametrize(
    ("xyxy", "share"),
    [
        ((0, 0, 1, 1), 1),
        ((1, 0, 3, 2), 0.5),
        ((5, 5, 6, 6), 0),
        ((1, 1, 1, 1), 0),
        ((2, 2, 1, 1), 0),  # turned out: no area
    ],
)
def test_share_inside(xyxy: tuple[float, ...], share: float) -> None:
    assert share_inside(SQUARE, xyxy) == pytest.approx(share)


@pytest.mark.parametrize(
    ("one", "other", "expected_iou", "expected_ioa"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 1, 1),
        ((0, 0, 2, 2), (1, 0, 3, 2), 1 / 3, 1 / 2),
        ((0, 0, 1, 1), (0, 0, 2, 2), 1 / 4, 1),
        ((0, 0, 1, 1), (1, 0, 2, 1), 0, 0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 0, 0),
        ((2, 2, 0, 0), (0, 0, 2, 2), 0, 0),
    ],
)
def test_overlap_of_boxes(
    one: tuple[float, ...], other: tuple[float, ...], expected_iou: float, expected_ioa: float
) -> None:
    assert iou(one, other) == pytest.approx(expected_iou)
    assert ioa(one, other) == pytest.approx(expected_ioa)


def test_overlaps_come_as_a_table() -> None:
    three = [(0, 0, 1, 1), (0, 0, 2, 2), (5, 5, 6, 6)]
    assert iou(three, three[:2]).shape == (3, 2)
    assert ioa(three, []).shape == (3, 0)
    assert box_area(three).tolist() == [1, 4, 1]
    assert box_area([]).shape == (0,)


@pytest.mark.parametrize(
    ("point", "distance"),
    [((1, 1), 0), ((2, 2), 0), ((5, 1), 3), ((1, -4), 4), ((5, 6), 5), ((-3, -4), 5)],
)
def test_distance_to_box(point: tuple[float, float], distance: float) -> None:
    assert distance_to_box(point, (0, 0, 2, 2)) == distance


@pytest.mark.parametrize(
    ("tip", "vertical_deg", "horizontal_deg"),
    [
        ((0, -1), 0, 90),  # y grows downwards: this is up
        ((1, -1), 45, 45),
        ((-1, -1), 45, 45),
        ((1, 0), 90, 0),
        ((-1, 0), 90, 0),
        ((1, 1), 135, 45),
        ((0, 1), 180, 90),
        ((0, 0), 0, 0),
    ],
)
def test_angles(tip: tuple[float, float], vertical_deg: float, horizontal_deg: float) -> None:
    assert from_vertical_deg((0, 0), tip) == pytest.approx(vertical_deg)
    assert from_horizontal_deg((0, 0), tip) == pytest.approx(horizontal_deg)
