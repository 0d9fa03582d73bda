"""Paths that come from outside, kept inside a folder."""

from pathlib import Path, PurePosixPath

from vision.errors import UsageError

_NOWHERE = "there is no such file or folder in the media folder"


def inside(root: Path | None, text: str) -> Path:
    """The file or folder of that name in a root.

    Links are followed and must stay inside too. Whether something exists outside is not told.

    Args:
        root: The folder; None where there is none, which holds nothing.
        text: Relative, with ``/`` between its parts.

    Raises:
        UsageError: If there is none.
    """
    parts = PurePosixPath(text).parts
    if root is None or not text.isprintable() or ".." in parts or PurePosixPath(text).is_absolute():
        raise UsageError(_NOWHERE)
    try:
        found = (root / text).resolve(strict=True)
        home = root.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise UsageError(_NOWHERE) from None
    if not found.is_relative_to(home):
        raise UsageError(_NOWHERE)
    return found


def shown_below(root: Path | None, path: Path) -> str:
    """The path as somebody outside may see it: relative to the root, or its name alone."""
    if root is None:
        return path.name
    for folder in (root, root.resolve()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name
