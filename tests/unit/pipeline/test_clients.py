"""A client at the counter of an empty post."""

from tests.unit.pipeline.halls import SITE, SITTING, Hall, footage, outcomes, people
from vision.types import Detections

PUBLIC = SITE.replace(
    "post: [[0,0],[0.5,0],[0.5,1],[0,1]]}",
    "post: [[0,0.4],[0.5,0.4],[0.5,1],[0,1]], public: [[0,0],[0.5,0],[0.5,0.4],[0,0.4]]}",
)
"""The client's side of A is the upper part of its half."""
CLIENT, CLERK = (40, 5, 90, 75), (15, 10, 75, 110)
NOBODY = Detections.empty()
AREA, OTHER, POST = range(3)


def run(client_from, away=(10.1, 40.1), site=PUBLIC):
    """The turns, and when it was looked at the client's side."""
    looked = []

    def script(second, place):
        if place == OTHER:
            return people(SITTING)
        if place == POST:
            return NOBODY if away[0] <= second < away[1] else people(CLERK)
        looked.append(second)
        return people(CLIENT) if second >= client_from else NOBODY

    return Hall(script, site).run(footage(60)), looked


def told(turns):
    return [
        (change.kind, change.reason)
        for one in outcomes(turns)
        for rule_id, change in one.transitions
        if rule_id == "leaving_post"
    ]


def test_an_absence_is_told_to_be_grave_once_a_client_waits():
    turns, _ = run(client_from=15)
    assert told(turns) == [
        ("opened", "post_empty"),
        ("updated", "post_empty_client_waits"),
        ("closed", "post_empty_client_waits"),
    ]


def test_without_a_client_it_stays_as_it_is():
    turns, _ = run(client_from=99)
    assert told(turns) == [("opened", "post_empty"), ("closed", "post_empty")]


def test_a_client_who_comes_late_has_not_waited():
    turns, _ = run(client_from=32)
    assert told(turns) == [("opened", "post_empty"), ("closed", "post_empty")]


def test_the_public_side_is_looked_at_while_the_post_is_empty_and_never_else():
    _, looked = run(client_from=15)
    assert looked
    assert all(10.1 <= second < 40.1 for second in looked)
    assert run(client_from=15, away=(99, 99))[1] == []


def test_nobody_looks_there_where_no_rule_asks():
    off = PUBLIC.replace("rules: {", "rules: {attendance: {enabled: false}, ").replace(
        "leaving_post: {dwell_s: 5}", "leaving_post: {enabled: false}"
    )
    assert run(client_from=15, site=off)[1] == []
