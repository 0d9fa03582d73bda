"""The shipped stores behind the service: the same answers, also while another program writes."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access import KeyRing, digest
from tests.api.support import PICTURE, Hall, bearer, make_event, open_hall
from vision.evidence import FileEvidenceStore
from vision.ports import Batch
from vision.store import SqlStore
from vision.testing.stores import MemoryStore

ADDRESSES = (
    "windows",
    "windows/A01",
    "windows/A01/state",
    "windows/A01/events?order=oldest",
    "events?limit=2",
    "events?window_id=A01&window_id=A02&from=2026-11-02T09:01:00Z",
    "events?status=open",
    "events/01J00001",
    "coverage?bucket=total",
)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Hall]:
    with SqlStore(str(tmp_path / "events.db")) as store:
        made = open_hall(store, evidence=FileEvidenceStore(tmp_path / "evidence"))
        with made.client:
            yield made


@pytest.mark.parametrize("address", ADDRESSES)
def test_same_answers_as_the_fakes(real: Hall, address: str) -> None:
    fake = open_hall(MemoryStore())
    answers = [
        hall.client.get(f"/api/v1/{address}", headers=bearer("all")) for hall in (real, fake)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers.get("link") == answers[1].headers.get("link")


def test_evidence_from_the_disk(real: Hall) -> None:
    answer = real.client.get("/api/v1/events/01J00001/evidence/0", headers=bearer("reader"))
    assert answer.content == PICTURE


def test_made_key_survives_a_restart(tmp_path: Path) -> None:
    with SqlStore(str(tmp_path / "events.db")) as store:
        key = KeyRing(store).first_key()
        assert key is not None
    with SqlStore(str(tmp_path / "events.db")) as store:
        assert KeyRing(store).first_key() is None
        assert KeyRing(store).find(digest(key)) is not None


def test_reads_while_another_connection_writes(real: Hall, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        with SqlStore(str(tmp_path / "events.db")) as other:
            number = 100
            while not stop.is_set():
                other.commit(Batch([make_event(number)]))
                written.append(number)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        answers: list[Any] = [
            real.client.get("/api/v1/events?limit=10", headers=bearer("reader")) for _ in range(60)
        ]
    finally:
        stop.set()
        writer.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len(written) > 5
    newest = real.client.get("/api/v1/events?limit=1", headers=bearer("reader")).json()["items"][0]
    assert newest["id"] == f"01J{written[-1]:05d}"
