"""Footage files as a source of frames."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from vision.config import SamplingConfig
from vision.errors import DamagedSource, UnreadableSource
from vision.sources.container import FootageFile
from vision.sources.decoding import Decoder, Picture
from vision.sources.prefetch import ReadAhead
from vision.sources.sampler import Sampler, dense_us, samples_keys
from vision.sources.timeline import MICROSECONDS
from vision.types import Frame, require_utc

MISSING_TAIL_US = 1 * MICROSECONDS
"""Containers round their duration; less than this missing at the end is not damage."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What reading a file came to so far.

    Attributes:
        packets: Coded pictures read.
        decoded: Pictures decoded; a picture may be decoded twice to look back.
        repaired: Timestamps that were missing or did not advance.
        undecodable: Attempts to decode a packet that failed; one packet may be tried twice.
    """

    packets: int = 0
    decoded: int = 0
    repaired: int = 0
    undecodable: int = 0


class FileSource:
    """A footage file behind the :class:`vision.ports.FrameSource` port.

    Args:
        path: The file.
        camera_id: The camera that recorded it.
        start: Capture time of its first picture, UTC.
        sampling: What to sample.
        after: Capture time of the last frame given in an earlier run; only what an uninterrupted
            run would have given after it is given.
    """

    def __init__(
        self,
        path: Path,
        camera_id: str,
        start: datetime,
        sampling: SamplingConfig,
        *,
        after: datetime | None = None,
    ) -> None:
        require_utc(start, "FileSource.start")
        self._path = path
        self._camera_id = camera_id
        self._start = start
        self._sampling = sampling
        self._after_us = -1 if after is None else self._media_us(after)
        self._sampler: Sampler | None = None
        self._ahead: ReadAhead | None = None
        self._file: FootageFile | None = None
        self._decoders: tuple[Decoder, ...] = ()
        self._burst = False

    @property
    def stats(self) -> Stats:
        """A snapshot of the figures so far."""
        if self._file is None:
            return Stats()
        return Stats(
            packets=self._file.packets_read,
            decoded=sum(decoder.decoded for decoder in self._decoders),
            repaired=self._file.timeline.repaired,
            undecodable=sum(decoder.undecodable for decoder in self._decoders),
        )

    @property
    def duration_s(self) -> float:
        """Length of the video as its container declares it, in seconds; 0 where it does not.

        Raises:
            UnreadableSource: If there is no video in the file.
        """
        file = FootageFile(self._path)
        try:
            return file.declared_end_us / MICROSECONDS
        finally:
            file.close()

    def frames(self) -> Iterator[Frame]:
        """Base samples; see the port.

        Raises:
            UnreadableSource: If there is no picture to be had.
            DamagedSource: After the last good frame, if the rest cannot be read.
        """
        self._file = file = FootageFile(self._path)
        try:
            keys, onward = (Decoder(context, file.timeline) for context in file.contexts())
            self._decoders = keys, onward
            packets = file.packets(self._after_us)
            spacing_us = dense_us(self._sampling)
            with ReadAhead(packets, keys, self._after_us, spacing_us) as ahead:
                self._sampler = Sampler(iter(ahead), ahead, onward, self._sampling, self._after_us)
                self._ahead = ahead
                self.burst(self._burst)
                yield from self._given(file, self._sampler)
        finally:
            self._sampler = self._ahead = None
            file.close()

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Look back between the last two frames given; see the port."""
        if self._sampler is not None:
            span = self._media_us(after), self._media_us(before)
            for picture in self._sampler.between(*span):
                yield self._frame(picture, picture.duration_us)

    def burst(self, wanted: bool) -> None:
        """Sample at the burst rate from the next frame on; only adaptive sampling does."""
        self._burst = wanted
        if self._sampler is not None and self._ahead is not None:
            self._sampler.burst(wanted)
            self._ahead.burst(wanted or not samples_keys(self._sampling))

    def _given(self, file: FootageFile, sampler: Sampler) -> Iterator[Frame]:
        last_us = self._after_us
        for picture in sampler.pictures():
            last_us = picture.at_us
            stands_us = picture.duration_us
            if sampler.is_last() and not self._missing_us(file, last_us + stands_us):
                stands_us = max(stands_us, file.declared_end_us - last_us)
            yield self._frame(picture, stands_us)
        if last_us < 0:
            raise UnreadableSource(f"{self._path}: no picture could be decoded; {file.describe()}")
        if self._missing_us(file, last_us) or file.failure:
            raise DamagedSource(self._damage(file, last_us))

    def _missing_us(self, file: FootageFile, last_us: int) -> int:
        """How much of the file's declared or demuxed length lies after its last picture."""
        missing_us = max(file.declared_end_us, file.end_us) - last_us
        return missing_us if missing_us > MISSING_TAIL_US else 0

    def _damage(self, file: FootageFile, last_us: int) -> str:
        cause = file.failure or "the rest is missing or cannot be decoded"
        end_s = max(file.declared_end_us, file.end_us) / MICROSECONDS
        return (
            f"{self._path}: damaged after second {last_us / MICROSECONDS:.2f} of {end_s:.2f} "
            f"({cause}); everything before it was used"
        )

    def _frame(self, picture: Picture, stands_us: int) -> Frame:
        return Frame(
            camera_id=self._camera_id,
            at=self._start + timedelta(microseconds=picture.at_us),
            image=picture.image(),
            duration_s=stands_us / MICROSECONDS,
            is_key=picture.is_key,
        )

    def _media_us(self, at: datetime) -> int:
        return round((at - self._start) / timedelta(microseconds=1))
