"""Recorded scenes judged for posture: what was due, found and false, by view."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.bodies import Body
from vision.errors import UnreadableSource
from vision.evaluation.posture_scenes import evaluate_scenes, scenes_table, scenes_to_json
from vision.evaluation.recording import read_recording, write_recording
from vision.evaluation.redigest import redigest
from vision.pipeline import Outcome
from vision.types import Observation, Person, View, ViewState

NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
SITE = """
site: {id: s, timezone: Asia/Shanghai}
cameras: [{id: cam-01}]
windows: [{id: P1, camera: cam-01, post: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.95], [0.1, 0.95]]}]
rules: {slouching: {dwell_s: 20, window_s: 10}, sleeping: {dwell_s: 20, window_s: 10}}
"""
BOX = np.array([400, 330, 600, 900], np.float32)
POST_PX = np.array([[100, 100], [900, 100], [900, 950], [100, 950]], np.float32)
UPRIGHT, SLUMPED = Body(90, trunk_deg=2, neck_deg=12), Body(90, trunk_deg=35, neck_deg=50)
CONDUCT = [UPRIGHT] * 8 + [SLUMPED] * 12 + [UPRIGHT] * 8


def observed(number, body):
    person = Person(1, BOX, 0.9, pose=body.pose(), changed_share=0.1)
    return Observation(
        "P1", "cam-01", NINE + timedelta(seconds=4 * number), View(ViewState.OK), POST_PX, (person,)
    )


def row(kind, note, start_s, end_s):
    stamp = [(NINE + timedelta(seconds=second)).isoformat() for second in (start_s, end_s)]
    return json.dumps(
        {"kind": kind, "window_id": "P1", "camera_id": "cam-01", "rule_id": "slouching",
         "started_at": stamp[0], "ended_at": stamp[1], "note": note}
    )  # fmt: skip


def scene(folder, truth):
    folder.mkdir(parents=True)
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (folder / "truth.jsonl").write_text("\n".join(truth) + "\n", encoding="utf-8")
    seen = [observed(number, body) for number, body in enumerate(CONDUCT)]
    outcomes = [Outcome("P1", one.at, None, one, {}, (), ()) for one in seen]
    write_recording(folder / "observations.jsonl.gz", outcomes)


def test_a_slump_is_found_in_its_view(tmp_path):
    scene(tmp_path / "side-high-2-0", [row("event", "slump", 32, 80)])
    figures = evaluate_scenes(tmp_path)["side-high"]
    assert figures.due == {("slouching", "slump"): 1}
    assert figures.found == {("slouching", "slump"): 1}
    assert not figures.false_alarms
    assert figures.hours == pytest.approx(27 * 4 / 3600)


def test_an_alarm_in_a_distractor_is_named_after_it(tmp_path):
    scene(tmp_path / "side-high-2-0", [row("distractor", "write", 32, 80)])
    scene(tmp_path / "side-high-2-1", [row("event", "slump", 84, 108)])
    figures = evaluate_scenes(tmp_path)["side-high"]
    assert figures.scenes == 2
    assert figures.false_alarms == {("slouching", "write"): 1, ("slouching", "-"): 1}
    assert figures.found.total() == 0
    (view,) = scenes_to_json({"side-high": figures}).values()
    assert view["events"] == [{"rule_id": "slouching", "conduct": "slump", "due": 1, "found": 0}]
    assert scenes_table({"side-high": figures}).row_count == 1


def test_without_a_recording_it_says_what_was_expected(tmp_path):
    with pytest.raises(UnreadableSource, match="expected folders with observations"):
        evaluate_scenes(tmp_path)


def test_postures_are_taken_from_the_recorded_landmarks_anew(tmp_path):
    scene(tmp_path / "a-1-0", [row("event", "slump", 32, 80)])
    recorded = list(read_recording(tmp_path / "a-1-0" / "observations.jsonl.gz"))
    again = list(redigest(recorded))
    assert [one.persons[0].posture for one in recorded] == [None] * len(CONDUCT)
    assert again[0].persons[0].posture.neck_flexion_deg == pytest.approx(12, abs=0.5)
    assert again[-1].persons[0].baseline.neck_flexion_deg == pytest.approx(12, abs=0.5)
    assert [dataclasses.replace(one, persons=()).at for one in again] == [
        one.at for one in recorded
    ]
