"""Brings a database to the schema of this version when it is opened."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from vision.errors import StoreError
from vision.store.engine import WRITES

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x6465706F  # "depo": two processes that open a new database migrate it one by one


def upgrade(engine: Engine, database: str) -> None:
    """Apply the migrations that are missing, all or none of them.

    Raises:
        StoreError: If the database belongs to another program or to a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = _revision(connection, database)
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {
        script.revision for script in scripts.walk_revisions()
    }:
        raise StoreError(
            f"database {database}: written by a newer version of deportment; install that version"
        )
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection, database: str) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise StoreError(
            f"database {database}: holds the tables of another program; name another database"
        )
    return current
