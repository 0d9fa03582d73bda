import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vision.errors import EvidenceError
from vision.evidence import FileEvidenceStore

DATA = b"\xff\xd8 a picture"
SHA256 = hashlib.sha256(DATA).hexdigest()


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_lies_in_folders_of_its_hash_for_its_owner_only(tmp_path: Path) -> None:
    root = tmp_path / "hall" / "evidence"
    FileEvidenceStore(root).put(DATA)
    assert files(root) == [f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"]
    assert root.stat().st_mode & 0o077 == 0


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    store = FileEvidenceStore(tmp_path)
    store.put(DATA)
    path = tmp_path / files(tmp_path)[0]
    before = path.stat()
    store.put(DATA)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("damaged", [b"", DATA[:-1], DATA + b"!"])
def test_altered_bytes_are_refused_and_healed_by_the_original(
    tmp_path: Path, damaged: bytes
) -> None:
    store = FileEvidenceStore(tmp_path)
    store.put(DATA)
    path = tmp_path / files(tmp_path)[0]
    path.write_bytes(damaged)
    with pytest.raises(EvidenceError, match=f"{SHA256} was altered"):
        store.get(SHA256)
    store.put(DATA)
    assert store.get(SHA256) == DATA


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", SHA256.upper(), SHA256 + "\n", "", "ab/cd"]
)
def test_only_a_hash_is_looked_up(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match="is not a sha256"):
        FileEvidenceStore(tmp_path).get(name)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EACCES, "this user may not use it"),
        (errno.EROFS, "it lies on a read-only file system"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_failed_write_names_the_folder_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str, call: str
) -> None:
    store = FileEvidenceStore(tmp_path)
    place = {"fsync": (os, "fsync"), "rename": (Path, "replace")}[call]
    monkeypatch.setattr(*place, _failing(number))
    with pytest.raises(EvidenceError) as caught:
        store.put(DATA)
    assert str(caught.value) == f"evidence folder {tmp_path}: {caught.value.args[0].split(': ')[1]}"
    assert advice in str(caught.value)
    assert files(tmp_path) == []


def _failing(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, done = FileEvidenceStore(tmp_path), []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("sync"), sync(handle)))
    monkeypatch.setattr(Path, "replace", lambda *at: (done.append("name"), replace(*at)))
    store.put(DATA)
    assert done == ["sync", "name", "sync", "sync", "sync"]


def test_a_file_in_the_folder_s_place(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_bytes(b"")
    with pytest.raises(EvidenceError, match="name another folder"):
        FileEvidenceStore(tmp_path / "evidence" / "deeper")
