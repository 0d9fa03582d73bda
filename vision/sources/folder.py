"""A folder of pictures as a source of frames."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from vision.config import SamplingConfig
from vision.errors import UnreadableSource
from vision.sources.capture_time import time_in_name
from vision.sources.pictures import pictures_in, read_picture
from vision.types import Frame, require_utc


class FolderSource:
    """Pictures of one camera behind the :class:`vision.ports.FrameSource` port.

    Every picture is a base sample, except that ``fps`` sampling takes the first of each period.
    Pictures that cannot be decoded are passed over and named in :attr:`broken`.

    Args:
        folder: The folder.
        camera_id: The camera that took them.
        start: Capture time of the first picture, UTC; used where ``name_pattern`` is not given.
        rate_hz: Pictures per second; used where ``name_pattern`` is not given.
        sampling: What to sample.
        name_pattern: ``strptime`` pattern of the capture time in the file names.
        zone: Time zone of the times in the file names.
        after: Give only pictures later than this.

    Raises:
        UnreadableSource: If the folder holds no picture.
        CaptureTimeUnknown: If a name does not fit the pattern.
    """

    def __init__(
        self,
        folder: Path,
        camera_id: str,
        start: datetime | None,
        sampling: SamplingConfig,
        *,
        rate_hz: float = 1.0,
        name_pattern: str | None = None,
        zone: tzinfo | None = None,
        after: datetime | None = None,
    ) -> None:
        self._camera_id = camera_id
        self._fps = sampling.fps if sampling.mode == "fps" else None
        self._after = after
        paths = pictures_in(folder)
        if name_pattern is not None:
            times = [time_in_name(path, name_pattern, zone) for path in paths]
        elif start is not None:
            times = [start + timedelta(seconds=index / rate_hz) for index in range(len(paths))]
        else:
            raise ValueError("FolderSource needs start or name_pattern")
        require_utc(times[0], "FolderSource.start")
        self._pictures = sorted(zip(times, paths, strict=True), key=lambda item: item[0])
        self._period = timedelta(seconds=1 / rate_hz)
        self.broken: tuple[Path, ...] = ()

    def frames(self) -> Iterator[Frame]:
        """The pictures; see the port.

        Raises:
            UnreadableSource: If none of them can be decoded.
        """
        self.broken = ()
        given = False
        for at, path, duration_s in self._chosen():
            image = read_picture(path)
            if image is None:
                self.broken += (path,)
                continue
            given = True
            yield Frame(self._camera_id, at, image, duration_s, is_key=True)
        if self.broken and not given:
            raise UnreadableSource(f"{self.broken[0].parent}: none of its pictures can be decoded")

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Nothing: every picture is given as a base sample, or left out for good."""
        return iter(())

    def burst(self, wanted: bool) -> None:
        """No effect: there is nothing between the pictures."""

    def _chosen(self) -> Iterator[tuple[datetime, Path, float]]:
        times = [at for at, _ in self._pictures]
        ends = [*times[1:], times[-1] + self._period]
        cell, last = -1.0, self._after
        for (at, path), end in zip(self._pictures, ends, strict=True):
            reached = self._cell(at)
            due = reached > cell or at == times[-1]
            cell = max(cell, reached)
            if due and (last is None or at > last):
                last = at
                yield at, path, (end - at).total_seconds()

    def _cell(self, at: datetime) -> float:
        elapsed_s = (at - self._pictures[0][0]).total_seconds()
        return elapsed_s if self._fps is None else math.floor(elapsed_s * self._fps + 1e-6)
