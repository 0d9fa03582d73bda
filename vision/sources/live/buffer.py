"""Packets that wait for analysis: bounded, whole groups of pictures dropped when it lags."""

from collections import deque
from collections.abc import Iterator
from threading import Condition

from vision.sources.timeline import MICROSECONDS, TimedPacket


class PacketBuffer:
    """A queue between the thread that reads a camera and the one that analyses it.

    Args:
        longest_s: Most seconds of media time that may wait.
        most_bytes: Most bytes that may wait.
    """

    def __init__(self, longest_s: float, most_bytes: int) -> None:
        self._longest_us = int(longest_s * MICROSECONDS)
        self._most_bytes = most_bytes
        self._waiting: deque[TimedPacket] = deque()
        self._bytes = 0
        self._closed = False
        self._key_needed = False
        self._changed = Condition()
        self.dropped = 0

    def put(self, packet: TimedPacket) -> int:
        """Append a packet and return how many were dropped for it."""
        with self._changed:
            before = self.dropped
            if self._key_needed and not packet.is_key:
                self.dropped += 1
                return 1
            self._key_needed = False
            self._waiting.append(packet)
            self._bytes += packet.packet.size
            while self._is_over():
                self._drop_group()
            self._changed.notify_all()
            return self.dropped - before

    def close(self) -> None:
        """No packet follows; what waits is still given out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abandon(self) -> int:
        """Close, throw away what waits, and say how many packets that were."""
        with self._changed:
            waiting = len(self._waiting)
            self._waiting.clear()
            self._bytes = 0
        self.close()
        return waiting

    @property
    def waiting_s(self) -> float:
        """Seconds of media time between the oldest and the newest packet that wait."""
        with self._changed:
            return self._span_us() / MICROSECONDS

    def __iter__(self) -> Iterator[TimedPacket]:
        while (packet := self._get()) is not None:
            yield packet

    def _get(self) -> TimedPacket | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            packet = self._waiting.popleft()
            self._bytes -= packet.packet.size
            return packet

    def _span_us(self) -> int:
        return self._waiting[-1].at_us - self._waiting[0].at_us if self._waiting else 0

    def _is_over(self) -> bool:
        return self._span_us() > self._longest_us or self._bytes > self._most_bytes

    def _drop_group(self) -> None:
        """Drop up to the next key packet; without one, everything until a key packet comes."""
        self._drop_first()
        while self._waiting and not self._waiting[0].is_key:
            self._drop_first()
        self._key_needed = not self._waiting

    def _drop_first(self) -> None:
        self._bytes -= self._waiting.popleft().packet.size
        self.dropped += 1
