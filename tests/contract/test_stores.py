"""What every event store and every evidence store must do, the fakes included."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import postgresql
from tests.stored import HOUR, T0, at, coverage, event, state
from vision.errors import EvidenceError, NotFound, StoreError
from vision.evidence import FileEvidenceStore
from vision.keeping import Hold
from vision.ports import Batch, Checkpoint, EventFilter, EvidenceStore
from vision.store import SqlStore
from vision.testing.stores import MemoryEvidence, MemoryStore
from vision.types import EventStatus, Evidence, Review
from vision.wire import event_to_json

Store = SqlStore | MemoryStore
UNWRITABLE = Checkpoint("k", T0, None)  # type: ignore[arg-type]


def _refuse(batch: Batch) -> None:
    if batch.checkpoint == UNWRITABLE:
        raise StoreError("database memory: refused")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql.server() as url:
        yield url


@pytest.fixture
def memory() -> Store:
    return MemoryStore(_refuse)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    with SqlStore(str(tmp_path / "events.db")) as store:
        yield store


@pytest.fixture
def postgres(server: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    name = "t" + hashlib.sha256(request.node.name.encode()).hexdigest()[:16]
    engine = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    with SqlStore(server.replace("@/postgres", f"@/{name}")) as store:
        yield store


@pytest.fixture(
    params=[
        "memory",
        "sqlite",
        pytest.param(
            "postgres", marks=pytest.mark.skipif(postgresql.MISSING, reason=postgresql.WHY)
        ),
    ]
)
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


def ids(store: Store, **wanted: object) -> str:
    return " ".join(one.id for one in store.events(EventFilter(**wanted)))  # type: ignore[arg-type]


def test_gives_back_exactly_what_was_committed(store: Store) -> None:
    closed, still_open = event("a"), event("b", 5, None, audit_id="audit-1", evidence=())
    store.commit(Batch([closed, still_open]))
    assert store.event("a") == closed
    assert store.event("b") == still_open
    assert store.event("a").duration_s == 60.0


def test_an_unknown_event_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no event 'x'"):
        store.event("x")


def test_an_event_is_replaced_by_id(store: Store) -> None:
    store.commit(Batch([event("a", 0, None)]))
    store.commit(Batch([event("a", 0, 30, score=0.9)]))
    assert store.events(EventFilter()) == [event("a", 0, 30, score=0.9)]


def test_a_replaced_event_keeps_its_review_and_history(store: Store) -> None:
    store.commit(Batch([event("a", 0, None)]))
    confirmed = Review("confirmed", "seen", "li", at(500))
    appealed = Review("appealed", "it was the work phone", "wang", at(600))
    store.add_review("a", confirmed)
    store.add_review("a", appealed)
    store.commit(Batch([event("a", 0, 30)]))
    assert store.event("a") == event("a", 0, 30, review=appealed)
    assert store.reviews("a") == [confirmed, appealed]
    assert store.reviews("b") == []


def test_only_an_event_that_exists_is_reviewed(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no event 'x'"):
        store.add_review("x", Review("confirmed"))
    assert store.reviews("x") == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "e d c b a"),
        ({"newest_first": False}, "a b c d e"),
        ({"limit": 2}, "e d"),
        ({"window_ids": ["A03"]}, "d b a"),
        ({"window_ids": ["A03", "B01"]}, "e d b a"),
        ({"window_ids": ["B01", "A03"], "newest_first": False, "limit": 2}, "a b"),
        ({"window_ids": [f"W{n}" for n in range(200)] + ["C01"]}, "c"),
        ({"window_ids": []}, ""),
        ({"rule_id": "shorts"}, "d c"),
        ({"status": EventStatus.OPEN}, "e"),
        ({"status": EventStatus.CLOSED}, "d c b a"),
        ({"review": "confirmed"}, "c"),
        ({"review": "unreviewed"}, "e d b a"),
        ({"audit_id": "n1"}, "b"),
        ({"min_score": 0.9}, "d"),
        ({"start": at(160)}, "e d c b"),
        ({"start": at(161)}, "e d c b"),
        ({"start": at(500)}, "e b"),
        ({"start": at(1100)}, "e"),
        ({"start": at(1100), "status": EventStatus.CLOSED}, ""),
        ({"start": at(1100), "window_ids": ["A03", "B01"]}, "e"),
        ({"start": at(1100), "rule_id": "shorts"}, ""),
        ({"end": at(200)}, "b a"),
        ({"end": at(200.000001)}, "c b a"),
        ({"start": at(170), "end": at(300), "window_ids": ["A03", "C01"]}, "c b"),
        ({"start": at(170), "status": EventStatus.OPEN, "end": at(300)}, ""),
        ({"window_ids": ["A03"], "rule_id": "shorts", "min_score": 0.5}, "d"),
        ({"rule_id": "shorts", "review": "confirmed"}, "c"),
    ],
)
def test_filters(store: Store, wanted: dict[str, object], expected: str) -> None:
    store.commit(
        Batch(
            [
                event("a", 0, 160),
                event("b", 100, 1000, audit_id="n1"),
                event("c", 200, 60, rule_id="shorts", window_id="C01"),
                event("d", 300, 60, rule_id="shorts", score=0.95),
                event("e", 400, None, window_id="B01"),
            ]
        )
    )
    store.add_review("c", Review("confirmed", None, "li", at(900)))
    assert ids(store, **wanted) == expected


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("window_ids", [None, ["A01", "A02"]])
def test_pages_join_up_under_equal_times(
    store: Store, newest_first: bool, limit: int, window_ids: list[str] | None
) -> None:
    starts = [0, 0, 0, 0, 0, 0.000001, 0.000001, 50, 50]
    store.commit(
        Batch(event(f"{n}", start, window_id=f"A0{1 + n % 2}") for n, start in enumerate(starts))  # type: ignore[arg-type]
    )
    wanted = EventFilter(limit=limit, newest_first=newest_first, window_ids=window_ids)
    pages = [store.events(wanted)]
    while pages[-1]:
        last = pages[-1][-1]
        pages.append(store.events(replace(wanted, after=(last.started_at, last.id))))
    joined = "".join(one.id for page in pages for one in page)
    assert joined == ("876543210" if newest_first else "012345678")


def test_texts_are_ordered_by_code_point(store: Store) -> None:
    store.commit(Batch([event(name) for name in ("a", "B", "_", "1")]))
    assert ids(store) == "a _ B 1"


def test_open_events_of_a_camera_oldest_first(store: Store) -> None:
    store.commit(
        Batch(
            [
                event("a", 30, None),
                event("b", 10, None),
                event("c", 20, None, camera_id="cam-04"),
                event("d", 0, 5),
            ]
        )
    )
    assert [one.id for one in store.open_events("cam-03")] == ["b", "a"]


def test_coverage_adds_up(store: Store) -> None:
    run = Checkpoint("run-1", at(0), "{}")
    store.commit(Batch(coverage=[coverage()], checkpoint=run))
    store.commit(Batch(coverage=[coverage(reasons_s={"dark": 0.5})], checkpoint=run))
    store.commit(Batch(coverage=[coverage()]))
    assert store.coverage(None, None, HOUR, at(0)) == [
        coverage(
            scheduled_s=30.0,
            assessable_s=19.5,
            unknown_s=9.0,
            lost_s=1.5,
            reasons_s={"dark": 2.5, "hands_hidden": 4.0},
        )
    ]


@pytest.mark.parametrize(
    ("windows", "rule", "start_h", "end_h", "expected"),
    [
        (None, None, 0, 3, "A/shorts/0 A/shorts/2 A/vest/1 B/shorts/1"),
        (["A"], None, 0, 3, "A/shorts/0 A/shorts/2 A/vest/1"),
        (["A", "B"], "shorts", 0, 3, "A/shorts/0 A/shorts/2 B/shorts/1"),
        ([], None, 0, 3, ""),
        (None, None, 1, 2, "A/vest/1 B/shorts/1"),
        (None, None, 0.5, 1, "A/shorts/0"),
        (None, None, 1.5, 2.5, "A/shorts/2 A/vest/1 B/shorts/1"),
        (None, None, 3, 9, ""),
    ],
)
def test_coverage_of_overlapping_hours_in_order(
    store: Store,
    windows: list[str] | None,
    rule: str | None,
    start_h: float,
    end_h: float,
    expected: str,
) -> None:
    rows = [("B", "shorts", 1), ("A", "vest", 1), ("A", "shorts", 2), ("A", "shorts", 0)]
    store.commit(Batch(coverage=[coverage(w, r, hour=HOUR + _h(hour)) for w, r, hour in rows]))
    found = store.coverage(windows, rule, HOUR + _h(start_h), HOUR + _h(end_h))
    shown = [f"{one.window_id}/{one.rule_id}/{(one.hour - HOUR) // _h(1)}" for one in found]
    assert " ".join(shown) == expected


def _h(hours: float) -> timedelta:
    return timedelta(hours=hours)


@pytest.mark.parametrize(
    ("seconds", "kept"), [([0, 5], 5), ([5, 0], 5), ([5, 4.999999], 5), ([0, 5, 3], 5)]
)
def test_only_newer_states_replace(store: Store, seconds: list[float], kept: float) -> None:
    for second in seconds:
        store.commit(Batch(states=[state("A03", second, f"s{second}")]))
    store.commit(Batch(states=[state("A01", 1)]))
    assert store.states() == {"A01": state("A01", 1), "A03": state("A03", kept, f"s{kept}")}


def test_a_state_of_the_same_instant_replaces(store: Store) -> None:
    store.commit(Batch(states=[state(name="absent")]))
    store.commit(Batch(states=[state(name="present")]))
    assert store.states()["A03"].state == "present"


def test_checkpoints_are_replaced_by_key(store: Store) -> None:
    first = Checkpoint("k", None, '{"字": 1}', footage="f")
    last = Checkpoint("k", at(9), "{}", done=True, failure="broken after 9 s", footage="f")
    store.commit(Batch(checkpoint=first))
    assert store.checkpoint("k") == first
    store.commit(Batch(checkpoint=last))
    assert store.checkpoint("k") == last
    assert store.checkpoint("other") is None


def test_a_file_name_that_is_not_utf8_is_no_obstacle(store: Store) -> None:
    name = b"\xc2\xbc\xcf\xf1.mp4".decode("utf-8", "surrogateescape")
    provenance = replace(event("a").provenance, source=name)
    failed = Checkpoint("k", None, "{}", failure=f"{name}: not a video")
    store.commit(Batch([event("a", provenance=provenance)], checkpoint=failed))
    found = store.checkpoint("k")
    assert found is not None
    assert str(found.failure).endswith(".mp4: not a video")
    assert json.dumps(event_to_json(store.event("a")), ensure_ascii=False).encode()


def test_nothing_of_a_refused_batch_is_written(store: Store) -> None:
    store.commit(Batch([event("a", 0, None)], [coverage()], [state()], Checkpoint("k", T0, "1")))
    refused = Batch([event("a"), event("b")], [coverage()], [state("A03", 9)], UNWRITABLE)
    with pytest.raises(StoreError, match=r"^database "):
        store.commit(refused)
    assert store.events(EventFilter()) == [event("a", 0, None)]
    assert store.states() == {"A03": state()}
    assert store.checkpoint("k") == Checkpoint("k", T0, "1")
    store.commit(Batch([event("b")], checkpoint=Checkpoint("k", T0, "2")))
    assert ids(store) == "b a"


def run(key: str, seconds: float, done: bool, failure: str | None = None) -> Checkpoint:
    return Checkpoint(key, at(seconds), "{}", done, failure, footage="recording-1")


@pytest.mark.parametrize(
    ("new", "expected", "scheduled_s"),
    [
        (run("new", 60, done=False), "d c b a", 30),
        (run("new", 60, done=True), "d c b", 20),
        (run("new", 99, done=True, failure="damaged"), "d c b", 20),
        (run("new", 100, done=True, failure="damaged"), "d c b", 20),
        (run("new", 60, done=True, failure="damaged"), "d c b a", 30),
        (replace(run("new", 99, done=True), footage="recording-2"), "d c b a", 30),
        (replace(run("new", 99, done=True), footage=""), "d c b a", 30),
    ],
)
def test_a_finished_run_supersedes_the_older_of_the_same_footage(
    store: Store, new: Checkpoint, expected: str, scheduled_s: float
) -> None:
    old = run("old", 99, done=True)
    store.commit(Batch([event("a", 1), event("b", 2)], [coverage()], checkpoint=old))
    store.commit(Batch([event("c", 3)], [coverage()]))
    store.add_review("b", Review("dismissed", "a calculator", "li", at(500)))
    store.commit(Batch([event("d", 4)], [coverage()], checkpoint=new))
    assert ids(store) == expected
    assert store.coverage(None, None, HOUR, at(0))[0].scheduled_s == scheduled_s
    assert (store.checkpoint("old") is None) is (scheduled_s == 20)
    assert store.checkpoint("new") == new


def test_an_event_found_again_belongs_to_the_newer_run(store: Store) -> None:
    store.commit(Batch([event("a"), event("b", 1)], checkpoint=run("old", 9, done=True)))
    store.commit(Batch([event("a", score=0.5)], checkpoint=run("new", 9, done=True)))
    assert store.events(EventFilter()) == [event("a", score=0.5)]


def test_a_review_that_was_taken_back_still_keeps_the_event(store: Store) -> None:
    store.commit(Batch([event("a")], checkpoint=run("old", 9, done=True)))
    store.add_review("a", Review("confirmed", None, "li", at(5)))
    store.add_review("a", Review("unreviewed", "by mistake", "li", at(6)))
    store.commit(Batch(checkpoint=run("new", 9, done=True)))
    assert ids(store) == "a"


def test_holds_are_placed_changed_listed_and_released(store: Store) -> None:
    store.commit(Batch([event("a"), event("b")]))
    first, second = Hold("b", "case 7", "li", at(1)), Hold("a", "case 8", "wang", at(2))
    for hold in (first, second, replace(first, reason="case 9")):
        store.place_hold(hold)
    assert store.holds() == [replace(first, reason="case 9"), second]
    store.release_hold("b", "li", at(3))
    assert (store.hold_of("a"), store.hold_of("b")) == (second, None)
    with pytest.raises(NotFound, match="there is no event 'x'"):
        store.place_hold(replace(first, event_id="x"))
    with pytest.raises(NotFound, match="there is no hold on event 'b'"):
        store.release_hold("b", "li", at(4))


def test_views_are_kept_once_a_minute(store: Store) -> None:
    looks = [("li", "a", 0), ("li", "a", 59), ("wang", "a", 1), ("li", "b", 2), ("li", "a", 61)]
    for name, event_id, second in looks:
        store.record_view(name, event_id, "s", at(second))
    seen = [(one.principal, one.event_id, one.at) for one in store.views()]
    assert seen == [(n, e, at(s)) for n, e, s in (looks[4], looks[3], looks[2], looks[0])]
    newest = store.views(limit=1)[0]
    assert len(store.views(before=newest.id)) == 3
    assert [one.at for one in store.views("a", "li")] == [at(61), at(0)]
    assert store.views("x") == []


def test_a_clip_that_was_attached_stays_through_later_commits(store: Store) -> None:
    clip = Evidence("clip", at(10), "f" * 64, "video/mp4")
    store.commit(Batch([event("a", 0, None)]))
    store.attach("a", clip)
    store.commit(Batch([event("a")]))
    assert store.event("a") == event("a", evidence=(*event("a").evidence, clip))


@pytest.fixture(params=[lambda folder: MemoryEvidence(), lambda folder: FileEvidenceStore(folder)])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    make: Callable[[Path], EvidenceStore] = request.param
    return make(tmp_path / "evidence")


@pytest.mark.parametrize("data", [b"", b"\xff\xd8picture", bytes(300_000)])
def test_evidence_comes_back_by_its_hash(evidence: EvidenceStore, data: bytes) -> None:
    sha256 = evidence.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert evidence.put(data) == sha256
    assert evidence.get(sha256) == data


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_evidence_that_is_not_there(evidence: EvidenceStore, sha256: str) -> None:
    with pytest.raises(EvidenceError):
        evidence.get(sha256)


def test_a_page_shows_what_the_events_are(store: Store) -> None:
    reviewed = Review("dismissed", "a pen", "li", at(99))
    gone = Evidence("clip", at(3), "f" * 64, "video/mp4", at(500), "age")
    store.commit(
        Batch(
            [
                event("A", evidence=(Evidence("snapshot", at(1), "e" * 64, "image/jpeg"), gone)),
                event("B", length_s=None),
                event("C", reason="post_empty_client_waits", audit_id="run-1"),
            ]
        )
    )
    store.add_review("A", reviewed)
    found = store.page(EventFilter(), "/x/api/v1")
    assert found.items == [event_to_json(one, "/x/api/v1") for one in store.events(EventFilter())]
    assert [list(item) for item in found.items] == [
        list(event_to_json(one)) for one in store.events(EventFilter())
    ]
    assert found.behind is None


def test_a_page_follows_what_becomes_of_an_event(store: Store) -> None:
    store.commit(Batch([event("A")]))

    def shown(base: str = "") -> list[object]:
        return list(store.page(EventFilter(), base).items)

    before = shown()
    assert shown("/x")[0] != before[0]
    store.add_review("A", Review("confirmed", None, "li", at(99)))
    store.attach("A", Evidence("clip", at(3), "f" * 64, "video/mp4"))
    assert before != shown() == [event_to_json(one, "") for one in store.events(EventFilter())]


def test_the_next_page_goes_on_behind_the_one_before(store: Store) -> None:
    store.commit(Batch([event("A"), event("B")]))
    wanted = EventFilter(limit=1, newest_first=False)
    first = store.page(wanted, "")
    rest = store.page(replace(wanted, after=first.behind), "")
    assert [item["id"] for item in (*first.items, *rest.items)] == ["A", "B"]


@pytest.mark.parametrize(("limit", "shown", "behind"), [(1, "A", True), (2, "A B", False)])
def test_a_page_tells_whether_there_is_another(
    store: Store, limit: int, shown: str, behind: bool
) -> None:
    store.commit(Batch([event("A"), event("B")]))
    wanted = EventFilter(limit=limit, newest_first=False)
    found = store.page(wanted, "")
    assert " ".join(item["id"] for item in found.items) == shown
    assert (found.behind is not None) is behind
