"""Machine keys of the HTTP service."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from vision.ports import AccessKey
from vision.store.schema import Base


class AccessKeyRow(Base):
    """One machine key; ``windows`` is null where it may see all of them."""

    __tablename__ = "access_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    scopes: Mapped[list[Any]]
    windows: Mapped[list[Any] | None]


def key_row(key: AccessKey) -> dict[str, Any]:
    """The columns of a key."""
    windows = None if key.windows is None else sorted(key.windows)
    return {
        "name": key.name,
        "sha256": key.sha256,
        "scopes": list(key.scopes),
        "windows": windows,
    }


def key_of(row: AccessKeyRow) -> AccessKey:
    """The key that a row holds."""
    windows = None if row.windows is None else frozenset(row.windows)
    return AccessKey(row.name, row.sha256, tuple(row.scopes), windows)
