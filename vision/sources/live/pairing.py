"""The pictures of two streams of one camera, as one sequence. Pure: media time decides.

The main stream gives its key pictures. The sub-stream gives many small ones, which are held back
for a moment, since a key picture that was taken earlier may still be on its way. They are given
out in bursts, and where key pictures leave a longer gap than allowed; all others are kept for
looking back until the next picture was given.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from vision.types import Frame

WAIT = timedelta(seconds=0.5)
"""How much of the sub-stream must have come after one of its pictures before that is given."""

SLACK = 1.1
"""Cameras do not keep their key frame interval exactly; a tenth more is not a gap."""

DENSE = 0.45
"""Key pictures closer than this share of the longest interval add cost and no knowledge (MJPEG)."""

SAME_SHAPE = 0.02
"""Most relative difference of two aspect ratios: the posts have to fit both pictures."""

MOST_BYTES = 32 * 2**20
"""Of small pictures that are kept; 640 x 360 five times a second are 3.5 MB a second."""


class Pairing:
    """Orders the pictures of both streams.

    Args:
        longest_s: Longest gap between two pictures that are given, while there are any.

    Attributes:
        fits: Whether the last picture of the sub-stream had the shape of the main stream's.
        overtaken: Key pictures that came too late to be given.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest = timedelta(seconds=longest_s)
        self._gap = self._longest * SLACK
        self._main: Frame | None = None
        self._size_px: tuple[int, int] | None = None
        self._subs: deque[Frame] = deque()
        self._bytes = 0
        self._main_at: datetime | None = None
        self._last: datetime | None = None
        self._before: datetime | None = None
        self._bursting = False
        self._gives_way = False
        self.fits = True
        self.overtaken = 0

    @property
    def takes_main(self) -> bool:
        """Whether there is room for a key picture."""
        return self._main is None

    def burst(self, wanted: bool) -> None:
        """Give every picture of the sub-stream, or only where key pictures are missing."""
        self._bursting = wanted

    def put_main(self, frame: Frame) -> None:
        """A key picture came."""
        self._size_px = frame.size_px
        closest = self._longest * DENSE
        if self._main_at is None or frame.at - self._main_at >= closest:
            self._main = frame

    def put_sub(self, frame: Frame) -> None:
        """A small picture came; it is of no use before the shape of the main stream is known."""
        if self._size_px is None:
            return
        self.fits = same_shape(self._size_px, frame.size_px)
        if not self.fits or (self._subs and frame.at <= self._subs[-1].at):
            return
        self._subs.append(replace(frame, is_sub=True, is_key=False))
        self._bytes += frame.image.nbytes
        while self._bytes > MOST_BYTES:
            self._drop()

    def next(self) -> Frame | None:
        """The next picture that can be given, if there is one."""
        found = self._due_sub()
        if found is not None:
            return self._given(found)
        frame, self._main = self._main, None
        if frame is None:
            return None
        if self._last is not None and frame.at <= self._last:
            self.overtaken += 1
            self._gives_way = True
            return None
        self._main_at, self._gives_way = frame.at, False
        return self._given(frame)

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Small pictures strictly between the last two that were given."""
        return iter([one for one in self._subs if after < one.at < before])

    def _due_sub(self) -> Frame | None:
        """A small picture before which no key picture can be expected any more."""
        if not self._subs:
            return None
        settled = self._subs[-1].at - WAIT
        if self._main is not None:
            settled = max(settled, self._main.at)
        last = self._last or self._subs[0].at
        due = [one for one in self._subs if last < one.at <= settled and self._is_early(one)]
        if not due:
            return None
        if self._bursting and not self._gives_way:
            return due[0]
        if settled - last <= self._gap:
            return None
        within = [one for one in due if one.at <= last + self._longest]
        return within[-1] if within else due[0]

    def _is_early(self, frame: Frame) -> bool:
        """Whether it was taken before the key picture that waits, if one does."""
        return self._main is None or frame.at < self._main.at

    def _given(self, frame: Frame) -> Frame:
        self._before, self._last = self._last, frame.at
        while self._subs and self._before is not None and self._subs[0].at <= self._before:
            self._drop()
        return frame

    def _drop(self) -> None:
        self._bytes -= self._subs.popleft().image.nbytes


def same_shape(one_px: tuple[int, int], other_px: tuple[int, int]) -> bool:
    """Whether two pictures have the same aspect ratio, so that normalised posts fit both."""
    ratios = one_px[0] / one_px[1], other_px[0] / other_px[1]
    return abs(ratios[0] - ratios[1]) <= SAME_SHAPE * max(ratios)
