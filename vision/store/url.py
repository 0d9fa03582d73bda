"""Addresses of databases: what users write, what SQLAlchemy takes, what messages may show."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from vision.errors import UsageError

_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
_EXPECTED = "expected a file such as events.db, sqlite:///events.db or postgresql://HOST/NAME"


def database_url(text: str) -> URL:
    """The address of a database from a URL or from a plain path, which means an SQLite file.

    Raises:
        UsageError: If it is neither.
    """
    if "://" not in text:
        return _sqlite(text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(f"database '{masked(text)}': {_EXPECTED}") from None
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite" or url.host:
        raise UsageError(f"database '{masked(text)}': {_EXPECTED}")
    return url if "uri" in url.query else _sqlite(url.database or "")


def _sqlite(path: str) -> URL:
    if path in ("", ":memory:") or "\0" in path:
        raise UsageError(f"database '{path}': {_EXPECTED}")
    return URL.create("sqlite", database=str(Path(path).expanduser()))


def masked(text: str) -> str:
    """The address without its password and options, for messages and logs."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    place, _, query = rest.partition("?")
    if "@" in query and "@" not in place:
        return f"{scheme}://***"  # the question mark may belong to the password
    user, at, host = place.rpartition("@")
    name, colon, _ = user.partition(":")
    return f"{scheme}://{name}{':***' if colon else ''}{at}{host}"


def shown(url: URL) -> str:
    """How messages name a database: an SQLite file by its path, a server by its masked URL."""
    if url.drivername == "sqlite":
        return str(url.database)
    return masked(url.render_as_string(hide_password=True))
