"""Audits of small real videos with scripted models: nothing lost, nothing repeated."""

import os
from datetime import timedelta

import cv2
import numpy as np
import pytest

from tests.builders import T0
from tests.media import number_in, truncate, write_video
from vision.config import parse_site
from vision.errors import EvidenceError, NotFound, StoreError
from vision.jobs.audit import audit_input, events_of
from vision.jobs.inputs import Input
from vision.store import SqlStore
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.types import Detections, Exemption, ExemptionKind, Label
from vision.wire import event_to_json
from vision.wiring import Bench, Models

SITE = parse_site("""
site: {id: s}
cameras: [{id: c}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
rules: {leaving_post: {dwell_s: 3}}
""")
FPS = 10
SITTING = Detections.of([(Label.PERSON, 0.9, (10, 2, 110, 62))])


class Killed(BaseException):
    """Stands for a process that is gone: nothing catches it."""


def bench(store, evidence=None, away=((8, 14), (30, 40)), die_at=None):
    """A bench whose detector sees nobody in these spans of seconds."""

    def answer(image):
        second = number_in(image) / FPS
        if die_at is not None and second >= die_at:
            raise Killed
        return Detections.empty() if any(a <= second < b for a, b in away) else SITTING

    thresholds = dict.fromkeys(Label, 0.5)
    models = Models(ScriptedDetector(answer), ScriptedPose(), "d", "p", thresholds)
    return Bench.of(SITE, models, store, evidence or MemoryEvidence())


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_video(
        tmp_path_factory.mktemp("clips") / "clip.mp4", 60 * FPS, fps=FPS, gop=2 * FPS
    )


def one(path):
    return Input(path, "c", T0, 60.0)


def found(store, result):
    return [event_to_json(event) for event in events_of(store, [result.audit_id])]


def spans(rows):
    return [(row["started_at"][17:21], row["ended_at"][17:21], row["end_reason"]) for row in rows]


def test_events_carry_all_that_a_defence_needs(clip):
    store, evidence = MemoryStore(), MemoryEvidence()
    result = audit_input(bench(store, evidence), one(clip))
    rows = found(store, result)
    assert spans(rows) == [("08.0", "14.0", "cleared"), ("30.0", "40.0", "cleared")]
    event = store.event(rows[0]["id"])
    assert event.clauses
    assert event.provenance.source == "clip.mp4"
    assert evidence.get(event.evidence[0].sha256)[:2] == b"\xff\xd8"
    assert event.evidence[0].at == event.confirmed_at


def test_it_is_said_since_when_a_camera_has_not_seen_its_posts(tmp_path):
    pattern, blocks = "%Y%m%d-%H%M%S", np.random.default_rng(3).integers(20, 235, (8, 16, 1))
    hall = np.repeat(np.repeat(np.repeat(blocks, 8, 0), 8, 1), 3, 2).astype(np.uint8)
    for second in range(0, 80, 2):
        shown = hall if second < 40 else np.roll(hall, 13, 1)
        shown[0, :, 0] = second
        taken = (T0 + timedelta(seconds=second)).strftime(pattern)
        cv2.imwrite(str(tmp_path / f"{taken}.png"), shown)
    store = MemoryStore()
    given = Input(tmp_path, "c", T0, 80.0, name_pattern=pattern)

    result = audit_input(bench(store, away=()), given)

    assert result.moved_at == T0 + timedelta(seconds=40)
    assert found(store, result) == []
    (row,) = store.coverage(["A"], "leaving_post", T0, T0.replace(hour=23))
    assert row.reasons_s["moved"] == pytest.approx(40, abs=3)
    assert audit_input(bench(store), given).skipped


def test_a_finished_input_is_not_analysed_again(clip):
    store = MemoryStore()
    first = audit_input(bench(store), one(clip))
    rows = found(store, first)
    again = audit_input(bench(store, die_at=0), one(clip))
    assert (again.skipped, found(store, again)) == (True, rows)


@pytest.mark.parametrize("die_at", [0.5, 9, 12, 14.5, 31, 35, 50, 59])
def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_happened(
    tmp_path, clip, die_at, monkeypatch
):
    monkeypatch.setattr("vision.jobs.audit.COMMIT_EVERY_S", 0.0)
    whole = MemoryStore()
    expected = found(whole, audit_input(bench(whole), one(clip)))
    with SqlStore(str(tmp_path / "events.db")) as store:
        with pytest.raises(Killed):
            audit_input(bench(store, die_at=die_at), one(clip))
        result = audit_input(bench(store), one(clip))
        assert found(store, result) == expected
        scheduled = store.coverage(["A"], "leaving_post", T0, T0.replace(hour=23))
        assert sum(row.scheduled_s for row in scheduled) == pytest.approx(60)


def test_a_truncated_file_keeps_its_events_and_says_where_it_broke(tmp_path, clip):
    mkv = write_video(tmp_path / "broken.mkv", 60 * FPS, fps=FPS, gop=2 * FPS)
    truncate(mkv, 0.6)
    store = MemoryStore()
    result = audit_input(bench(store), one(mkv))
    assert "broken.mkv" in result.failure
    assert spans(found(store, result))[0] == ("08.0", "14.0", "cleared")


def test_a_file_that_is_no_video_fails_without_events(tmp_path):
    text = tmp_path / "notes.mp4"
    text.write_text("no video")
    store = MemoryStore()
    result = audit_input(bench(store), one(text))
    assert "notes.mp4" in result.failure
    assert found(store, result) == []


def test_a_full_disk_stops_the_run_and_loses_nothing(clip):
    class Full(MemoryEvidence):
        def put(self, data):
            raise EvidenceError("evidence: the disk is full")

    store = MemoryStore()
    with pytest.raises(EvidenceError, match="full"):
        audit_input(bench(store, Full()), one(clip))
    assert spans(found(store, audit_input(bench(store), one(clip))))[0][0] == "08.0"


def test_a_database_that_fails_is_reported_and_the_run_can_be_repeated(clip):
    left = iter([None])

    def fail(_):
        for error in left:
            del error
            raise StoreError("events.db: the database is locked")

    store = MemoryStore(fail)
    with pytest.raises(StoreError, match="locked"):
        audit_input(bench(store), one(clip))
    assert len(found(store, audit_input(bench(store), one(clip)))) == 2


def test_event_ids_are_the_same_in_every_run(clip):
    ids = []
    for _ in range(2):
        store = MemoryStore()
        ids.append([row["id"] for row in found(store, audit_input(bench(store), one(clip)))])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_a_renamed_file_is_still_the_same_footage(tmp_path, clip):
    store = MemoryStore()
    audit_input(bench(store), one(clip))
    copy = tmp_path / "renamed.mp4"
    os.link(clip, copy)
    assert audit_input(bench(store), one(copy)).skipped


def test_progress_is_told_in_media_seconds(clip):
    told = []
    audit_input(bench(MemoryStore()), one(clip), told.append)
    assert told[-1].done_s == pytest.approx(60, abs=0.2)
    assert told[-1].events == 2


def test_an_unknown_event_is_not_found():
    with pytest.raises(NotFound):
        MemoryStore().event("01J")


def exemption(start_s, end_s, window="A"):
    span = (T0 + timedelta(seconds=start_s), T0 + timedelta(seconds=end_s))
    kind = ExemptionKind.APPROVED_ABSENCE
    return Exemption(f"E{start_s}", window, kind, *span, "r", "w", T0, "li")


def test_an_exemption_entered_later_makes_the_audit_another_one(clip):
    store = MemoryStore()
    first = audit_input(bench(store), one(clip))
    assert [row["end_reason"] for row in found(store, first)] == ["cleared", "cleared"]
    store.add_exemption(exemption(29, 41))
    again = audit_input(bench(store), one(clip))
    assert again.skipped is False
    assert [row["started_at"][17:19] for row in found(store, again)] == ["08"]
    assert found(store, first) == []
    assert audit_input(bench(store), one(clip)).skipped is True
    store.withdraw_exemption("E29", T0, "li", "a mistake")
    assert len(found(store, audit_input(bench(store), one(clip)))) == 2


@pytest.mark.parametrize(
    "elsewhere", [exemption(-60, 0), exemption(60, 90), exemption(0, 60, window="B")]
)
def test_an_exemption_of_another_time_or_window_changes_nothing(clip, elsewhere):
    store = MemoryStore()
    key = audit_input(bench(store), one(clip)).audit_id
    store.add_exemption(elsewhere)
    result = audit_input(bench(store), one(clip))
    assert (result.audit_id, result.skipped) == (key, True)
