"""Reading truth: JSON lines, every mistake by its line."""

import json
from pathlib import Path

import pytest

from vision.errors import ConfigError
from vision.evaluation.truth import TruthKind, read_truth

ROW = {
    "kind": "event",
    "window_id": "A01",
    "camera_id": "cam-01",
    "rule_id": "phone_use",
    "start_s": 5.2,
    "end_s": 31.0,
    "started_at": "2026-07-06T09:14:05.200+08:00",
    "ended_at": "2026-07-06T01:14:31Z",
    "note": "phone_lap",
}


def written(folder: Path, *lines: object) -> Path:
    file = folder / "truth.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def test_rows_of_the_simulator_are_read(tmp_path: Path) -> None:
    ignored = ROW | {"kind": "ignore", "rule_id": "*"}
    event, region = read_truth(written(tmp_path, ROW, "", ignored))
    assert (event.kind, event.window_id, event.rule_id) == (TruthKind.EVENT, "A01", "phone_use")
    assert (event.span.duration_s, event.note) == (25.8, "phone_lap")
    assert event.span.start.utcoffset() == event.span.end.utcoffset()
    assert region.concerns("A01", "smoking")
    assert not event.concerns("A01", "smoking")
    assert not region.concerns("A02", "smoking")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "not JSON"),
        ("[]", "expected an object"),
        (ROW | {"kind": "maybe"}, "kind: expected event, distractor or ignore, got 'maybe'"),
        (ROW | {"rule_id": "smokin"}, "unknown rule 'smokin'; did you mean 'smoking'?"),
        (ROW | {"rule_id": "*"}, "an event needs one rule"),
        (ROW | {"window_id": 3}, "window_id: expected text, got 3"),
        (ROW | {"window_id": None}, "window_id: expected text, got null"),
        (ROW | {"started_at": "2026-07-06T09:14:05"}, "expected a time with zone"),
        (ROW | {"started_at": "yesterday"}, "Invalid isoformat string"),
        (ROW | {"ended_at": "2026-07-06T01:14:00Z"}, "interval ends before it starts"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, line: object, expected: str) -> None:
    file = written(tmp_path, ROW, line, ROW)
    with pytest.raises(ConfigError) as caught:
        read_truth(file)
    assert str(caught.value).startswith(f"{file}:2: ")
    assert expected in str(caught.value)


def test_every_mistake_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_truth(written(tmp_path, "{", ROW, "[]"))
    assert [mistake.line for mistake in caught.value.mistakes] == [1, 3]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_truth(tmp_path / "truth.jsonl")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "truth.jsonl"
    file.write_bytes("窗口".encode("gbk"))
    with pytest.raises(ConfigError, match="expected UTF-8 text"):
        read_truth(file)
