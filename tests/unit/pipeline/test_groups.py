"""Windows that cover for each other."""

from dataclasses import replace

import pytest

from tests.unit.pipeline.halls import BESIDE, GROUP, SITE, SITTING, Hall, closed, footage, people
from vision.types import Detections

NOBODY = Detections.empty()


def relief(start, end):
    """A is empty from 10 to 40; a second person sits at B from ``start`` to ``end``."""

    def script(second, half):
        if half == 0:
            return NOBODY if 10.1 <= second < 40.1 else people(SITTING)
        return people(SITTING, BESIDE) if start <= second < end else people(SITTING)

    return script


CASES = [
    ("", relief(10, 40), [("A", "leaving_post", 10.2, 40.2, "cleared")]),
    (GROUP, relief(0, 0), [("A", "leaving_post", 10.2, 40.2, "cleared")]),
    (GROUP, relief(10.1, 40.1), []),
    (GROUP, relief(12.1, 40.1), []),  # the relief comes before the dwell is over
    (GROUP, relief(25.1, 50), [("A", "leaving_post", 10.2, 25.2, "cleared")]),
    (GROUP.replace("]}", "], staff_quota: 1}"), relief(0, 0), []),
]


@pytest.mark.parametrize(("group", "script", "expected"), CASES)
def test_an_absence_that_is_covered_is_none(group, script, expected):
    assert closed(Hall(script, SITE + group).run(footage(60))) == expected


def test_a_relief_is_no_gathering_but_a_guest_is():
    turns = Hall(relief(10.1, 40.1), SITE + GROUP).run(footage(60))
    assert closed(turns, "gathering") == []
    turns = Hall(relief(10.1, 40.1)).run(footage(60))
    assert [row[:2] for row in closed(turns, "gathering")] == [("B", "gathering")]


def test_when_both_leave_both_have_left():
    turns = Hall(lambda second, half: NOBODY, SITE + GROUP).run(footage(30))
    assert {row[0] for row in closed(turns)} == {"A", "B"}


def test_a_neighbour_in_the_dark_leaves_it_unknown():
    def darkened(frame):
        image = frame.image.copy()
        image[:, 150:] //= 40
        return replace(frame, image=image)

    class Dark:
        def __init__(self, source):
            self.burst = source.burst
            self.frames = lambda: map(darkened, source.frames())
            self.between = lambda *span: map(darkened, source.between(*span))

    away = Hall(lambda second, half: NOBODY if half == 0 else people(SITTING), SITE + GROUP)
    turns = away.run(Dark(footage(30)))
    reasons = {
        one.verdicts["leaving_post"].reason
        for turn in turns
        for one in turn.outcomes
        if one.window_id == "A" and "leaving_post" in one.verdicts
    }
    assert closed(turns) == []
    assert reasons == {"cover_unknown"}
