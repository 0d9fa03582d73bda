"""The last seconds of a camera's packets, for clips of what has just happened."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from vision.sources.cut import Coded, Cut
from vision.sources.timeline import MICROSECONDS, TimedPacket


class PacketRing:
    """Keeps packets in whole groups of pictures, bounded in seconds and in bytes.

    One thread puts packets in, another one cuts.

    Args:
        longest_s: Most seconds of media time.
        most_bytes: Most bytes.
    """

    def __init__(self, longest_s: float, most_bytes: int) -> None:
        self._longest_us = int(longest_s * MICROSECONDS)
        self._most_bytes = most_bytes
        self._packets: deque[TimedPacket] = deque()
        self._bytes = 0
        self._coded: Coded | None = None
        self._at: Callable[[int], datetime] | None = None
        self._lock = Lock()

    def open(self, coded: Coded, at: Callable[[int], datetime]) -> None:
        """A new connection: what was kept of the one before is let go.

        Args:
            coded: How its pictures are coded.
            at: Media time to capture time.
        """
        with self._lock:
            self._packets.clear()
            self._bytes = 0
            self._coded, self._at = coded, at

    def put(self, packet: TimedPacket) -> None:
        """Keep a packet, and let go of what is too old or too much."""
        with self._lock:
            if not self._packets and not packet.is_key:
                return
            self._packets.append(packet)
            self._bytes += packet.packet.size
            while self._is_over():
                self._drop_group()

    def newest(self) -> datetime | None:
        """Capture time of the newest packet; None while there is none."""
        with self._lock:
            return self._at(self._packets[-1].at_us) if self._packets and self._at else None

    def cut(self, start: datetime, end: datetime) -> Cut | None:
        """What is kept of a span, from a key packet on; None if nothing is."""
        with self._lock:
            packets, coded, at = tuple(self._packets), self._coded, self._at
        if coded is None or at is None:
            return None
        # In the order of decoding: pictures before the end may refer to some behind it.
        last = max((n for n, one in enumerate(packets) if at(one.at_us) <= end), default=-1)
        inside = packets[: last + 1]
        keys = [n for n, packet in enumerate(inside) if packet.is_key]
        before = [n for n in keys if at(inside[n].at_us) <= start]
        first = before[-1] if before else next(iter(keys), None)
        if first is None or at(inside[-1].at_us) < start:
            return None
        return Cut(coded, tuple(inside[first:]), at(0))

    @property
    def bytes_kept(self) -> int:
        """Size of the packets kept."""
        return self._bytes

    def _is_over(self) -> bool:
        span_us = self._packets[-1].at_us - self._packets[0].at_us if self._packets else 0
        return span_us > self._longest_us or self._bytes > self._most_bytes

    def _drop_group(self) -> None:
        self._drop_first()
        while self._packets and not self._packets[0].is_key:
            self._drop_first()

    def _drop_first(self) -> None:
        self._bytes -= self._packets.popleft().packet.size
