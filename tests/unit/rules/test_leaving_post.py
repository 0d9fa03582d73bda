"""Presence: somebody, nobody, and not sure."""

import pytest

from tests.builders import observation, person
from vision.rules.leaving_post import LeavingPostRule

RULE = LeavingPostRule()
ROWS = [
    ([person()], 0.0, "compliant", "present"),
    ([person(), person(track_id=2)], 0.9, "compliant", "present"),
    ([], 0.0, "violation", "post_empty"),
    ([], 0.19, "violation", "post_empty"),
    ([], 0.2, "unknown", "person_doubtful"),
    ([], 0.39, "unknown", "person_doubtful"),
]


@pytest.mark.parametrize(("persons", "doubt", "kind", "reason"), ROWS)
def test_presence(persons, doubt, kind, reason):
    verdict = RULE.judge(observation(*persons, doubtful_persons=doubt))
    assert (verdict.kind, verdict.reason) == (kind, reason)
