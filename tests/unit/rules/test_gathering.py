"""More persons in a post than belong there."""

from dataclasses import replace

import pytest

from tests.builders import observation, person, policy, replay, told
from vision.rules.gathering import GatheringRule
from vision.types import Cover


def people(count):
    return [person(track_id=number) for number in range(count)]


ROWS = [
    (1, 0, 0.0, None, "compliant", "within_quota"),
    (1, 1, 0.0, None, "compliant", "within_quota"),
    (1, 1, 0.19, None, "compliant", "within_quota"),
    (1, 1, 0.2, None, "unknown", "person_doubtful"),
    (1, 0, 0.9, None, "compliant", "within_quota"),
    (1, 2, 0.0, None, "violation", "above_quota"),
    (1, 2, 0.9, None, "violation", "above_quota"),
    (2, 2, 0.0, None, "compliant", "within_quota"),
    (2, 3, 0.0, None, "violation", "above_quota"),
    (1, 2, 0.0, Cover(0, 0, 2, 2), "compliant", "relief_of_group"),
    (1, 2, 0.0, Cover(1, 0, 2, 2), "violation", "above_quota"),
    (1, 2, 0.0, Cover(0, 1, 2, 2), "compliant", "relief_of_group"),
    (1, 3, 0.0, Cover(0, 0, 2, 2), "violation", "above_quota"),
]


@pytest.mark.parametrize(("quota", "count", "doubt", "cover", "kind", "reason"), ROWS)
def test_counting(quota, count, doubt, cover, kind, reason):
    seen = observation(*people(count), doubtful_persons=doubt, cover=cover)
    verdict = GatheringRule(quota).judge(seen)
    assert (verdict.kind, verdict.reason) == (kind, reason)


def test_the_score_is_that_of_the_person_too_many():
    sure = [person(track_id=1), person(track_id=2)]
    weak = replace(person(track_id=3), confidence=0.45)
    assert GatheringRule(2).judge(observation(weak, *sure)).score == 0.45


TWO, ONE = (GatheringRule().judge(observation(*people(count))) for count in (2, 1))
DOUBT = GatheringRule().judge(observation(*people(1), doubtful_persons=0.3))
OVER_TIME = [
    ([(0, 20, ONE), (20, 136, TWO), (136, 200, ONE)], []),  # a hand-over
    (
        [(0, 20, ONE), (20, 160, TWO), (160, 200, ONE)],
        [("opened", 20, 140), ("closed", 20, 160, "cleared")],
    ),
    ([(0, 20, ONE), (20, 400, DOUBT)], []),
]


@pytest.mark.parametrize(("spans", "expected"), OVER_TIME)
def test_a_gathering_lasts(spans, expected):
    rows = [(t, verdict) for start, end, verdict in spans for t in range(start, end, 2)]
    assert told(replay(rows, policy("gathering"))) == expected


def test_a_weak_box_is_not_counted():
    seen = observation(
        person(), replace(person(track_id=2), confidence=0.39), doubtful_persons=0.39
    )
    assert GatheringRule(quota=1).judge(seen).reason == "person_doubtful"
