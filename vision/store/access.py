"""Machine keys, accounts and sessions of the HTTP service."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Reading

from vision.access import AccessKey, Account, Session
from vision.errors import NotFound
from vision.store import writer
from vision.store.rows import time_or_none, us_or_none
from vision.store.schema import Base, from_us, to_us


class AccessKeyRow(Base):
    """One machine key; ``windows`` is null where it may see all of them."""

    __tablename__ = "access_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    scopes: Mapped[list[Any]]
    windows: Mapped[list[Any] | None]


class AccountRow(Base):
    """One person who signs in."""

    __tablename__ = "accounts"

    name: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    windows: Mapped[list[Any] | None]
    failures: Mapped[int]
    locked_until_us: Mapped[int | None]


class SessionRow(Base):
    """One browser that has signed in."""

    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    csrf: Mapped[str]
    expires_us: Mapped[int] = mapped_column(index=True)


class SqlAccess:
    """The part of the event database that knows who may use the service."""

    def _reading(self) -> AbstractContextManager[Reading]:
        raise AttributeError("a store brings its own connections")

    def _writing(self) -> AbstractContextManager[Connection]:
        raise AttributeError("a store brings its own connections")

    def access_keys(self) -> list[AccessKey]:
        """Every machine key, by name."""
        with self._reading() as session:
            found = session.scalars(select(AccessKeyRow).order_by(AccessKeyRow.name))
            return [_key(row) for row in found]

    def save_access_key(self, key: AccessKey) -> None:
        """Add a machine key, or replace the one with that name."""
        row = {
            "name": key.name,
            "sha256": key.sha256,
            "scopes": list(key.scopes),
            "windows": _sorted(key.windows),
        }
        with self._writing() as connection:
            writer.replace(connection, AccessKeyRow, [row])

    def drop_access_key(self, name: str) -> None:
        """Drop a machine key.

        Raises:
            NotFound: If there is none with that name.
        """
        with self._writing() as connection:
            gone = connection.execute(delete(AccessKeyRow).where(AccessKeyRow.name == name))
            if gone.rowcount == 0:
                raise NotFound("key", name)

    def accounts(self) -> list[Account]:
        """Every account, by name."""
        with self._reading() as session:
            found = session.scalars(select(AccountRow).order_by(AccountRow.name))
            return [_account(row) for row in found]

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        with self._reading() as session:
            row = session.get(AccountRow, name)
            return None if row is None else _account(row)

    def save_account(self, account: Account) -> None:
        """Add an account, or replace the one with that name."""
        row = {
            "name": account.name,
            "password_hash": account.password_hash,
            "role": account.role,
            "windows": _sorted(account.windows),
            "failures": account.failures,
            "locked_until_us": us_or_none(account.locked_until),
        }
        with self._writing() as connection:
            writer.replace(connection, AccountRow, [row])

    def drop_account(self, name: str) -> None:
        """Drop an account.

        Raises:
            NotFound: If there is none with that name.
        """
        with self._writing() as connection:
            gone = connection.execute(delete(AccountRow).where(AccountRow.name == name))
            if gone.rowcount == 0:
                raise NotFound("account", name)

    def session(self, token_sha256: str) -> Session | None:
        """The session of that token, however old."""
        with self._reading() as session:
            row = session.get(SessionRow, token_sha256)
            if row is None:
                return None
            return Session(row.token_sha256, row.subject, row.csrf, from_us(row.expires_us))

    def save_session(self, session: Session, now: datetime) -> None:
        """Add a session, and drop those that had expired by ``now``."""
        row = {
            "token_sha256": session.token_sha256,
            "subject": session.subject,
            "csrf": session.csrf,
            "expires_us": to_us(session.expires_at),
        }
        with self._writing() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.expires_us <= to_us(now)))
            writer.replace(connection, SessionRow, [row])

    def end_session(self, token_sha256: str) -> None:
        """Drop a session, if there is one."""
        with self._writing() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_sha256))

    def end_sessions(self, subject: str) -> None:
        """Drop every session of that subject."""
        with self._writing() as connection:
            connection.execute(delete(SessionRow).where(SessionRow.subject == subject))


def _sorted(windows: frozenset[str] | None) -> list[str] | None:
    return None if windows is None else sorted(windows)


def _windows(stored: list[Any] | None) -> frozenset[str] | None:
    return None if stored is None else frozenset(stored)


def _key(row: AccessKeyRow) -> AccessKey:
    return AccessKey(row.name, row.sha256, tuple(row.scopes), _windows(row.windows))


def _account(row: AccountRow) -> Account:
    return Account(
        row.name,
        row.password_hash,
        row.role,
        _windows(row.windows),
        row.failures,
        time_or_none(row.locked_until_us),
    )
