"""A few seconds cut out of a recording or a stream: as pictures, or as they were coded."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import av
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from vision.errors import EvidenceError
from vision.sources.annexb import with_start_codes
from vision.sources.container import FootageFile
from vision.sources.decoding import Decoder, Picture
from vision.sources.timeline import MICROSECONDS, TimedPacket, Timeline
from vision.types import Frame

PLAYABLE = ("h264",)
"""What every browser plays as it is."""

_REORDER_US = MICROSECONDS
"""Packets so much later than the end may still hold pictures before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """How the pictures of a stream are coded.

    Attributes:
        codec: As FFmpeg calls it.
        extradata: Parameter sets, where the container carries them.
        size_px: Width and height as announced.
    """

    codec: str
    extradata: bytes | None
    size_px: tuple[int, int]
    timeline: Timeline

    @classmethod
    def like(cls, context: VideoCodecContext, timeline: Timeline) -> "Coded":
        """As in that context, which may be closed afterwards."""
        extradata = None if context.extradata is None else bytes(context.extradata)
        return cls(context.name, extradata, (context.width, context.height), timeline)

    def decoder(self) -> Decoder:
        """A decoder with one thread."""
        context = VideoCodecContext.create(self.codec, "r")
        assert isinstance(context, VideoCodecContext)
        context.extradata = self.extradata
        context.width, context.height = self.size_px
        context.thread_count = 1
        return Decoder(context, self.timeline)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Packets from a key packet on.

    Attributes:
        origin: Capture time of media time 0, UTC.
    """

    coded: Coded
    packets: tuple[TimedPacket, ...]
    origin: datetime

    def frames(self, camera_id: str, start: datetime, end: datetime, fps: float) -> Iterator[Frame]:
        """Pictures of the span, at most so many a second."""
        due_us, every_us = self._us(start), int(MICROSECONDS / fps)
        for picture in self._pictures():
            if due_us <= picture.at_us <= self._us(end):
                due_us = max(due_us + every_us, picture.at_us - every_us)
                at = self.origin + timedelta(microseconds=picture.at_us)
                yield Frame(camera_id, at, picture.image())

    def remuxed(self) -> bytes | None:
        """An mp4 of these very packets; None where a browser could not play them.

        Raises:
            EvidenceError: If it cannot be written.
        """
        if self.coded.codec not in PLAYABLE or any(p.packet.pts is None for p in self.packets):
            return None
        try:
            with tempfile.TemporaryDirectory(prefix="clip-") as folder:
                return self._remuxed(Path(folder) / "clip.mp4")
        except (FFmpegError, OSError) as error:
            raise EvidenceError(f"a clip could not be written: {error.strerror}") from error

    def _remuxed(self, path: Path) -> bytes:
        coded = self.coded
        with av.open(str(path), "w", options={"movflags": "+faststart"}) as output:
            stream: Stream = output.add_mux_stream(
                coded.codec, rate=25, width=coded.size_px[0], height=coded.size_px[1]
            )
            stream.time_base = coded.timeline.time_base
            for packet in _shifted(self.packets, coded):
                packet.stream = stream
                output.mux(packet)
        return path.read_bytes()

    def _pictures(self) -> Iterator[Picture]:
        decoder = self.coded.decoder()
        for packet in (*self.packets, None):
            yield from decoder.feed(packet)

    def _us(self, at: datetime) -> int:
        return (at - self.origin) // timedelta(microseconds=1)


def _shifted(packets: tuple[TimedPacket, ...], coded: Coded) -> Iterator["Packet[Stream]"]:
    """Copies of the packets, which others may still be decoding, with times from 0 on."""
    times = [one.packet.pts if one.packet.dts is None else one.packet.dts for one in packets]
    first = min(time for time in times if time is not None)
    last = -1
    for one, time in zip(packets, times, strict=True):
        data = with_start_codes(bytes(one.packet), coded.extradata, one.is_key)
        copy: Packet[Stream] = Packet(data)
        last = max(last + 1, (time or 0) - first)
        copy.dts = last
        copy.pts = max(last, (one.packet.pts or 0) - first)
        copy.time_base = coded.timeline.time_base
        copy.is_keyframe = one.is_key
        yield copy


def cut_file(path: Path, recorded_at: datetime, start: datetime, end: datetime) -> Cut | None:
    """A span of a footage file; None if the file has nothing of it.

    Args:
        path: The file.
        recorded_at: Capture time of its first picture, UTC.
        start: Of the span.
        end: Of the span.

    Raises:
        UnreadableSource: If there is no video in it.
    """
    start_us, end_us = ((at - recorded_at) // timedelta(microseconds=1) for at in (start, end))
    file = FootageFile(path)
    try:
        kept: list[TimedPacket] = []
        for packet in file.packets(start_us):
            if packet.at_us > end_us + _REORDER_US:
                break
            if packet.is_key and packet.at_us <= start_us:
                kept.clear()
            if kept or packet.is_key:
                kept.append(packet)
        coded = Coded.like(file.codec_context, file.timeline)
    finally:
        file.close()
    return Cut(coded, tuple(kept), recorded_at) if kept else None
