"""Paths from outside stay inside their folder."""

from pathlib import Path

import pytest

from vision.errors import UsageError
from vision.jobs.roots import inside, shown_below


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "media"
    (root / "cam 1").mkdir(parents=True)
    (root / "cam 1" / "录像.mp4").touch()
    (tmp_path / "secret.mp4").touch()
    (tmp_path / "media-other").mkdir()
    (tmp_path / "media-other" / "b.mp4").touch()
    (root / "in.mp4").symlink_to(root / "cam 1" / "录像.mp4")
    (root / "out.mp4").symlink_to(tmp_path / "secret.mp4")
    (root / "up").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    return root


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("cam 1/录像.mp4", "cam 1/录像.mp4"),
        ("cam 1", "cam 1"),
        ("./cam 1/", "cam 1"),
        ("in.mp4", "cam 1/录像.mp4"),
        (".", ""),
    ],
)
def test_inside(root: Path, text: str, real: str) -> None:
    assert inside(root, text) == root / real
    assert inside(root.parent / "media" / ".." / "media", text) == root / real


@pytest.mark.parametrize(
    "text",
    [
        "../secret.mp4",
        "cam 1/../../secret.mp4",
        "cam 1/../in.mp4",
        "out.mp4",
        "up/secret.mp4",
        "up",
        "loop",
        "/etc/passwd",
        "//etc/passwd",
        "../media-other/b.mp4",
        "none.mp4",
        "in.mp4/x",
        "a\x00b",
        "a\nb",
        "x" * 5000,
    ],
)
def test_outside_is_as_if_it_were_not_there(root: Path, text: str) -> None:
    with pytest.raises(UsageError, match="there is no such file or folder"):
        inside(root, text)
    with pytest.raises(UsageError):
        inside(root, str(root / text))


def test_without_a_root_there_is_nothing(tmp_path: Path) -> None:
    for root in (None, tmp_path / "gone"):
        with pytest.raises(UsageError):
            inside(root, ".")


def test_names_are_shown_below_the_root(root: Path) -> None:
    assert shown_below(root, root / "cam 1" / "录像.mp4") == "cam 1/录像.mp4"
    assert shown_below(root, Path("/elsewhere/a.mp4")) == "a.mp4"
    assert shown_below(None, root / "in.mp4") == "in.mp4"
