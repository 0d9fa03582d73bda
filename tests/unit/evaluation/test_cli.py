"""``deportment evaluate events`` from files to a table, JSON and a page."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.config.site_files import with_rules
from tests.unit.evaluation.event_cases import alarm, at, coverage
from vision.errors import ConfigError, DeportmentError, UsageError
from vision.evaluation.cli import evaluate_app
from vision.ports import Batch
from vision.store import SqlStore
from vision.wire import event_to_json, time_to_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    row = {"kind": "event", "window_id": "A01", "rule_id": "phone_use", "note": "phone_lap"}
    row |= {"started_at": time_to_json(at(100)), "ended_at": time_to_json(at(160))}
    (tmp_path / "truth.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "events.jsonl").write_text(json.dumps(event_to_json(alarm(126, 101, 161))) + "\n")
    (tmp_path / "site.yaml").write_text(with_rules("phone_use: {dwell_s: 20}"))
    with SqlStore(str(tmp_path / "audit.db")) as store:
        store.commit(Batch(coverage=[coverage(1800), coverage(900, window_id="Z09")]))
    return tmp_path


def evaluate(folder: Path, *more: str) -> str:
    given = {"--truth": "truth.jsonl", "--site": "site.yaml", "--db": "audit.db"}
    options = [text for name, file in given.items() for text in (name, str(folder / file))]
    arguments = ["events", str(folder / "events.jsonl"), *options, *more]
    result = CliRunner().invoke(evaluate_app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_dwell_is_that_of_the_site_and_the_hours_are_those_of_the_database(
    folder: Path,
) -> None:
    assert "phone" in evaluate(folder, "--json", str(folder / "report.json"))
    total = json.loads((folder / "report.json").read_text())["total"]
    assert (total["found"], total["false_alarms"], total["camera_hours"]) == (1, 0, 0.5)
    assert total["latency"]["median_s"] == 6
    assert total["upper_bound_per_hour"] == 6


def test_the_page_is_written(folder: Path) -> None:
    evaluate(folder, "--html", str(folder / "report.html"))
    assert "A01" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "error", "expected"),
    [
        (["--truth", "other.jsonl"], UsageError, "expected one --truth for each of 1 files, got 2"),
        (["--db", "other.db"], UsageError, "expected one --db for each of 1 files, got 2"),
        (["--json", "/nowhere/report.json"], UsageError, "/nowhere/report.json cannot be written"),
    ],
)
def test_wrong_usage_is_named(
    folder: Path, more: list[str], error: type[DeportmentError], expected: str
) -> None:
    with pytest.raises(error, match=expected):
        evaluate(folder, *more)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "events.jsonl:1: not an event: Expecting"),
        ("{}", "events.jsonl:1: provenance: this key is missing"),
        ("3", "events.jsonl:1: not an event"),
    ],
)
def test_a_line_that_is_no_event_is_named(folder: Path, line: str, expected: str) -> None:
    (folder / "events.jsonl").write_text(line + "\n")
    with pytest.raises(ConfigError) as caught:
        evaluate(folder)
    assert expected in str(caught.value)


def test_a_database_that_is_not_there_is_not_made(folder: Path) -> None:
    (folder / "audit.db").unlink()
    with pytest.raises(UsageError, match="there is no file"):
        evaluate(folder)
    assert not (folder / "audit.db").exists()
