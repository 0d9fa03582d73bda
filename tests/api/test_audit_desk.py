"""The processes of audits: so many at once, and none outlives the service."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog

from api.audits.desk import AuditDesk, auditing, sweep, workplace
from api.settings import ServiceSettings
from tests.api.support import T0
from vision.audits import AuditOrder, AuditRecord, AuditStatus
from vision.jobs.audit_worker import Workplace
from vision.testing.stores import MemoryStore

LOG = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])
OBEDIENT = (
    "import sys, pathlib; order = sys.stdin.readline(); "
    "pathlib.Path(sys.argv[1]).open('a').write('began\\n'); sys.stdin.read(); "
    "pathlib.Path(sys.argv[1]).open('a').write('ended\\n')"
)


def place(folder: Path) -> Workplace:
    return Workplace("e.db", folder, folder / "site.yaml", folder / "uploads", None)


def queue_of(number: int) -> MemoryStore:
    store = MemoryStore()
    for name in range(number):
        store.save_audit(AuditRecord(f"n{name}", T0, AuditOrder("li", ("a.mp4",))))
    return store


def desk(store: MemoryStore, folder: Path, program: str, at_once: int) -> AuditDesk:
    command = (sys.executable, "-c", program, str(folder / "log"))
    return AuditDesk(store, place(folder), at_once, lambda: T0, LOG, command)


def lines(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text().split() if log.exists() else []


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_so_many_at_once_and_all_are_stopped(tmp_path: Path) -> None:
    made = desk(queue_of(3), tmp_path, OBEDIENT, 2)
    for _ in range(3):
        made.look()
    wait_for(lambda: len(lines(tmp_path)) == 2)
    made.stop()
    made.run()
    assert sorted(lines(tmp_path)) == ["began", "began", "ended", "ended"]


def test_nothing_is_started_for_an_empty_queue(tmp_path: Path) -> None:
    made = desk(queue_of(0), tmp_path, OBEDIENT, 2)
    made.look()
    made.stop()
    made.run()
    assert lines(tmp_path) == []


def test_a_process_that_dies_is_started_anew_but_not_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys; open(sys.argv[1], 'a').write('died '); sys.exit(3)"
    made = desk(queue_of(1), tmp_path, program, 1)
    made.look()
    wait_for(lambda: made._running[0].poll() is not None)
    made.look()
    assert made._running == []
    monkeypatch.setattr(made, "_wait_until_s", 0.0)
    monkeypatch.setattr("api.audits.desk.AFTER_DEATH_S", 0.0)
    thread = Thread(target=made.run)
    thread.start()
    wait_for(lambda: lines(tmp_path).count("died") >= 2)
    made.stop()
    thread.join(20)
    assert not thread.is_alive()


def test_without_a_site_nothing_runs(tmp_path: Path) -> None:
    settings = ServiceSettings(db="e.db", evidence=tmp_path)
    assert workplace(settings) is None
    store = queue_of(1)
    with auditing(settings, store, lambda: datetime.now(UTC), LOG):
        pass
    assert store.audit("n0").status is AuditStatus.QUEUED


def test_the_workplace_is_the_same_from_everywhere(tmp_path: Path) -> None:
    settings = ServiceSettings(
        db="e.db", evidence=Path("pictures"), site=Path("s.yaml"), media_root=Path("media")
    )
    found = workplace(settings)
    assert found is not None
    assert found.db == str(Path.cwd() / "e.db")
    assert found.uploads == Path.cwd() / "uploads"
    remote = settings.model_copy(update={"db": "postgresql://u@h/n"})
    assert workplace(remote).db == "postgresql://u@h/n"  # type: ignore[union-attr]


def test_uploads_of_ended_audits_are_swept(tmp_path: Path) -> None:
    store = queue_of(2)
    for name in ("n0", "n1", "unknown"):
        (tmp_path / name).mkdir()
    store.cancel_audit("n0", T0)
    sweep(tmp_path, store)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["n1", "unknown"]
    sweep(tmp_path / "gone", store)
