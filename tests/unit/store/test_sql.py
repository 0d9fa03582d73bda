import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tests.stored import HOUR, T0, at, coverage, event
from vision.ports import Batch, Checkpoint, EventFilter
from vision.store import SqlStore, queries
from vision.store.queries import Form
from vision.store.schema import EPOCH, Base, from_us, to_us
from vision.types import EventStatus


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.mark.parametrize(
    "time", [EPOCH, T0, EPOCH - timedelta(microseconds=1), EPOCH.replace(year=9999)]
)
def test_times_are_whole_microseconds(time: object) -> None:
    assert from_us(to_us(time)) == time  # type: ignore[arg-type]


def test_the_migrations_make_the_tables_of_the_models(path: Path) -> None:
    with SqlStore(str(path)) as store, store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_reopening_keeps_what_was_stored(path: Path) -> None:
    with SqlStore(str(path)) as store:
        store.commit(Batch([event("a")]))
    with SqlStore(f"sqlite:///{path}") as store:
        assert store.events(EventFilter()) == [event("a")]


def test_sqlite_is_set_up_to_survive_a_power_cut(path: Path) -> None:
    with SqlStore(str(path)) as store, store._engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 2, 1]


def test_two_programs_open_a_new_database_at_once(path: Path) -> None:
    program = "import sys; from vision.store import SqlStore; SqlStore(sys.argv[1]).close()"
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]


def test_threads_add_up_without_losing_any(path: Path) -> None:
    with SqlStore(str(path)) as store, ThreadPoolExecutor(4) as pool:
        batches = [Batch([event(f"{n:03}")], [coverage()]) for n in range(40)]
        assert list(pool.map(store.commit, batches)) == [None] * 40
        assert len(store.events(EventFilter(limit=100))) == 40
        assert store.coverage(None, None, HOUR, at(0))[0].scheduled_s == 400.0


def test_a_writer_takes_its_lock_before_it_reads(path: Path) -> None:
    other = sqlite3.connect(path, timeout=0)
    with (
        SqlStore(str(path)) as store,
        store._writing(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
    other.close()


KILLED = """
import itertools, sys
from tests.stored import coverage, event, at
from vision.ports import Batch, Checkpoint
from vision.store import SqlStore
store = SqlStore(sys.argv[1])
for n in itertools.count():
    store.commit(Batch([event(f"{n:06}")], [coverage()], (), Checkpoint("k", at(n), str(n))))
    print(n, flush=True)
"""


def test_killed_at_any_point_it_keeps_whole_batches(path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    confirmed = [int(writer.stdout.readline()) for _ in range(25)]
    os.kill(writer.pid, signal.SIGKILL)
    confirmed += [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    writer.stdout.close()
    with SqlStore(str(path)) as store:
        checkpoint = store.checkpoint("k")
        assert checkpoint is not None
        count = int(checkpoint.state) + 1
        assert count in (len(confirmed), len(confirmed) + 1)
        assert len(store.events(EventFilter(limit=10_000))) == count
        assert store.coverage(None, None, HOUR, at(0))[0].scheduled_s == 10.0 * count


def test_closing_leaves_no_file_open(path: Path) -> None:
    folder = Path("/proc/self/fd")
    before = len(list(folder.iterdir()))
    for _ in range(3):
        with SqlStore(str(path)) as store:
            store.commit(Batch([event("a")]))
            store.events(EventFilter())
    assert len(list(folder.iterdir())) == before


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (EventFilter(), "ix_events_all"),
        (EventFilter(after=(T0, "a")), "ix_events_all"),
        (EventFilter(min_score=0.9, end=T0), "ix_events_all"),
        (EventFilter(window_ids=["A"], rule_id=None), "ix_events_window"),
        (EventFilter(window_ids=["A", "B"], after=(T0, "a")), "ix_events_window"),
        (EventFilter(rule_id="vest", newest_first=False), "ix_events_rule"),
        (EventFilter(review="confirmed", newest_first=False), "ix_events_review"),
        (EventFilter(audit_id="n1"), "ix_events_audit"),
        (EventFilter(status=EventStatus.OPEN, rule_id="vest"), "ix_events_ended"),
        (EventFilter(status=EventStatus.OPEN, window_ids=["A", "B"]), "ix_events_ended"),
    ],
)
def test_a_page_is_a_walk_along_one_index(path: Path, wanted: EventFilter, index: str) -> None:
    plan = plan_of(path, wanted)
    walks = [step for step in plan if " events USING " in step and "sqlite_autoindex" not in step]
    assert walks
    assert all(index in step for step in walks), plan


@pytest.mark.parametrize("windows", [None, ["A"], ["A", "B", "C"]])
def test_a_span_of_time_walks_closed_and_open_events_apart(
    path: Path, windows: list[str] | None
) -> None:
    plan = plan_of(path, EventFilter(window_ids=windows, start=T0, end=at(60)))
    walks = [step for step in plan if " events USING " in step and "sqlite_autoindex" not in step]
    assert sum("ix_events_ended (ended_us=?" in step for step in walks) == 1
    assert sum("started_us>?" in step for step in walks) == len(windows or [None])


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("status", [None, EventStatus.CLOSED])
def test_a_span_of_time_is_walked_from_its_own_end(
    path: Path, newest_first: bool, status: EventStatus | None
) -> None:
    with SqlStore(str(path)) as store:
        store.commit(Batch([event(f"{n:04d}", 60 * n, 30) for n in range(2000)]))
        span = EventFilter(
            status=status, start=at(60_000), end=at(60_600), newest_first=newest_first, limit=5
        )
        store.events(span)
        steps = 0

        def counted() -> int:
            nonlocal steps
            steps += 1
            return 0

        with store._engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.set_progress_handler(counted, 10)
        assert len(store.events(span)) == 5
    assert steps < 100  # of ten instructions; past the newer or older half it takes some 1,300


def plan_of(path: Path, wanted: EventFilter) -> list[str]:
    with SqlStore(str(path)) as store:
        query = queries.page(Form.of(wanted, few=False)).compile(store._engine)
    given = {**query.params, **queries.values(wanted, longest_us=1_000_000)}
    connection = sqlite3.connect(path)
    steps = [
        row[3]
        for row in connection.execute(
            f"EXPLAIN QUERY PLAN {query}", [given[n] for n in query.positiontup]
        )
    ]
    connection.close()
    return steps


def test_superseding_leaves_no_trace_of_the_older_run(path: Path) -> None:
    with SqlStore(str(path)) as store:
        for key in ("old", "new"):
            run = Checkpoint(key, at(9), "{}", done=True, footage="f")
            store.commit(Batch([event(key)], [coverage()], (), run))
        with store._engine.connect() as connection:
            tables = ("events", "coverage", "coverage_reasons", "checkpoints")
            column = {"checkpoints": "key"}
            keys = [
                connection.execute(text(f"SELECT DISTINCT {column.get(t, 'run_key')} FROM {t}"))
                for t in tables
            ]
            assert [list(rows.scalars()) for rows in keys] == [["new"]] * 4


def test_a_page_shows_evidence_that_has_expired_since(path: Path) -> None:
    with SqlStore(str(path)) as store:
        store.commit(Batch([event("A")]))
        before = store.page(EventFilter(), "").items
        store.expire(store.pieces("snapshot"), "age", at(500))
        after = store.page(EventFilter(), "").items
        assert ["expired" in page[0]["evidence"][0] for page in (before, after)] == [False, True]
