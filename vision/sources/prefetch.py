"""Reading and decoding ahead, so that it overlaps with the analysis."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Lock
from types import TracebackType
from typing import Self

from vision.sources.decoding import Picture
from vision.sources.sampler import KeyDecoder
from vision.sources.timeline import TimedPacket

PICTURES_AHEAD = 2
BYTES_AHEAD = 8 * 2**20


class ReadAhead:
    """Reads packets, and decodes key pictures, before they are asked for.

    The picture of a key packet depends on that packet alone. So it makes no difference to what is
    sampled who decodes it and when; a picture that is not asked for is thrown away.

    Args:
        packets: In decoding order; read by a thread of its own from ``__enter__`` on.
        keys: Decodes key packets alone.
        after_us: Key packets up to this media time will not be asked for.
        spacing_us: Nor will those that follow one within this time.
    """

    def __init__(
        self, packets: Iterator[TimedPacket], keys: KeyDecoder, after_us: int, spacing_us: int
    ) -> None:
        self._packets = packets
        self._keys = keys
        self._decoding = Lock()
        self._next_us = after_us + 1
        self._spacing_us = spacing_us
        self._changed = Condition()
        self._waiting: deque[TimedPacket] = deque()
        self._bytes = 0
        self._pictures: dict[int, Picture | None] = {}
        self._idle = False
        self._ended = False
        self._threads = ThreadPoolExecutor(1, "read-ahead")
        self._reading: Future[None] | None = None

    def __enter__(self) -> Self:
        self._reading = self._threads.submit(self._read)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._threads.shutdown()

    def __iter__(self) -> Iterator[TimedPacket]:
        while (packet := self._take()) is not None:
            yield packet
        if self._reading is not None:
            self._reading.result()

    def burst(self, wanted: bool) -> None:
        """In a burst key pictures are not asked for, and not decoded ahead."""
        self._idle = wanted

    def alone(self, packet: TimedPacket) -> Picture | None:
        """The picture of a key packet; None if it cannot be decoded alone."""
        with self._changed:
            if packet.index in self._pictures:
                return self._pictures[packet.index]
        return self._decoded(packet)

    def _take(self) -> TimedPacket | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._waiting:
                return None
            packet = self._waiting.popleft()
            self._bytes -= packet.packet.size
            if packet.is_key:
                self._forget(packet.index)
            self._changed.notify_all()
            return packet

    def _forget(self, before_index: int) -> None:
        for index in [index for index in self._pictures if index < before_index]:
            del self._pictures[index]

    def _read(self) -> None:
        try:
            for packet in self._packets:
                ahead = {packet.index: self._decoded(packet)} if self._is_wanted(packet) else {}
                if not self._put(packet, ahead):
                    return
        finally:
            self._end()

    def _is_wanted(self, packet: TimedPacket) -> bool:
        if self._idle or not packet.is_key or packet.at_us < self._next_us:
            return False
        self._next_us = packet.at_us + self._spacing_us
        return True

    def _decoded(self, packet: TimedPacket) -> Picture | None:
        with self._decoding:
            return self._keys.alone(packet)

    def _put(self, packet: TimedPacket, ahead: dict[int, Picture | None]) -> bool:
        """Append, once there is room; False if nobody takes any more."""
        with self._changed:
            self._changed.wait_for(self._has_room)
            self._waiting.append(packet)
            self._bytes += packet.packet.size
            self._pictures |= ahead
            self._changed.notify_all()
            return not self._ended

    def _has_room(self) -> bool:
        full = len(self._pictures) > PICTURES_AHEAD or self._bytes >= BYTES_AHEAD
        return self._ended or not full

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
