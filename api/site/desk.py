"""The site that the service goes by: it follows the file, whoever changes it."""

import os
import time
from pathlib import Path
from threading import Lock

from vision.config import SiteConfig, load_site
from vision.errors import ConfigError

LOOK_EVERY_S = 1.0
Mark = tuple[int, int, int]


class SiteDesk:
    """Holds the configured site, and takes on a changed file; a wrong one changes nothing.

    Args:
        site: The site as it was at the start; None where the service runs on a database alone.
        file: Where it stands; None where it cannot change.
    """

    def __init__(self, site: SiteConfig | None, file: Path | None = None) -> None:
        self.file = file if site is not None else None
        self._site = site
        self._lock = Lock()
        self._mark = _mark(self.file)
        self._looked_s = time.monotonic()

    @property
    def site(self) -> SiteConfig | None:
        """The site as its file has it now, or had it when it was last right."""
        if self.file is not None and time.monotonic() - self._looked_s >= LOOK_EVERY_S:
            self.look()
        return self._site

    def look(self) -> None:
        """Take on the file if it has changed."""
        with self._lock:
            self._looked_s = time.monotonic()
            mark = _mark(self.file)
            if self.file is None or mark is None or mark == self._mark:
                return
            self._mark = mark
            try:
                self._site = load_site(self.file)
            except ConfigError:
                return  # as a live run does; the file is told of by whoever wrote it


def _mark(file: Path | None) -> Mark | None:
    """What changes whenever the file does; None while it is not there."""
    try:
        found = os.stat(file) if file else None  # noqa: PTH116 - one call, on every request
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None
