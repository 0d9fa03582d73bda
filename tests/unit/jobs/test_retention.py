"""Sweeps over a real database and folder: what is due goes, what is bound stays, all on record."""

import hashlib
import time
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from tests.stored import T0, event
from vision.cli.main import app
from vision.config import RetentionConfig
from vision.errors import EvidenceError
from vision.evidence import FileEvidenceStore
from vision.jobs.retention import housekeeping, sweep
from vision.jobs.verify import lost_evidence, verify
from vision.keeping import Hold
from vision.ports import Batch
from vision.store import SqlStore
from vision.types import Evidence

NOW = T0 + timedelta(days=100)
SITE = """
site: {id: s}
cameras: [{id: cam-03}]
windows: [{id: A03, camera: cam-03, post: [[0,0],[1,0],[1,1],[0,1]]}]
retention: {snapshots: {days: 30}, clips: {days: 5}}
"""


@pytest.fixture
def place(tmp_path: Path):
    with SqlStore(str(tmp_path / "e.db")) as store:
        yield store, FileEvidenceStore(tmp_path / "evidence")


def fill(store, evidence, days):
    """One event for each age, with a snapshot of 1000 bytes and a clip of 5000."""
    for number, age in enumerate(days):
        at = NOW - timedelta(days=age)
        start_s = (at - T0).total_seconds()
        items = tuple(
            Evidence(kind, at, evidence.put(bytes([number]) * size), media)
            for kind, size, media in (("snapshot", 1000, "image/jpeg"), ("clip", 5000, "video/mp4"))
        )
        store.commit(Batch([event(f"e{number}", start_s, 60, evidence=items)]))


def kept(store, event_id):
    return [item.kind for item in store.event(event_id).evidence if item.expired_at is None]


def policy(**given):
    return RetentionConfig.model_validate(given)


@pytest.mark.parametrize(
    ("rules", "left", "files"),
    [
        ({}, {"e0": ["snapshot", "clip"], "e1": ["snapshot", "clip"], "e2": ["snapshot", "clip"]}, 0),
        ({"clips": {"days": 10}}, {"e0": ["snapshot"], "e1": ["snapshot"], "e2": ["snapshot", "clip"]}, 2),
        ({"snapshots": {"days": 30}}, {"e0": ["clip"], "e1": ["snapshot", "clip"], "e2": ["snapshot", "clip"]}, 1),
        ({"clips": {"max_gb": 0.000009}}, {"e0": ["snapshot"], "e1": ["snapshot"], "e2": ["snapshot", "clip"]}, 2),
        ({"clips": {"max_gb": 0.000015}}, {"e0": ["snapshot", "clip"], "e1": ["snapshot", "clip"], "e2": ["snapshot", "clip"]}, 0),
    ],
)  # fmt: skip
def test_what_is_due_by_age_and_space(place, rules, left, files):
    store, evidence = place
    fill(store, evidence, (60, 20, 1))
    swept = sweep(store, evidence, policy(**rules), NOW)
    assert {name: kept(store, name) for name in left} == left
    assert swept.files == files
    assert verify(store).breaks == ()
    assert list(lost_evidence(store, evidence)) == []


def test_events_go_with_all_of_theirs_but_not_the_held(place):
    store, evidence = place
    fill(store, evidence, (60, 50, 1))
    store.place_hold(Hold("e1", "case 7", "li", NOW))
    swept = sweep(store, evidence, policy(events={"days": 30}, clips={"days": 30}), NOW)
    assert (swept.events, swept.files, swept.bound) == (1, 2, 1)
    assert [one.event_id for one in store.stored()] == ["e1", "e2"]
    assert kept(store, "e1") == ["snapshot", "clip"]
    assert [(one.what, one.event_id, one.reason) for one in store.removals()] == [
        ("event", "e0", "age")
    ]
    assert verify(store).breaks == ()


def test_a_dry_run_removes_nothing(place):
    store, evidence = place
    fill(store, evidence, (60, 20))
    swept = sweep(store, evidence, policy(clips={"days": 30}), NOW, dry_run=True)
    assert (swept.by_age, swept.files) == (1, 0)
    assert kept(store, "e0") == ["snapshot", "clip"]


def test_a_file_that_cannot_be_removed_is_tried_again(place, monkeypatch):
    store, evidence = place
    fill(store, evidence, (60,))

    def refused(self, sha256):
        raise EvidenceError("evidence folder: this user may not use it")

    with monkeypatch.context() as patched:
        patched.setattr(FileEvidenceStore, "remove", refused)
        failed = sweep(store, evidence, policy(clips={"days": 30}), NOW)
    assert failed.failures == ("evidence folder: this user may not use it",)
    assert kept(store, "e0") == ["snapshot"]
    assert sweep(store, evidence, policy(), NOW).files == 1


def test_altered_and_missing_files_are_named(place, tmp_path):
    store, evidence = place
    fill(store, evidence, (60,))
    snapshot, clip = (hashlib.sha256(bytes([0]) * size).hexdigest() for size in (1000, 5000))
    folder = tmp_path / "evidence"
    (folder / snapshot[:2] / snapshot[2:4] / snapshot).write_bytes(b"other")
    (folder / clip[:2] / clip[2:4] / clip).unlink()
    lines = list(lost_evidence(store, evidence))
    assert "event e0, evidence 0 (snapshot)" in lines[0]
    assert "altered" in lines[0]
    assert "is not there" in lines[1]


def test_housekeeping_sweeps_in_the_background(place):
    store, evidence = place
    fill(store, evidence, (5000,))
    log = structlog.wrap_logger(structlog.testing.ReturnLogger())
    until_s = time.monotonic() + 10
    with housekeeping(store, evidence, lambda: policy(clips={"days": 1}), log, every_s=0.05):
        while kept(store, "e0") != ["snapshot"] and time.monotonic() < until_s:
            time.sleep(0.02)
    assert kept(store, "e0") == ["snapshot"]


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)])
    assert result.exit_code == code, result.output
    return result.output


def test_the_commands(tmp_path):
    db, site = tmp_path / "e.db", tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    with SqlStore(str(db)) as store:
        fill(store, FileEvidenceStore(tmp_path / "evidence"), (5000, 4000))
    assert "event e1 is held" in run("retention", "hold", "e1", "--reason", "case 7", "--db", db)
    assert "case 7" in run("retention", "holds", "--db", db)
    due = run("retention", "sweep", "--site", site, "--db", db, "--dry-run")
    assert due.startswith("due: 0 events, 2 pieces of evidence by age, 0 by space; 0 files")
    done = run("retention", "sweep", "--site", site, "--db", db)
    assert done.startswith("removed: 0 events, 2 pieces of evidence by age, 0 by space; 2 files")
    assert "clip" in run("retention", "log", "--db", db)
    told = run("report", "verify", "--db", db, "--files")
    assert ": ok: 6 links, 2 events" in told
    head = told.strip().rpartition(" ")[2]
    run("report", "verify", "--db", db, "--anchor", head)
    run("report", "verify", "--db", db, "--anchor", f"99:{'0' * 64}", code=1)
    assert "released" in run("retention", "release", "e1", "--db", db)


@pytest.mark.parametrize(
    "text",
    ["{clips: {days: 0}}", "{clip: {days: 3}}", "{events: {max_gb: 3}}", "{clips: {max_gb: 0}}"],
)
def test_mistakes_in_the_site_file_are_named(tmp_path, text):
    site = tmp_path / "site.yaml"
    site.write_text(
        SITE.replace("{snapshots: {days: 30}, clips: {days: 5}}", text), encoding="utf-8"
    )
    result = CliRunner().invoke(
        app, ["retention", "sweep", "--site", str(site), "--db", str(tmp_path / "e.db")]
    )
    assert "site.yaml:5: retention." in str(result.exception)
