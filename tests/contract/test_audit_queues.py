"""What every store must do for audits over HTTP, and for the log of who did what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stored import T0, at
from vision.access import Activity
from vision.audits import (
    MOST_TRIES,
    AuditOrder,
    AuditPart,
    AuditRecord,
    AuditStatus,
    Report,
)
from vision.errors import Conflict, NotFound
from vision.store import SqlStore
from vision.testing.stores import MemoryStore

Store = SqlStore | MemoryStore
ORDER = AuditOrder("li", ("录像/a.mp4",), True, "cam-1", T0, "%Y")
LATER = T0 + timedelta(seconds=30)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with SqlStore(str(tmp_path / "events.db")) as sqlite:
        yield {"memory": MemoryStore(), "sqlite": sqlite}[request.param]


def record(name: str, second: float = 0, **changes: object) -> AuditRecord:
    return replace(AuditRecord(name, at(second), ORDER), **changes)


def test_audits_are_kept_whole_and_listed_newest_first(store: Store) -> None:
    parts = (AuditPart("a.mp4", "failed", 1.5, 9.0, 3, "run", "not a video"), AuditPart("b.mp4"))
    full = record(
        "n1", 1, status=AuditStatus.RUNNING, parts=parts, speed=20.5, started_at=at(2),
        finished_at=at(3), failure="no", cancelling=True, lease_until=at(4), tries=2,
    )  # fmt: skip
    for one in (record("n1"), record("n0", 1), full, record("n2", 9)):
        store.save_audit(one)
    assert store.audit("n1") == full
    assert [one.id for one in store.audits()] == ["n2", "n1", "n0"]
    assert [one.id for one in store.audits(limit=1, after=(at(9), "n2"))] == ["n1"]
    with pytest.raises(NotFound, match="there is no audit 'n3'"):
        store.audit("n3")


def test_the_oldest_is_claimed_once(store: Store) -> None:
    for number in (2, 1):
        store.save_audit(record(f"n{number}", number))
    assert store.free_audits(T0) == 2
    first = store.claim_audit(T0, LATER)
    assert first == record("n1", 1, status="running", started_at=T0, lease_until=LATER, tries=1)
    second = store.claim_audit(T0, LATER)
    assert second is not None
    assert second.id == "n2"
    assert (store.claim_audit(T0, LATER), store.free_audits(T0)) == (None, 0)


def test_an_abandoned_one_is_taken_over_but_not_for_ever(store: Store) -> None:
    store.save_audit(record("n"))
    now = T0
    for tries in range(1, MOST_TRIES + 1):
        taken = store.claim_audit(now, now + timedelta(seconds=30))
        assert taken is not None
        assert (taken.tries, taken.started_at) == (tries, T0)
        assert store.claim_audit(now + timedelta(seconds=29), LATER) is None
        now += timedelta(seconds=30)
    assert store.claim_audit(now, LATER) is None
    given_up = store.audit("n")
    assert (given_up.status, given_up.finished_at) == (AuditStatus.FAILED, now)
    assert "died 3 times" in str(given_up.failure)


def test_reports_keep_the_lease_and_tell_of_a_cancellation(store: Store) -> None:
    store.save_audit(record("n"))
    store.claim_audit(T0, LATER)
    part = AuditPart("a.mp4", "running", 30.0, 120.0, 1, "run")
    assert store.report_audit("n", Report((part,), 15.0, at(99))) is True
    found = store.audit("n")
    assert (found.progress, found.eta_s, found.lease_until) == (0.25, 6.0, at(99))
    assert store.cancel_audit("n", T0).status is AuditStatus.RUNNING
    assert store.report_audit("n", Report((part,), 15.0, at(99))) is False
    store.end_audit("n", AuditStatus.CANCELLED, at(5), [part])
    assert store.audit("n").finished_at == at(5)
    with pytest.raises(Conflict, match="cancelled already"):
        store.cancel_audit("n", at(6))


def test_one_that_waits_is_cancelled_at_once(store: Store) -> None:
    store.save_audit(record("n"))
    assert store.cancel_audit("n", at(1)).status is AuditStatus.CANCELLED
    assert store.claim_audit(at(2), LATER) is None
    with pytest.raises(NotFound):
        store.cancel_audit("none", at(1))


def test_one_whose_process_stops_waits_again(store: Store) -> None:
    store.save_audit(record("n"))
    for _ in range(MOST_TRIES + 1):
        assert store.claim_audit(T0, LATER) is not None
        store.release_audit("n")
        assert store.audit("n").status is AuditStatus.QUEUED
    store.end_audit("n", AuditStatus.DONE, T0)
    store.release_audit("n")
    assert store.audit("n").status is AuditStatus.DONE


def test_cancelled_while_its_process_died(store: Store) -> None:
    store.save_audit(record("n"))
    store.claim_audit(T0, LATER)
    store.cancel_audit("n", T0)
    assert store.claim_audit(LATER, at(99)) is None
    assert store.audit("n").status is AuditStatus.CANCELLED


def test_activity_is_listed_by_every_filter(store: Store) -> None:
    acts = [
        Activity(at(0), "li", "event_reviewed", "event:1", {"state": "confirmed"}),
        Activity(at(1), "wu", "evidence_viewed", "event:1"),
        Activity(at(2), "li", "evidence_viewed", "event:2"),
    ]
    for one in acts:
        store.note_activity(one)

    def numbers(**wanted: object) -> list[int]:
        return [number for number, _ in store.activity(**wanted)]

    assert [one for _, one in store.activity()] == acts[::-1]
    assert numbers(who="li") == [3, 1]
    assert numbers(action="evidence_viewed", subject="event:1") == [2]
    assert numbers(start=at(1), end=at(2)) == [2]
    assert numbers(before=3, limit=1) == [2]
