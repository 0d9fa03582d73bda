"""The project's own samples through the real models, held to their truth."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vision.config import load_site
from vision.jobs.audit import audit_input, events_of
from vision.jobs.inputs import Given, prepare
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.wiring import Bench, open_models

SAMPLES = Path(__file__).parents[2] / "datasets" / "samples"
FAST = ("demo-morning", "closing-time")
"""One with everybody in view, one with a failing camera. All are held to by their recordings."""

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def audited():
    events = {}
    with open_models() as models:
        for name in FAST:
            site = load_site(SAMPLES / name / "site.yaml")
            store = MemoryStore()
            bench = Bench.of(site, models, store, MemoryEvidence())
            result = audit_input(bench, prepare(SAMPLES / name / "clip.mp4", site, Given()))
            assert result.failure is None
            events[name] = list(events_of(store, [result.audit_id]))
    return events


def truth_of(name, kind, rule_id):
    lines = (SAMPLES / name / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["kind"] == kind and row["rule_id"] == rule_id]


def when(text):
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("name", FAST)
def test_every_absence_is_found_where_it_was_and_no_other(audited, name):
    found = [event for event in audited[name] if event.rule_id == "leaving_post"]
    due = truth_of(name, "event", "leaving_post")
    assert sorted(event.window_id for event in found) == sorted(row["window_id"] for row in due)
    for event in found:
        (row,) = [row for row in due if row["window_id"] == event.window_id]
        assert abs((event.started_at - when(row["started_at"])).total_seconds()) <= 2
        assert abs((event.ended_at - when(row["ended_at"])).total_seconds()) <= 2


@pytest.mark.parametrize("name", FAST)
def test_small_things_and_clothes_accuse_nobody_wrongly(audited, name):
    rules = {"phone_use", "smoking", "slippers", "vest", "shorts"}
    accused = {(e.window_id, e.rule_id) for e in audited[name] if e.rule_id in rules}
    true = {(row["window_id"], rule) for rule in rules for row in truth_of(name, "event", rule)}
    assert accused <= true
