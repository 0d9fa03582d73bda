"""What the service asks of a live run that it stands beside."""

from collections.abc import Mapping
from typing import Protocol

from vision.sources.live import Health
from vision.types import Frame


class Live(Protocol):
    """The cameras as they are watched now; :class:`vision.jobs.watch.Watch` is one."""

    def health(self) -> Mapping[str, Health]:
        """How every watched camera is doing."""
        ...

    def picture(self, camera_id: str, wait_s: float) -> Frame | None:
        """The next picture of a watched camera; None if none comes in time."""
        ...

    def reload(self) -> None:
        """Read the site file anew soon."""
        ...
