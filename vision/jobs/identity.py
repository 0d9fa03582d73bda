"""Names that the same footage always gets again, so that a repeated run repeats nothing."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ulid import ULID

_EDGE_BYTES = 1 << 20


def footage_key(path: Path, camera_id: str, start: datetime) -> str:
    """Identify footage by its content, camera and capture time, whatever it is called.

    A file is known by its size and its first and last MiB, which hold the container's tables; a
    folder by the names and sizes of what is in it.
    """
    digest = hashlib.sha256(f"{camera_id}|{start.isoformat()}|".encode())
    if path.is_dir():
        for item in sorted(path.iterdir()):
            digest.update(f"{item.name}|{item.stat().st_size}|".encode())
        return digest.hexdigest()
    size = path.stat().st_size
    digest.update(f"{size}|".encode())
    with path.open("rb") as file:
        digest.update(file.read(_EDGE_BYTES))
        file.seek(max(0, size - _EDGE_BYTES))
        digest.update(file.read(_EDGE_BYTES))
    return digest.hexdigest()


def run_key(footage: str, parts: Iterable[str]) -> str:
    """Identify one analysis of footage: by configuration, models and version as well."""
    return hashlib.sha256("|".join((footage, *parts)).encode()).hexdigest()[:26]


def event_id(origin: str, window_id: str, rule_id: str, started: datetime, at: datetime) -> str:
    """ULID whose time is ``at`` (confirmation) and whose other 80 bits say what the event is.

    Args:
        origin: Footage key, or ``live`` and the camera.
        window_id: The window.
        rule_id: The rule.
        started: Onset of the condition.
        at: When it was confirmed.
    """
    text = f"{origin}|{window_id}|{rule_id}|{started.isoformat()}|{at.isoformat()}"
    millis = int(at.timestamp() * 1000).to_bytes(6, "big")
    return str(ULID.from_bytes(millis + hashlib.sha256(text.encode()).digest()[:10]))
