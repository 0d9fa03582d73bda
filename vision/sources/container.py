"""Opening footage files, and reading their packets with media times."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from vision.errors import UnreadableSource
from vision.sources.timeline import MICROSECONDS, TimedPacket, Timeline

FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,dhav,h264,hevc,m4v,mjpeg,mpegvideo,mxf,nut,"
    "ogg,obu,ivf,gif,rm,wtv,yuv4mpegpipe,live_flv,av1,3gp"
)
"""What footage comes in. Playlists are not among it: they could name other files and hosts."""

OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
DEFAULT_PERIOD_S = Fraction(1, 25)
SEEK_MARGIN_S = 2
"""Containers seek by decoding time, which runs ahead of presentation by a few frames."""


def open_container(path: Path) -> InputContainer:
    """Open a footage file.

    Raises:
        UnreadableSource: If it is missing, empty, or not a video file.
    """
    if not path.is_file():
        raise UnreadableSource(f"{path}: there is no such file; expected a video file")
    if path.stat().st_size == 0:
        raise UnreadableSource(f"{path}: the file is empty (0 bytes); expected a video file")
    try:
        return av.open(f"file:{path}", "r", options=OPTIONS, metadata_errors="replace")
    except FFmpegError as error:
        raise UnreadableSource(
            f"{path}: expected a video file (mp4, mkv, avi, ts, ...): {_cause(path, error)}"
        ) from error


def _cause(path: Path, error: FFmpegError) -> str:
    with path.open("rb") as file:
        is_mp4 = file.read(8)[4:] == b"ftyp"
    return (
        "an mp4 without its index, cut off while it was written" if is_mp4 else str(error.strerror)
    )


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The main video stream; cover pictures do not count.

    Raises:
        UnreadableSource: If there is none, or its codec is unknown.
    """
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not streams:
        found = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        raise UnreadableSource(f"{path}: expected a video stream, found {found} only")
    stream = streams[0]
    if stream.codec_context is None:
        raise UnreadableSource(f"{path}: the video is in a codec that is not known here")
    return stream


def frame_period_s(stream: VideoStream) -> Fraction:
    """Nominal duration of a frame in seconds, 1/25 where the file does not say."""
    rate = stream.guessed_rate or stream.average_rate or stream.base_rate
    return 1 / rate if rate else DEFAULT_PERIOD_S


class FootageFile:
    """An open footage file: its packets in decoding order, with media times.

    Attributes:
        timeline: Gives and repairs the times.
        packets_read: Packets seen so far.
        end_us: End of the last packet seen, in microseconds of media time.

    Raises:
        UnreadableSource: If there is no video in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._container = open_container(path)
        self._spare: InputContainer | None = None
        try:
            self._stream = video_stream(self._container, path)
        except UnreadableSource:
            self.close()
            raise
        self.timeline = Timeline(
            self._stream.time_base or Fraction(1, MICROSECONDS),
            frame_period_s(self._stream),
            presentation_known=not self._is_avi,
        )
        self.packets_read = 0
        self.end_us = 0
        self.failure: str | None = None

    @property
    def _is_avi(self) -> bool:
        return self._container.format.name == "avi"

    def close(self) -> None:
        """Release the file."""
        for container in (self._container, self._spare):
            if container is not None:
                container.close()

    def describe(self) -> str:
        """What was found in the file, for an error message."""
        codec = self._stream.codec_context.name
        return f"found {self.packets_read} packets of {codec} video"

    @property
    def codec_context(self) -> VideoCodecContext:
        """How its pictures are coded."""
        return self._stream.codec_context

    def contexts(self) -> tuple[VideoCodecContext, VideoCodecContext]:
        """Two codec contexts: one for key pictures alone, one to decode on."""
        self._spare = open_container(self.path)
        alone = video_stream(self._spare, self.path).codec_context
        onward = self._stream.codec_context
        onward.thread_type, onward.thread_count = "FRAME", 2
        alone.thread_type, alone.thread_count = "SLICE", 2
        return alone, onward

    @property
    def declared_end_us(self) -> int:
        """Where the container says that the video ends; 0 where it does not."""
        if self._is_avi:  # its duration is guessed from the file's size, its header counts frames
            return self._stream.frames * self.timeline.period_us
        if self._stream.duration and self._stream.time_base:
            return round(self._stream.duration * self._stream.time_base * MICROSECONDS)
        only_stream = len(self._container.streams) == 1
        return (self._container.duration or 0) if only_stream else 0

    def packets(self, after_us: int = -1) -> Iterator[TimedPacket]:
        """All packets, or those from a key packet at or before ``after_us`` on.

        Where the container's index vouches for the timestamps the file is searched; else it is
        read from its beginning, because a repaired timestamp depends on all before it.
        """
        if after_us > SEEK_MARGIN_S * MICROSECONDS and self._index_is_sound():
            yield from self._searched(after_us)
        else:
            yield from self._demux()

    def _searched(self, after_us: int) -> Iterator[TimedPacket]:
        first = next(self._demux(), None)
        if first is None:
            return
        margin_us = after_us - SEEK_MARGIN_S * MICROSECONDS
        ticks = int(margin_us / (self.timeline.time_base * MICROSECONDS))
        self._container.seek(self.timeline.origin_ticks + ticks, stream=self._stream)
        self.timeline.resume()
        yield from self._demux()

    def _index_is_sound(self) -> bool:
        entries = self._stream.index_entries
        if not 0 < self._stream.frames == len(entries):
            return False
        stamps = [entry.timestamp for entry in entries]
        return all(one < other for one, other in pairwise(stamps))

    def _demux(self) -> Iterator[TimedPacket]:
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield self._timed(packet)
        except FFmpegError as error:
            self.failure = error.strerror or type(error).__name__

    def _timed(self, packet: "Packet[VideoStream]") -> TimedPacket:
        timed = self.timeline.place(packet)
        self.packets_read += 1
        self.end_us = max(self.end_us, timed.at_us + self.timeline.period_us)
        return timed
