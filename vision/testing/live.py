"""A live run of which only the cameras can be asked."""

from collections.abc import Mapping

from vision.sources.live import Health
from vision.types import Frame


class StillCamera:
    """Gives one picture, or none.

    Args:
        health: Of every watched camera.
        frame: What each shows.
    """

    def __init__(self, health: Mapping[str, Health], frame: Frame | None) -> None:
        self._health = health
        self._frame = frame
        self.reloads = 0

    def health(self) -> Mapping[str, Health]:
        """How every watched camera is doing."""
        return self._health

    def picture(self, camera_id: str, wait_s: float) -> Frame | None:
        """The picture, at once."""
        return self._frame

    def reload(self) -> None:
        """Count that the site file was to be read anew."""
        self.reloads += 1
