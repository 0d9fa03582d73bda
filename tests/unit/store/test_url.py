import sys

import pytest

from vision.errors import MissingExtra, UsageError
from vision.store import SqlStore, database_url, masked


@pytest.mark.parametrize(
    ("text", "driver", "database"),
    [
        ("events.db", "sqlite", "events.db"),
        ("/var/lib/hall/events.db", "sqlite", "/var/lib/hall/events.db"),
        ("事件 1.db", "sqlite", "事件 1.db"),
        ("sqlite:///events.db", "sqlite", "events.db"),
        ("sqlite:////var/events.db", "sqlite", "/var/events.db"),
        ("sqlite:///file:e.db?mode=ro&uri=true", "sqlite", "file:e.db"),
        ("postgres://u:p@h/hall", "postgresql+psycopg", "hall"),
        ("postgresql://u:p@h:5433/hall", "postgresql+psycopg", "hall"),
        ("postgresql+psycopg://h/hall", "postgresql+psycopg", "hall"),
    ],
)
def test_addresses(text: str, driver: str, database: str) -> None:
    url = database_url(text)
    assert (url.drivername, url.database) == (driver, database)


def test_password_and_options_reach_the_driver() -> None:
    url = database_url("postgresql://u:p%40ss@h:5433/hall?sslmode=require")
    assert (url.password, url.port, dict(url.query)) == ("p@ss", 5433, {"sslmode": "require"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":memory:",
        "sqlite://",
        "sqlite://host/events.db",
        "mysql://u:secret@h/db",
        "postgresql+asyncpg://u:secret@h/db",
        "postgresql://u:secret@h:port/db",
        "://",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(UsageError, match="expected a file such as") as caught:
        database_url(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("events.db", "events.db"),
        ("postgresql://u:pass@h:5433/db", "postgresql://u:***@h:5433/db"),
        ("postgresql://u:p@ss:w/rd@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://h/db?password=pass", "postgresql://h/db"),
        ("postgresql://h/db?password=p@ss", "postgresql://***"),
        ("postgresql://u:p?ss@h/db", "postgresql://***"),
    ],
)
def test_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="postgresql"):
        SqlStore("postgresql://h/db")
