"""One connection to a camera."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from vision.sources.container import frame_period_s
from vision.sources.cut import Coded
from vision.sources.decoding import Decoder
from vision.sources.live.address import Address
from vision.sources.live.buffer import PacketBuffer
from vision.sources.live.clock import CaptureClock
from vision.sources.live.greeting import greeted
from vision.sources.live.health import LivePolicy, Reason, Refusal
from vision.sources.live.playlist import SameHost
from vision.sources.timeline import MICROSECONDS, TimedPacket, Timeline

_REFERENCE = struct.Struct("=q")
"""How FFmpeg's ``AVProducerReferenceTime`` begins: microseconds since 1970."""

_LATEST_US = 4_102_444_800 * MICROSECONDS


class Session:
    """An open connection: a thread reads it into ``buffer``, another one takes from there.

    Args:
        address: Where the camera is.
        policy: Timeouts and bounds.
        now: The wall clock, UTC.

    Raises:
        av.error.FFmpegError: If no connection came about.
        Refusal: If no connection came about, or there is no video in it.
    """

    def __init__(self, address: Address, policy: LivePolicy, now: Callable[[], datetime]) -> None:
        self._address = address
        self._policy = policy
        self._now = now
        self.buffer = PacketBuffer(policy.buffer_s, policy.buffer_bytes)
        self.clock = CaptureClock()
        self._container = self._open()
        try:
            self._stream = self._video()
        except Refusal:
            self.close()
            raise
        self.timeline = Timeline(
            self._stream.time_base or Fraction(1, MICROSECONDS), frame_period_s(self._stream)
        )

    def close(self) -> None:
        """End the connection; what waits in the buffer is still given out."""
        self.buffer.close()
        self._container.close()

    def decoders(self) -> tuple[Decoder, Decoder]:
        """Two decoders: for key pictures alone, and to decode on."""
        template = self._stream.codec_context
        return Decoder(_like(template), self.timeline), Decoder(_like(template), self.timeline)

    @property
    def coded(self) -> Coded:
        """How its pictures are coded."""
        return Coded.like(self._stream.codec_context, self.timeline)

    def packets(self) -> Iterator[TimedPacket]:
        """Packets as they come, each heard by the clock and put into the buffer.

        Raises:
            av.error.FFmpegError: If the connection breaks or stalls.
        Refusal: If a part of a playlist is not given.
        """
        for packet in self._endless():
            timed = self.timeline.place(packet)
            self.clock.hear(self._now(), timed.at_us, told_time(packet))
            yield timed

    def _open(self) -> InputContainer:
        address, policy = self._address, self._policy
        parts = SameHost(address.url, policy.stall_s) if address.is_playlist else None
        try:
            with greeted(address.url, policy.open_timeout_s) if address.is_rtsp else nullcontext():
                return self._connect(parts)
        except FFmpegError:
            if parts is not None and parts.refusal is not None:
                raise parts.refusal from None
            raise

    def _connect(self, parts: SameHost | None) -> InputContainer:
        address, policy = self._address, self._policy
        return av.open(
            address.url,
            "r",
            options=dict(address.options),
            timeout=(policy.open_timeout_s, policy.stall_s),
            io_open=parts,
        )

    def _video(self) -> VideoStream:
        if not self._container.streams.video:
            raise Refusal(Reason.NO_VIDEO)
        stream = self._container.streams.video[0]
        if stream.codec_context is None:
            raise Refusal(Reason.NO_VIDEO)
        return stream

    def _endless(self) -> Iterator["Packet[VideoStream]"]:
        """A stream's packets; a file's over and over, at the pace of their timestamps."""
        if self._address.path is None:
            yield from self._demux()
            return
        while True:
            started_s = time.monotonic()
            first_s: float | None = None
            for packet in self._demux():
                stamp = packet.pts if packet.dts is None else packet.dts
                media_s = float((stamp or 0) * self.timeline.time_base)
                first_s = media_s if first_s is None else first_s
                time.sleep(max(0.0, media_s - first_s - (time.monotonic() - started_s)))
                yield packet
            self._container.seek(0)

    def _demux(self) -> Iterator["Packet[VideoStream]"]:
        return (packet for packet in self._container.demux(self._stream) if packet.size)


def told_time(packet: "Packet[VideoStream]") -> datetime | None:
    """Capture time that the camera tells, UTC; FFmpeg works it out of RTCP sender reports."""
    if not packet.has_sidedata("prft"):
        return None
    reference = bytes(packet.get_sidedata("prft"))
    if len(reference) < _REFERENCE.size:
        return None
    (microseconds,) = _REFERENCE.unpack_from(reference)
    if not 0 < microseconds < _LATEST_US:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _like(template: VideoCodecContext) -> VideoCodecContext:
    """A fresh context for the same coded stream; one thread, for a camera is one of many."""
    context = VideoCodecContext.create(template.codec, "r")
    if not isinstance(context, VideoCodecContext):
        raise Refusal(Reason.NO_VIDEO)
    context.extradata = template.extradata
    context.width, context.height = template.width, template.height
    context.thread_count = 1
    return context
