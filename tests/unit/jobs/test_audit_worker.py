"""Audits of the service as they run: small real videos, scripted models."""

import io
from datetime import timedelta
from threading import Event

import pytest

from tests.builders import T0
from tests.media import number_in, write_video
from vision.audits import AuditOrder, AuditRecord, AuditStatus
from vision.jobs import audit_worker
from vision.jobs.audit import events_of
from vision.jobs.audit_worker import Workplace, run
from vision.ports import EventFilter
from vision.store import SqlStore
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Label
from vision.wiring import Models

SITE = """
site: {id: s}
cameras: [{id: c}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
rules: {leaving_post: {dwell_s: 3}}
"""
FPS = 10
SITTING = Detections.of([(Label.PERSON, 0.9, (10, 2, 110, 62))])
LEASE = timedelta(seconds=60)


def models(look=lambda second: None):
    """Somebody sits there, but for the seconds 8 to 14 of every clip."""

    def answer(image):
        second = number_in(image) / FPS
        look(second)
        return Detections.empty() if 8 <= second < 14 else SITTING

    thresholds = dict.fromkeys(Label, 0.5)
    return Models(ScriptedDetector(answer), ScriptedPose(), "d", "p", thresholds)


@pytest.fixture
def place(tmp_path):
    media = tmp_path / "media"
    (media / "day").mkdir(parents=True)
    write_video(media / "day" / "a.mp4", 20 * FPS, fps=FPS, gop=FPS)
    write_video(media / "day" / "b.mp4", 16 * FPS, fps=FPS, gop=FPS)
    (media / "day" / "c.mp4").write_bytes(b"no video at all")
    (media / "day" / "d.mp4").symlink_to("/etc/passwd")
    (tmp_path / "site.yaml").write_text(SITE)
    return Workplace(
        str(tmp_path / "e.db"),
        tmp_path / "evidence",
        tmp_path / "site.yaml",
        tmp_path / "uploads",
        media,
    )


@pytest.fixture
def store(place):
    with SqlStore(place.db) as made:
        yield made


def claimed(store, *paths, uploaded=False, start=T0):
    order = AuditOrder("li", paths, uploaded, None, start)
    store.save_audit(AuditRecord("n", T0, order))
    return store.claim_audit(T0, T0 + LEASE)


def carried_out(place, store, record, look=lambda second: None, stopping=None):
    run(place, record, store, models(look), stopping or Event())
    return store.audit(record.id)


def test_every_input_is_audited_or_named(place, store):
    done = carried_out(place, store, claimed(store, "day"))
    assert (done.status, done.failure, done.progress) == (AuditStatus.DONE, None, 1.0)
    shown = [(part.name, part.state, part.events) for part in done.parts]
    assert shown == [
        ("day/a.mp4", "done", 1),
        ("day/b.mp4", "done", 1),
        ("day/c.mp4", "failed", 0),
        ("day/d.mp4", "failed", 0),
    ]
    assert done.parts[0].total_s == pytest.approx(20, abs=0.2)
    assert "day/c.mp4" in done.parts[2].failure
    told = " ".join(part.failure or "" for part in done.parts)
    assert str(place.media_root) not in told
    assert "passwd" not in told
    found = list(events_of(store, [part.run_id for part in done.parts if part.run_id]))
    assert [event.rule_id for event in found] == ["leaving_post"] * 2


def test_what_came_along_is_deleted_at_the_end(place, store):
    folder = place.uploads / "n"
    folder.mkdir(parents=True)
    write_video(folder / "up.mp4", 12 * FPS, fps=FPS, gop=FPS)
    done = carried_out(place, store, claimed(store, "up.mp4", uploaded=True))
    assert (done.status, done.parts[0].events) == (AuditStatus.DONE, 1)
    assert not folder.exists()


def test_nothing_usable_is_a_failure(place, store):
    failed = carried_out(place, store, claimed(store, "day/c.mp4"))
    assert (failed.status, failed.failure) == (
        AuditStatus.FAILED,
        "none of the inputs could be used",
    )


def test_a_path_that_left_the_root_meanwhile(place, store):
    failed = carried_out(place, store, claimed(store, "day/d.mp4"))
    assert failed.status is AuditStatus.FAILED
    assert failed.failure == "there is no such file or folder in the media folder"


def test_a_broken_site_file_is_named_without_its_folder(place, store):
    place.site.write_text("site: {id: s}\n")
    failed = carried_out(place, store, claimed(store, "day"))
    assert failed.status is AuditStatus.FAILED
    assert failed.failure.startswith("site.yaml")


def test_cancelled_while_it_runs(place, store, monkeypatch):
    monkeypatch.setattr(audit_worker, "REPORT_EVERY_S", 0.0)
    record = claimed(store, "day/a.mp4")
    cancelled = carried_out(
        place, store, record, look=lambda s: s < 4 or store.cancel_audit("n", T0)
    )
    assert cancelled.status is AuditStatus.CANCELLED
    assert 0 < cancelled.parts[0].done_s < 19


def test_stopped_and_taken_up_again_repeats_and_loses_nothing(place, store, monkeypatch):
    monkeypatch.setattr(audit_worker, "REPORT_EVERY_S", 0.0)
    monkeypatch.setattr("vision.jobs.audit.COMMIT_EVERY_S", 0.0)
    stopping = Event()
    record = claimed(store, "day/a.mp4")
    seen: list[float] = []
    queued = carried_out(
        place, store, record, look=lambda s: s < 12 or stopping.set(), stopping=stopping
    )
    assert (queued.status, queued.tries) == (AuditStatus.QUEUED, 0)
    assert queued.parts[0].done_s > 10
    again = store.claim_audit(T0, T0 + LEASE)
    done = carried_out(place, store, again, look=seen.append)
    assert min(seen) > 10
    assert (done.status, done.parts[0].events) == (AuditStatus.DONE, 1)
    assert len(store.events(EventFilter())) == 1


def test_the_process_works_through_the_queue(place, store, monkeypatch):
    class Opened:
        def __enter__(self):
            return models()

        def __exit__(self, *_):
            pass

    opened = []
    monkeypatch.setattr(audit_worker, "open_models", lambda: opened.append(1) or Opened())
    monkeypatch.setattr(audit_worker, "_watch", lambda orders, stopping: None)
    monkeypatch.setattr("os.nice", lambda by: 0)
    for name in ("n1", "n2"):
        store.save_audit(AuditRecord(name, T0, AuditOrder("li", ("day/a.mp4",), start=T0)))
    audit_worker.main(io.StringIO(place.dump() + "\n"))
    assert [one.status for one in store.audits()] == [AuditStatus.DONE] * 2
    assert opened == [1]
    assert Workplace.load(place.dump()) == place


def test_the_end_of_the_input_stops_it():
    stopping = Event()
    audit_worker._watch(io.StringIO("rest"), stopping)
    assert stopping.is_set()


def test_models_that_are_missing_fail_the_audit(place, store, monkeypatch):
    from vision.errors import ModelError

    def missing():
        raise ModelError("run deportment weights pull")

    monkeypatch.setattr(audit_worker, "open_models", missing)
    monkeypatch.setattr("os.nice", lambda by: 0)
    store.save_audit(AuditRecord("n", T0, AuditOrder("li", ("day/a.mp4",))))
    audit_worker.main(io.StringIO(place.dump() + "\n"))
    assert store.audit("n").failure == "run deportment weights pull"
