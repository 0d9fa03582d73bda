"""From what the user typed to footage that is ready to be audited."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from vision.config import SiteConfig
from vision.errors import SourceError, UnreadableSource, UsageError
from vision.sources import FileSource, capture_start
from vision.sources.pictures import SUFFIXES as PICTURE_SUFFIXES
from vision.sources.pictures import pictures_in

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mkv", ".avi", ".mov", ".m4v", ".ts", ".m2ts", ".mts", ".flv", ".wmv"}
    | {".mpg", ".mpeg", ".webm", ".dav", ".h264", ".h265"}
)


@dataclass(frozen=True, slots=True)
class Input:
    """One piece of footage that is ready to be audited.

    Attributes:
        path: File or folder of pictures.
        camera_id: The camera that recorded it.
        start: Capture time of its first picture, UTC.
        duration_s: Length as its container declares it; 0 where unknown.
        name_pattern: ``strptime`` pattern of the capture times in the names of a folder's pictures.
    """

    path: Path
    camera_id: str
    start: datetime
    duration_s: float
    name_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """How the user said where and when footage was recorded; None where he did not."""

    camera: str | None = None
    start: datetime | None = None
    name_pattern: str | None = None


def expand(arguments: Sequence[str]) -> Iterator[Path]:
    """Files, folders and globs as single inputs, each once, in a stable order.

    A folder stands for the videos in it, or, if it has none, for itself as a folder of pictures.
    What does not exist is given as it is, to be reported with the others.
    """
    seen: set[Path] = set()
    for argument in arguments:
        for path in _matches(argument):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                yield path


def _matches(argument: str) -> Iterator[Path]:
    path = Path(argument)
    if not path.exists() and glob.has_magic(argument):
        found = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - absolute ones too
        if not found:
            raise UsageError(f"'{argument}' matches no file")
        for name in found:
            yield from _matches(name)
    elif path.is_dir():
        videos = sorted(item for item in path.iterdir() if item.suffix.lower() in VIDEO_SUFFIXES)
        yield from videos or [path]
    else:
        yield path


def prepare(path: Path, site: SiteConfig, given: Given) -> Input:
    """Find out which camera recorded it, and when.

    Raises:
        SourceError: If it cannot be read, or nothing says when it was recorded.
        UsageError: If nothing says which camera it was.
    """
    try:
        if not path.exists():
            raise UnreadableSource(f"{path}: there is no such file or folder")
        camera_id = camera_of(path, site, given.camera)
        first = pictures_in(path)[0] if path.is_dir() and given.name_pattern else path
        start = capture_start(first, site.zone, given.start, given.name_pattern)
        duration_s = _duration_s(path, camera_id, site, start)
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror}") from error
    return Input(path, camera_id, start, duration_s, given.name_pattern)


def camera_of(path: Path, site: SiteConfig, asked: str | None) -> str:
    """The camera asked for, else the site's only one, else the one whose ``files`` fits.

    Raises:
        SourceError: If no camera or more than one fits; says how to name it.
    """
    if asked is not None:
        return site.camera(asked).id
    if len(site.cameras) == 1:
        return site.cameras[0].id
    fitting = [camera.id for camera in site.cameras if camera.files and _fits(path, camera.files)]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(camera.id for camera in site.cameras)
    problem = (
        f"the 'files' of {' and '.join(fitting)} fit" if fitting else "no camera's 'files' fit"
    )
    raise SourceError(f"{path}: {problem}; give --camera with one of: {known}")


def _fits(path: Path, pattern: str) -> bool:
    return fnmatch(path.name, pattern) or fnmatch(str(path), pattern)


def _duration_s(path: Path, camera_id: str, site: SiteConfig, start: datetime) -> float:
    if path.is_dir():
        return float(sum(item.suffix.lower() in PICTURE_SUFFIXES for item in path.iterdir()))
    return FileSource(path, camera_id, start, site.camera(camera_id).sampling).duration_s
