from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.bodies import BOUNDS, Body
from vision.posture.landmarks import UsablePose
from vision.posture.stillness import Stillness
from vision.types import Landmark

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
SCALE_PX = 100.0
BOX = (400.0, 300.0, 600.0, 900.0)
HIDDEN_HEAD = frozenset({Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR})


def watch(rows, stillness=None):
    """Rows of (second, shift of the whole body in shoulder widths); None: pose found nobody."""
    known, rests = stillness or Stillness(), []
    for second, shift in rows:
        body = None if shift is None else Body(0, middle_px=(500 + shift * SCALE_PX, 600))
        seen = None if body is None else UsablePose.within(body.pose(), BOUNDS)
        known = known.seeing(seen, BOX, SCALE_PX, NINE + timedelta(seconds=second))
        rests.append(known.still_s)
    return rests


@pytest.mark.parametrize(
    ("rows", "still_s"),
    [
        ([(0, 0)], [0]),
        ([(0, 0), (5, 0), (20, 0)], [0, 5, 20]),
        ([(0, 0), (5, 0.1), (10, -0.1), (15, 0.19)], [0, 5, 10, 15]),
        ([(0, 0), (5, 0.5), (10, 0), (15, 0)], [0, 0, 10, 15]),
        ([(0, 0), (5, 0.5), (10, 0.5), (15, 0.5)], [0, 0, 5, 10]),
        ([(0, 0), (5, 0.5), (10, 1.0), (15, 1.0)], [0, 0, 0, 5]),
        ([(0, 0), (5, 0.5), (10, 0), (15, 0.5), (20, 0.5)], [0, 0, 10, 0, 5]),
        ([(0, 0), (5, 0.5), (36, 0)], [0, 0, 0]),
        ([(0, 0), (5, 0.5), (20, 0), (36, 0.5), (40, 0)], [0, 0, 20, 0, 40]),
        ([(0, 0), (5, 0.15), (10, 0.3), (15, 0.45), (20, 0.6)], [0, 5, 0, 0, 0]),
        ([(0, 0), (29, 0), (60, 0)], [0, 29, 0]),
        ([(0, 0), (5, None), (10, 0)], [0, 5, 10]),
        ([(0, None), (5, None)], [0, 5]),
        ([(0, 0), (5, 0.5), (10, 0.5), (12, None)], [0, 0, 5, 12]),
    ],
    ids=[
        "first sight", "at rest", "within the scatter", "one wrong frame", "moved",
        "moved twice",
        "to and fro", "long gap", "two wrong frames far apart", "creeping", "unseen for long",
        "not found once", "only the box", "head moved, box at rest",
    ],
)  # fmt: skip
def test_rest(rows, still_s):
    assert watch(rows) == still_s


def test_a_hand_that_writes_is_not_rest():
    known, rests = Stillness(), []
    for second, wrist_m in ((0, 0.0), (5, 0.2), (10, 0.0), (15, 0.2)):
        seen = UsablePose.within(Body(0, wrist_m=wrist_m).pose(), BOUNDS)
        known = known.seeing(seen, BOX, SCALE_PX, NINE + timedelta(seconds=second))
        rests.append(known.still_s)
    assert rests == [0, 0, 10, 0]


def test_the_box_counts_where_the_head_is_not_seen():
    known, rests = Stillness(), []
    for second, drop_px in ((0, 0), (5, 40), (10, 40), (15, 40)):
        box = (400.0, 300.0 + drop_px, 600.0, 900.0)
        seen = UsablePose.within(Body(0, hidden=HIDDEN_HEAD).pose(), BOUNDS)
        known = known.seeing(seen, box, SCALE_PX, NINE + timedelta(seconds=second))
        rests.append(known.still_s)
    assert rests == [0, 0, 5, 10]


def test_nothing_is_known_before_the_first_sample_or_without_a_scale():
    assert Stillness().still_s is None
    assert Stillness().seeing(None, BOX, 0.0, NINE) == Stillness()


def test_a_nearer_person_may_move_more_pixels():
    rows = [(NINE, 500), (NINE + timedelta(seconds=5), 530), (NINE + timedelta(seconds=10), 530)]
    near, far = Stillness(), Stillness()
    for at, x_px in rows:
        seen = UsablePose.within(replace(Body(0), middle_px=(x_px, 600)).pose(), BOUNDS)
        near = near.seeing(seen, BOX, 200.0, at)
        far = far.seeing(seen, BOX, 100.0, at)
    assert (near.still_s, far.still_s) == (10, 5)
