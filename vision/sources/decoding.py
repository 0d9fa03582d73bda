"""Coded packets to pictures, and pictures to BGR."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from vision.sources.timeline import TimedPacket, Timeline
from vision.types import Image


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture that is not converted yet.

    Attributes:
        frame: As decoded.
        at_us: Media time in microseconds.
        duration_us: How long it stands, in microseconds.
        is_key: Whether it could be decoded alone.
    """

    frame: VideoFrame
    at_us: int
    duration_us: int
    is_key: bool

    def image(self) -> Image:
        """(H, W, 3) uint8 BGR, turned upright as the container's display matrix asks."""
        image: Image = np.asarray(self.frame.to_ndarray(format="bgr24"), np.uint8)
        quarter_turns = round(self.frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image


class Decoder:
    """A codec context that counts what it cannot decode instead of failing on it.

    A picture in which the decoder had to make parts up is not given: it would be judged.

    Pictures whose packets carry no presentation time take the packets' times in order: a decoder
    puts pictures in order of presentation, and it gives one for each packet.
    """

    def __init__(self, context: VideoCodecContext, timeline: Timeline) -> None:
        self._context = context
        self._timeline = timeline
        self._untimed_us: deque[int] = deque()
        self._last_us = -timeline.period_us
        self.decoded = 0
        self.undecodable = 0

    def feed(self, packet: TimedPacket | None) -> list[Picture]:
        """The pictures that come out after this packet; None empties the decoder."""
        try:
            frames = self._context.decode(packet.packet if packet else None)
        except FFmpegError:
            self.undecodable += packet is not None
            return []
        if packet is not None and packet.packet.pts is None:
            self._untimed_us.append(packet.at_us)
        pictures = [self._picture(frame) for frame in frames]
        sound = [picture for picture in pictures if not picture.frame.is_corrupt]
        self.decoded += len(sound)
        self.undecodable += len(pictures) - len(sound)
        return sound

    def restart(self) -> None:
        """Forget everything fed so far; the next packet must be a key packet."""
        self._context.flush_buffers()
        self._untimed_us.clear()

    def alone(self, packet: TimedPacket) -> Picture | None:
        """The picture of one key packet; None if it cannot be decoded alone."""
        pictures = self.feed(packet) + self.feed(None)
        self.restart()
        return pictures[0] if pictures else None

    def _picture(self, frame: VideoFrame) -> Picture:
        timeline = self._timeline
        if frame.pts is None and self._untimed_us:
            at_us = self._last_us = self._untimed_us.popleft()
        elif frame.pts is None:
            at_us = self._last_us = self._last_us + timeline.period_us
        else:
            at_us = self._last_us = timeline.at_us(frame.pts)
        duration_ticks = frame.duration or timeline.period_ticks
        duration_us = timeline.at_us(timeline.origin_ticks + duration_ticks)
        return Picture(frame, at_us, duration_us, frame.key_frame)


class Run:
    """Decodes on from packet to packet and gives pictures in order of presentation.

    Packets may be added long before they are decoded, so that a group of pictures nobody asks for
    costs nothing.

    Attributes:
        latest_us: Media time of the latest picture added since the restart; -1 for none.
        pending_bytes: Size of the packets that were added and not decoded.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._pending: deque[TimedPacket] = deque()
        self._ready: deque[Picture] = deque()
        self._in_flight: deque[TimedPacket] = deque()
        self._newest = -1
        self._drained = False
        self.latest_us = -1
        self.pending_bytes = 0

    def restart(self, packets: Iterable[TimedPacket] = ()) -> None:
        """Drop everything and go on from these packets, of which the first is a key packet."""
        self._decoder.restart()
        self._drained = False
        self._newest = -1
        self.latest_us = -1
        self.pending_bytes = 0
        for queue in (self._pending, self._ready, self._in_flight):
            queue.clear()
        for packet in packets:
            self.add(packet)

    def add(self, packet: TimedPacket) -> None:
        """Append a packet; one that was added before is ignored."""
        if packet.index > self._newest:
            self._newest = packet.index
            self.latest_us = max(self.latest_us, packet.at_us)
            self._pending.append(packet)
            self.pending_bytes += packet.packet.size

    def peek(self, read: Callable[[], TimedPacket | None]) -> Picture | None:
        """The next picture, reading packets as needed; None at the end of them."""
        while not self._ready and not self._drained:
            while not self._pending and (packet := read()) is not None:
                self.add(packet)
            self._decode_one()
        return self._ready[0] if self._ready else None

    def drop(self) -> None:
        """Go past the next picture."""
        self._ready.popleft()

    def catch_up(self) -> None:
        """Decode what is pending and keep the newest picture only."""
        while self._pending:
            self._decode_one()
            while len(self._ready) > 1:
                self._ready.popleft()
        self._in_flight.clear()

    def take_back(self) -> list[TimedPacket]:
        """The packets added whose pictures may not have come out, for looking at them again."""
        return [*self._in_flight, *self._pending] if self._in_flight else []

    def forget(self, until_us: int) -> None:
        """Let go of the first fed packets, up to one that is later than ``until_us``."""
        while self._in_flight and self._in_flight[0].at_us <= until_us:
            self._in_flight.popleft()

    def _decode_one(self) -> None:
        packet = self._pending.popleft() if self._pending else None
        self._drained = packet is None
        if packet is not None:
            self.pending_bytes -= packet.packet.size
            self._in_flight.append(packet)
        self._ready.extend(self._decoder.feed(packet))
