"""Who has been in a post: arrivals, walkers, gaps in the watch."""

import pytest

from tests.builders import observation, person, seconds
from vision.observe import followed
from vision.types import Presence, ViewState


def follow(rows):
    """``(second, somebody)``; None for a picture that cannot be used."""
    known = Presence()
    for second, somebody in rows:
        people = [person()] if somebody else []
        view = ViewState.DARK if somebody is None else ViewState.OK
        known = followed(known, observation(*people, second=second, view=view))
    return known


def every(start, end, somebody, step=2):
    return [(second, somebody) for second in range(start, end, step)]


ROWS = [
    ([], None, None),
    ([(0, False)], 0, None),
    (every(0, 8, True), 0, None),
    (every(0, 11, True), 0, 10),
    (every(0, 21, True), 0, 20),
    # whoever walks through has not come to stay; a gap of up to ten seconds is none
    ([*every(0, 8, True), *every(8, 18, False), *every(18, 24, True)], 0, None),
    ([*every(0, 8, True), *every(8, 14, False), (16, True)], 0, 16),
    # dark for two minutes: still the same watch; for longer a new one
    ([(0, False), *every(2, 118, None), (120, False)], 0, None),
    ([(0, False), *every(2, 120, None), (121, False)], 121, None),
    ([(0, False), (300, False)], 300, None),
    ([*every(0, 21, True), *every(22, 90, None)], 0, 20),
]


@pytest.mark.parametrize(("rows", "watched", "settled"), ROWS)
def test_what_is_known(rows, watched, settled):
    known = follow(rows)
    assert (seconds(known.watched_since), seconds(known.settled_at)) == (watched, settled)
