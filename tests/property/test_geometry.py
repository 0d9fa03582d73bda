"""What holds for every polygon and every box."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vision.geometry import (
    clip_polygon,
    contains,
    distance_to_box,
    from_horizontal_deg,
    from_vertical_deg,
    ioa,
    iou,
    is_simple,
    polygon_area,
    share_inside,
)

Point = tuple[float, float]
Box = tuple[float, float, float, float]

coordinate = st.integers(0, 1000).map(lambda value: value / 1000)
points = st.tuples(coordinate, coordinate)
sizes = st.integers(1, 1000).map(lambda value: value / 1000)
boxes = st.builds(
    lambda x, y, width, height: (x, y, x + width, y + height), coordinate, coordinate, sizes, sizes
)
polygons = st.lists(points, min_size=3, max_size=8, unique=True)


def star(angles_and_radii: list[tuple[float, float]]) -> list[Point]:
    """A polygon round (0.5, 0.5), simple by construction: one point per angle, in order."""
    return [
        (0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle))
        for angle, radius in sorted(angles_and_radii)
    ]


stars = st.integers(4, 9).flatmap(
    lambda count: st.lists(st.floats(0.1, 0.5), min_size=count, max_size=count).map(
        lambda radii: star([(2 * np.pi * i / len(radii), r) for i, r in enumerate(radii)])
    )
)


@given(stars)
def test_a_star_is_simple(polygon: list[Point]) -> None:
    assert is_simple(polygon)
    assert contains(polygon, [(0.5, 0.5)]).all()


@given(polygons, st.integers(0, 7))
def test_neither_the_first_vertex_nor_the_direction_matters(
    polygon: list[Point], turn: int
) -> None:
    turned = [*polygon[turn:], *polygon[:turn]]
    assert is_simple(turned) == is_simple(polygon) == is_simple(polygon[::-1])
    assert abs(polygon_area(turned) - polygon_area(polygon)) < 1e-9


@given(stars, boxes)
def test_a_clipped_polygon_lies_in_both(polygon: list[Point], box: Box) -> None:
    clipped = clip_polygon(polygon, box)
    left, top, right, bottom = box
    assert (clipped >= np.array([left, top]) - 1e-9).all()
    assert (clipped <= np.array([right, bottom]) + 1e-9).all()
    area = (right - left) * (bottom - top)
    assert (polygon_area(clipped) if len(clipped) else 0) <= min(area, polygon_area(polygon)) + 1e-9
    assert -1e-9 <= share_inside(polygon, box) <= 1 + 1e-9


@given(stars, coordinate, coordinate)
def test_two_halves_share_the_area(polygon: list[Point], x: float, y: float) -> None:
    quarters = [(-1, -1, x, y), (x, -1, 2, y), (-1, y, x, 2), (x, y, 2, 2)]
    areas = [
        polygon_area(clip) for clip in (clip_polygon(polygon, q) for q in quarters) if len(clip)
    ]
    assert abs(sum(areas) - polygon_area(polygon)) < 1e-9


@given(stars, points)
def test_a_point_inside_makes_a_small_box_inside(polygon: list[Point], point: Point) -> None:
    x, y = point
    share = share_inside(polygon, (x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6))
    inside = bool(contains(polygon, [point])[0])
    assert (share > 1e-3) or not inside
    assert (share < 1 - 1e-3) or inside


@given(st.lists(boxes, max_size=4), st.lists(boxes, max_size=4))
def test_overlap_is_symmetric_and_bounded(some: list[Box], others: list[Box]) -> None:
    table = iou(some, others)
    assert table.shape == (len(some), len(others))
    assert ((table >= 0) & (table <= 1 + 1e-9)).all()
    assert np.allclose(table, iou(others, some).T)
    assert (ioa(some, others) >= table - 1e-9).all()


@given(boxes)
def test_a_box_overlaps_itself_fully(box: Box) -> None:
    assert np.allclose([iou(box, box), ioa(box, box)], 1)


@given(boxes, points)
def test_a_box_is_as_near_as_its_nearest_point(box: Box, point: Point) -> None:
    nearest = np.clip(point, box[:2], box[2:])
    assert np.isclose(distance_to_box(point, box), np.hypot(*(np.array(point) - nearest)))


@given(points, points)
def test_angles_have_their_range_and_add_up(base: Point, tip: Point) -> None:
    vertical_deg, horizontal_deg = from_vertical_deg(base, tip), from_horizontal_deg(base, tip)
    assert 0 <= vertical_deg <= 180
    assert 0 <= horizontal_deg <= 90
    assert base == tip or np.isclose(abs(90 - vertical_deg), horizontal_deg)
    assert np.isclose(horizontal_deg, from_horizontal_deg(tip, base))
