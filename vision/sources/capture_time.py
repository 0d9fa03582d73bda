"""When footage was recorded."""

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from vision.errors import CaptureTimeUnknown, UsageError
from vision.sources.container import open_container
from vision.sources.pictures import pictures_in

HINT = "give --start 2026-11-02T09:00:00+08:00 or --name-pattern cam-03_%Y%m%d_%H%M%S"

_FIELDS = {
    "Y": r"\d{4}", "m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "I": r"\d{2}", "M": r"\d{2}",
    "S": r"\d{2}", "f": r"\d{1,6}", "y": r"\d{2}", "j": r"\d{3}", "p": r"[AaPp][Mm]",
    "b": r"[A-Za-z]{3}", "z": r"[+-]\d{2}:?\d{2}|Z", "%": "%",
}  # fmt: skip
"""What each field looks like in a name; recorders write leading zeros."""


def parse_start(text: str, zone: tzinfo | None) -> datetime:
    """A time in ISO 8601, in UTC; without an offset it is in ``zone``, the site's.

    Raises:
        UsageError: If it is no such time.
    """
    try:
        return _utc(datetime.fromisoformat(text), zone)
    except ValueError:
        raise UsageError(
            f"--start: expected a time such as 2026-11-02T09:00:00+08:00, got '{text}'"
        ) from None


def time_in_name(path: Path, pattern: str, zone: tzinfo | None) -> datetime:
    """The time that a recorder put into a file name, in UTC.

    Args:
        path: The file; its folder and suffix do not count.
        pattern: ``strptime`` pattern; it may match any part of the name.
        zone: Time zone of names that carry none.

    Raises:
        CaptureTimeUnknown: If the name does not fit.
        UsageError: If the pattern is not one.
    """
    found = re.search(_expression(pattern), path.stem)
    try:
        if found is not None:
            return _utc(datetime.strptime(found[0], pattern), zone)  # noqa: DTZ007
    except ValueError:
        pass  # digits in the right places, but no date: the same answer
    raise CaptureTimeUnknown(
        f"{path}: the name does not fit --name-pattern '{pattern}'; "
        f"expected something like '{datetime(2026, 11, 2, 9, tzinfo=UTC).strftime(pattern)}'"
    )


def capture_start(
    path: Path, zone: tzinfo | None, start: datetime | None = None, name_pattern: str | None = None
) -> datetime:
    """Capture time of the first picture of a file or of a folder of pictures, in UTC.

    Args:
        path: The footage file, or the folder.
        zone: The site's time zone, for times that carry none.
        start: As the user gave it; wins over everything else.
        name_pattern: ``strptime`` pattern of the time in the file name; wins over the container.

    Raises:
        CaptureTimeUnknown: If nothing says when it was recorded.
        UnreadableSource: If the container has to be asked and cannot be opened.
    """
    if start is not None:
        return _utc(start, zone)
    if name_pattern is not None:
        named = pictures_in(path) if path.is_dir() else [path]
        return min(time_in_name(name, name_pattern, zone) for name in named)
    created = None if path.is_dir() else container_time(path)
    if created is None:
        raise CaptureTimeUnknown(f"{path}: nothing says when it was recorded; {HINT}")
    return created


def container_time(path: Path) -> datetime | None:
    """The container's creation time in UTC; None where it has none that can be meant.

    Raises:
        UnreadableSource: If it cannot be opened.
    """
    with open_container(path) as container:
        tags = [container.metadata, *(stream.metadata for stream in container.streams)]
    for text in (tag["creation_time"] for tag in tags if "creation_time" in tag):
        try:
            created = _utc(datetime.fromisoformat(text), UTC)
        except ValueError:
            continue
        if created.year > 1970:  # recorders without a clock write 1904 or 1970
            return created
    return None


def _utc(at: datetime, zone: tzinfo | None) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=zone or UTC)).astimezone(UTC)


def _expression(pattern: str) -> str:
    parts = re.split(r"%(.)", pattern)
    unknown = [f"%{field}" for field in parts[1::2] if field not in _FIELDS]
    if unknown or len(parts) == 1 or "%" in "".join(parts[0::2]):
        raise UsageError(
            f"--name-pattern: expected strptime fields such as %Y%m%d_%H%M%S, got '{pattern}'"
        )
    texts = [re.escape(text) for text in parts[0::2]]
    fields = [f"(?:{_FIELDS[field]})" for field in parts[1::2]]
    return "".join(a + b for a, b in zip(texts, [*fields, ""], strict=True))
