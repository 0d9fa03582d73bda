"""A source of frames that were made beforehand."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from vision.types import Frame


class ListSource:
    """Gives the listed frames, behind the :class:`vision.ports.FrameSource` port.

    Args:
        frames: Base samples, in order of time.
        extra: Pictures in between: given by ``between``, and in bursts.
        error: Raised after the last frame.
    """

    def __init__(
        self,
        frames: Sequence[Frame],
        extra: Sequence[Frame] = (),
        error: Exception | None = None,
    ) -> None:
        self._base = {frame.at for frame in frames}
        self._all = sorted((*frames, *extra), key=lambda frame: frame.at)
        self._error = error
        self._bursting = False

    def frames(self) -> Iterator[Frame]:
        """Base samples, and the extra pictures while a burst is wanted; see the port."""
        for frame in self._all:
            if self._bursting or frame.at in self._base:
                yield frame
        if self._error is not None:
            raise self._error

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """The extra pictures strictly between two times."""
        extra = (frame for frame in self._all if frame.at not in self._base)
        return (frame for frame in extra if after < frame.at < before)

    def burst(self, wanted: bool) -> None:
        """Give the extra pictures too, from the next frame on."""
        self._bursting = wanted
