"""Evidence as files that are named by the hash of what they hold."""

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vision.errors import EvidenceError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EACCES: "this user may not use it; give it read and write access",
    errno.EPERM: "this user may not use it; give it read and write access",
    errno.EROFS: "it lies on a read-only file system; name another folder",
    errno.ENOTDIR: "it or a part of its path is a file; name another folder",
    errno.EEXIST: "it or a part of its path is a file; name another folder",
}


class FileEvidenceStore:
    """Evidence under ``root/ab/cd/abcd…``, written durably before ``put`` returns.

    Args:
        root: The folder; made, readable by its owner only, if it does not exist.

    Raises:
        EvidenceError: If the folder cannot be made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        with self._named():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store durably, once, and return the sha256 in hex.

        Raises:
            EvidenceError: If it could not be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self._path(sha256)
        with self._named():
            if not (target.is_file() and target.read_bytes() == data):
                target.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(target, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The stored bytes.

        Raises:
            EvidenceError: If they are missing or no longer match their hash.
        """
        if not _SHA256.fullmatch(sha256):
            raise EvidenceError(f"'{sha256[:80]}' is not a sha256 in lower-case hex")
        with self._named():
            try:
                data = self._path(sha256).read_bytes()
            except FileNotFoundError:
                raise EvidenceError(
                    f"evidence folder {self._root}: {sha256} is not there (deleted, or of "
                    "another installation)"
                ) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise EvidenceError(f"evidence folder {self._root}: {sha256} was altered on the disk")
        return data

    def remove(self, sha256: str) -> None:
        """Remove the bytes; it is no mistake if they are not there.

        Raises:
            EvidenceError: If they cannot be removed.
        """
        if not _SHA256.fullmatch(sha256):
            raise EvidenceError(f"'{sha256[:80]}' is not a sha256 in lower-case hex")
        with self._named():
            self._path(sha256).unlink(missing_ok=True)

    def size(self, sha256: str) -> int:
        """How many bytes it takes; 0 where they are not there."""
        try:
            return self._path(sha256).stat().st_size
        except OSError:
            return 0

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, error.strerror)
            raise EvidenceError(f"evidence folder {self._root}: {advice}") from error


def _write_whole(target: Path, data: bytes) -> None:
    """The whole file under its final name, or nothing, whatever happens in between."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    # The name itself is only durable once its folder is, and so on upwards to the root.
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
