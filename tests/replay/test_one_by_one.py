"""Real footage at several rates: the same absences, their boundaries within one period.

The clip is not part of the project; it is looked for beside the checkout, or in the folder that
``DEPORTMENT_SHARED`` names. docs/presence.md has the command for people.
"""

from itertools import pairwise

import pytest

from tests.builders import T0, seconds
from tests.shared import DATA
from vision.config import parse_site
from vision.jobs.audit import audit_input, events_of
from vision.jobs.inputs import Input
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.wiring import Bench, open_models

CLIP = DATA / "footage" / "one-by-one-first76s.mp4"
RATES = (1, 2, 5, 10)
SITE = """
site: {{id: table}}
cameras: [{{id: c, sampling: {{mode: fps, fps: {fps}}}}}]
windows: [{{id: T, camera: c, post: [[0.0, 0.0], [1, 0], [1, 1], [0.0, 1]]}}]
rules:
  leaving_post: {{dwell_s: 1, window_s: 2, gap_s: 1}}
  slouching: {{enabled: false}}
  sleeping: {{enabled: false}}
"""
SEEN = ((0.0, 6.0), (20.0, 22.5), (45.0, 50.5), (70.0, 75.0))
"""When nobody is at the table, read off its pictures to half a second."""

pytestmark = [
    pytest.mark.models,
    pytest.mark.shared,
    pytest.mark.skipif(not CLIP.is_file(), reason=f"needs {CLIP.name} in the shared folder"),
]


@pytest.fixture(scope="module")
def absences():
    """Rate to the spans of every absence."""
    found = {}
    with open_models() as models:
        for fps in RATES:
            store = MemoryStore()
            bench = Bench.of(parse_site(SITE.format(fps=fps)), models, store, MemoryEvidence())
            result = audit_input(bench, Input(CLIP, "c", T0, 76.0))
            found[fps] = [
                (seconds(one.started_at), seconds(one.ended_at))
                for one in events_of(store, [result.audit_id])
                if one.rule_id == "leaving_post"
            ]
    return found


def test_the_same_absences_at_every_rate(absences):
    assert {fps: len(spans) for fps, spans in absences.items()} == dict.fromkeys(RATES, len(SEEN))


@pytest.mark.parametrize(("slow", "fast"), list(pairwise(RATES)))
def test_a_boundary_moves_by_at_most_one_period(absences, slow, fast):
    for one, other in zip(absences[slow], absences[fast], strict=True):
        assert abs(one[0] - other[0]) <= 1 / slow + 1e-3
        assert abs(one[1] - other[1]) <= 1 / slow + 1e-3


@pytest.mark.parametrize("fps", RATES)
def test_they_are_where_a_person_saw_them(absences, fps):
    for found, seen in zip(absences[fps], SEEN, strict=True):
        assert found[0] == pytest.approx(seen[0], abs=1.5)
        assert found[1] == pytest.approx(seen[1], abs=1.5)
