"""Opens databases: how SQLite is set up, and who begins transactions how."""

import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from vision.errors import MissingExtra, StoreError

WRITES = "writes"
"""Execution option of connections that are about to write."""


POOLED = 16
"""Connections that are kept: more than the service answers requests at once."""


def open_engine(url: URL, busy_timeout_s: float) -> Engine:
    """An engine for ``url``; nothing is connected yet.

    Args:
        url: As :func:`vision.store.url.database_url` gives it.
        busy_timeout_s: How long to wait for another program that is writing, in seconds.

    Raises:
        StoreError: If the folder of an SQLite file is missing.
        MissingExtra: If the driver of PostgreSQL is not installed.
    """
    if url.drivername == "sqlite":
        return _sqlite(url, busy_timeout_s)
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise MissingExtra("postgresql", "a PostgreSQL database") from error


def _sqlite(url: URL, busy_timeout_s: float) -> Engine:
    folder = Path(url.database or "").parent
    if "uri" not in url.query and not folder.is_dir():
        raise StoreError(f"database {url.database}: there is no folder {folder}; create it first")
    engine = create_engine(
        url, connect_args={"timeout": busy_timeout_s}, pool_size=POOLED, max_overflow=2 * POOLED
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver must not begin transactions by itself: it would not for DDL and SELECT.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # In WAL mode NORMAL survives kill -9 but not a power cut: the log is only synced when it is
    # folded back, so minutes of committed events, already sent to receivers, could vanish. FULL
    # syncs each commit; there are few, since the pipeline gathers them into batches.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that upgrades a read lock later fails without waiting.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def dialect_of(connection: Connection) -> ModuleType:
    """The module of SQLAlchemy whose ``insert`` knows ON CONFLICT for this database."""
    from sqlalchemy.dialects import postgresql, sqlite

    return {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
