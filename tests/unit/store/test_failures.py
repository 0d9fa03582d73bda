"""Each way in which a database can fail: one line that names it and says what to do."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event as sqlalchemy_event

from tests.stored import event
from vision.errors import StoreError
from vision.ports import Batch, EventFilter
from vision.store import SqlStore


def one_line(error: pytest.ExceptionInfo[StoreError], *parts: object) -> None:
    message = str(error.value)
    assert "\n" not in message
    assert all(str(part) in message for part in parts), message


def test_another_program_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    other = sqlite3.connect(path)
    with SqlStore(str(path), busy_timeout_s=0.05) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.commit(Batch([event("a")]))
        one_line(caught, path, "is locked by another program")
        assert store.events(EventFilter()) == []
        other.rollback()
        store.commit(Batch([event("a")]))
        assert len(store.events(EventFilter())) == 1
    other.close()


def test_a_read_only_database_is_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    with SqlStore(str(path)) as store:
        store.commit(Batch([event("a")]))
    with SqlStore(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert len(store.events(EventFilter())) == 1
        with pytest.raises(StoreError) as caught:
            store.commit(Batch([event("b")]))
    one_line(caught, path, "is read-only; give this user write access")


def test_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    with SqlStore(str(path)) as store:
        store.commit(Batch([event("a")]))

        @sqlalchemy_event.listens_for(store._engine, "begin")
        def fill(connection: object) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        with pytest.raises(StoreError) as caught:
            store.commit(Batch([event(f"b{n}") for n in range(2000)]))
        one_line(caught, path, "disk is full; free some space")
        assert [one.id for one in store.events(EventFilter())] == ["a"]


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(b"this is a text file of some length " * 100)
    with pytest.raises(StoreError) as caught:
        SqlStore(str(path))
    one_line(caught, path, "is not an SQLite database")


def test_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    with SqlStore(str(path)) as store:
        store.commit(Batch([event(f"{n}") for n in range(500)]))
    data = bytearray(path.read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught, SqlStore(str(path)) as store:
        store.events(EventFilter(limit=500))
    one_line(caught, path, "is damaged; restore it from a backup")


def test_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "none" / "events.db"
    with pytest.raises(StoreError) as caught:
        SqlStore(str(path))
    one_line(caught, path, f"there is no folder {path.parent}; create it first")


def test_a_folder_in_the_file_s_place(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        SqlStore(str(tmp_path))
    one_line(caught, tmp_path, "cannot be opened")


def test_the_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "browser.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url)")
    other.close()
    with pytest.raises(StoreError) as caught:
        SqlStore(str(path))
    one_line(caught, path, "holds the tables of another program")
    reopened = sqlite3.connect(path)
    assert reopened.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    reopened.close()


def test_a_newer_version_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    SqlStore(str(path)).close()
    other = sqlite3.connect(path)
    with other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(StoreError) as caught:
        SqlStore(str(path))
    one_line(caught, path, "written by a newer version of deportment")


def test_no_server_and_no_password_in_the_message() -> None:
    with pytest.raises(StoreError) as caught:
        SqlStore("postgresql://hall:secret@127.0.0.1:1/db?connect_timeout=2")
    one_line(caught, "postgresql+psycopg://hall:***@127.0.0.1:1/db", "check that it is reachable")
    assert "secret" not in str(caught.value)
