"""Turns what a database driver raises into one line that says what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vision.errors import StoreError

_ADVICE = (
    ("SQLITE_BUSY", "is locked by another program; close that program or try again later"),
    ("SQLITE_LOCKED", "is locked by another program; close that program or try again later"),
    ("SQLITE_READONLY", "is read-only; give this user write access to the file and its folder"),
    ("SQLITE_FULL", "cannot grow because the disk is full; free some space and try again"),
    ("SQLITE_CANTOPEN", "cannot be opened; its folder must exist and be open to this user"),
    ("SQLITE_NOTADB", "is not an SQLite database; name another file"),
    ("SQLITE_CORRUPT", "is damaged; restore it from a backup or name another file"),
    ("SQLITE_IOERR", "failed to read or write the disk; check the disk and its free space"),
    ("SQLITE_PERM", "may not be accessed; give this user access to the file and its folder"),
)


@contextmanager
def named(database: str) -> Iterator[None]:
    """Raise StoreError, naming ``database``, for whatever the driver raises within.

    Args:
        database: Path or masked URL, as messages may show it.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"database {database}: {_advice(error)}") from error


def _advice(error: SQLAlchemyError | sqlite3.Error) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    name = str(getattr(cause, "sqlite_errorname", ""))
    for prefix, advice in _ADVICE:
        if name.startswith(prefix):
            return advice
    first_line = str(cause).strip().partition("\n")[0]
    return f"cannot be used ({first_line}); check that it is reachable and intact"
