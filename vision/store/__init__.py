"""The event database: SQLite by default, PostgreSQL by the same code."""

from vision.store.outbox import Backlog
from vision.store.sql import SqlStore
from vision.store.url import database_url, masked

__all__ = ["Backlog", "SqlStore", "database_url", "masked"]
