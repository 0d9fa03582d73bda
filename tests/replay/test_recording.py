"""The same observations give the same events, bit for bit."""

import gzip
import json

import pytest

from tests.unit.pipeline.test_camera import SITE, Bench, source
from vision.config import parse_site
from vision.errors import ConfigError
from vision.evaluation.recording import (
    observation_from_json,
    observation_to_json,
    read_recording,
    replay,
    write_recording,
)
from vision.types import Label
from vision.wiring import camera_plan, rules_with


def plan():
    return camera_plan(parse_site(SITE), "c", rules_with(dict.fromkeys(Label, 0.5)))


def changes(outcomes):
    return [(one.window_id, *change) for one in outcomes for change in one.transitions]


@pytest.fixture(scope="module")
def outcomes():
    return [one for turn in Bench().run(source()) for one in turn.outcomes]


@pytest.fixture
def recording(tmp_path, outcomes):
    file = tmp_path / "observations.jsonl.gz"
    assert write_recording(file, outcomes) > 100
    return file


def test_a_recording_gives_the_events_of_the_run(recording, outcomes):
    live = [one for one in changes(outcomes) if one[2].end_reason != "source_ended"]
    again = [
        one
        for one in changes(replay(read_recording(recording), plan()))
        if one[2].end_reason != "source_ended"
    ]
    assert again == live
    assert len(live) == 4


def test_a_replay_repeats_itself(recording):
    runs = [changes(replay(read_recording(recording), plan())) for _ in range(2)]
    assert runs[0] == runs[1]


def test_the_same_run_is_recorded_in_the_same_bytes(tmp_path, recording, outcomes):
    again = tmp_path / "again.jsonl.gz"
    write_recording(again, outcomes)
    lines = [gzip.decompress(file.read_bytes()) for file in (recording, again)]
    assert lines[0] == lines[1]


def test_a_damaged_line_is_named(tmp_path):
    file = tmp_path / "bad.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"window_id": "A"}\n'))
    with pytest.raises(ConfigError, match=r"bad\.jsonl\.gz:1: not a recorded observation"):
        list(read_recording(file))


def test_a_recording_of_before_with_a_field_that_no_rule_reads_is_still_read(recording):
    row = json.loads(gzip.decompress(recording.read_bytes()).splitlines()[0])
    old = row | {"persons": [person | {"still_s": 12.5} for person in row["persons"]]}
    assert row["persons"]
    assert observation_to_json(observation_from_json(old)) == row
