"""Which pictures of a coded stream are decoded and given out.

Every decision depends on the media time of packets and on what was asked, never on the clock of
the machine or on the delay of a decoder, so that a live stream, its recording, and a recording
audited in two parts are sampled alike.
"""

import math
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from vision.config import SamplingConfig
from vision.sources.decoding import Decoder, Picture, Run
from vision.sources.timeline import MICROSECONDS, TimedPacket

SLACK = Fraction(11, 10)
"""Cameras do not keep their key frame interval exactly; a tenth more is not a gap."""

DENSE = Fraction(45, 100)
"""Key frames closer than this share of the longest interval add cost and no knowledge (MJPEG)."""

MAX_PENDING_BYTES = 64 * 2**20
MAX_KEPT = 100
"""Most decoded pictures held for looking back: 300 MB at 1080p, ten times the default need."""


def samples_keys(sampling: SamplingConfig) -> bool:
    """Whether the base samples are key frames."""
    return sampling.mode == "keyframes" or (
        sampling.mode == "adaptive" and sampling.base == "keyframes"
    )


def dense_us(sampling: SamplingConfig) -> int:
    """Key frames that follow a sample within this time are passed over."""
    longest_us = Fraction(sampling.max_interval_s) * MICROSECONDS
    return int(longest_us * DENSE) if sampling.mode == "adaptive" else 0


class Grid:
    """Instants k / rate of media time."""

    def __init__(self, rate_hz: float) -> None:
        self._period_us = MICROSECONDS / Fraction(rate_hz).limit_denominator(10_000)

    def cell(self, at_us: int) -> int:
        """Number of the last instant at or before ``at_us``; -1 before the first."""
        return int(at_us // self._period_us)

    def next_us(self, after_us: int) -> Fraction:
        """The first instant later than ``after_us``."""
        return (self.cell(after_us) + 1) * self._period_us

    def last_us(self, until_us: Fraction) -> Fraction:
        """The last instant at or before ``until_us``."""
        return (until_us // self._period_us) * self._period_us


class KeyDecoder(Protocol):
    """Decodes key packets one by one."""

    def alone(self, packet: TimedPacket) -> Picture | None:
        """The picture of one key packet; None if it cannot be decoded alone."""
        ...


class Sampler:
    """Walks over the packets of one stream.

    Args:
        packets: In decoding order.
        key_decoder: Decodes key packets alone.
        run_decoder: Decodes on from a key packet; another codec context than the first.
        sampling: What to sample.
        after_us: Give only pictures later than this media time; -1 for all. The packets must then
            start at a key packet that is not later.
    """

    def __init__(
        self,
        packets: Iterator[TimedPacket],
        key_decoder: KeyDecoder,
        run_decoder: Decoder,
        sampling: SamplingConfig,
        after_us: int = -1,
    ) -> None:
        self._packets = packets
        self._unread: deque[TimedPacket] = deque()
        self._keys = key_decoder
        self._run = Run(run_decoder)
        self._adaptive = sampling.mode == "adaptive"
        self._by_keys = samples_keys(sampling)
        self._longest_us = Fraction(sampling.max_interval_s) * MICROSECONDS
        self._gap_us = int(self._longest_us * SLACK)
        self._dense_us = dense_us(sampling)
        self._rate = Grid(sampling.fps)
        self._burst_rate = Grid(sampling.burst_fps)
        self._bursting = False
        self._last_us = after_us
        self._kept: list[Picture] = []
        self._given_key: TimedPacket | None = None

    def burst(self, wanted: bool) -> None:
        """From the next picture on sample at the burst rate, or at the base rate."""
        self._bursting = wanted and self._adaptive

    def pictures(self) -> Iterator[Picture]:
        """The samples, ending with the last picture of the stream."""
        self._position()
        while (picture := self._next()) is not None:
            self._last_us = picture.at_us
            self._run.forget(picture.at_us)
            yield picture

    def is_last(self) -> bool:
        """Whether nothing follows the sample given last; may read and decode one picture ahead."""
        if self._given_key is None:
            return self._run.peek(self._read) is None
        if (packet := self._read()) is not None:
            self._unread.appendleft(packet)
        return packet is None

    def between(self, after_us: int, before_us: int) -> Iterator[Picture]:
        """Pictures on the burst grid strictly between the last two samples."""
        if not self._adaptive:
            return
        if self._given_key is not None and not self._kept:
            self._look_back(self._given_key, after_us)
        for picture in self._kept:
            if after_us < picture.at_us < before_us:
                yield picture

    def _next(self) -> Picture | None:
        self._kept = []
        if self._given_key is not None:
            self._run.restart([self._given_key])
            self._given_key = None
        if self._bursting:
            return self._run_to(self._burst_rate.next_us(self._last_us))
        if self._by_keys:
            return self._next_key()
        return self._next_at_rate()

    def _next_key(self) -> Picture | None:
        self._unread.extendleft(reversed(self._run.take_back()))
        while (packet := self._read()) is not None:
            if self._too_late(packet):
                self._unread.appendleft(packet)
                return self._run_to(self._within_longest(), self._last_us + self._gap_us)
            if self._wanted_key(packet) and (picture := self._keys.alone(packet)):
                self._given_key = packet
                return picture
            self._run.add(packet)
            if not self._adaptive and self._run.pending_bytes > MAX_PENDING_BYTES:
                self._run.catch_up()
        return self._run_to(math.inf)

    def _too_late(self, packet: TimedPacket) -> bool:
        """Whether waiting for a key frame would leave a gap that other pictures can fill."""
        late = self._adaptive and packet.at_us > self._last_us + self._gap_us
        return late and (not packet.is_key or self._run.latest_us > self._last_us)

    def _wanted_key(self, packet: TimedPacket) -> bool:
        closest_us = self._dense_us if self._last_us >= 0 else 0
        return packet.is_key and packet.at_us > self._last_us + closest_us

    def _within_longest(self) -> Fraction:
        """The last instant of the burst grid that leaves no gap longer than allowed."""
        if self._last_us < 0:
            return Fraction(0)
        latest_us = self._burst_rate.last_us(self._last_us + self._longest_us)
        return max(latest_us, self._burst_rate.next_us(self._last_us))

    def _next_at_rate(self) -> Picture | None:
        due_us = self._rate.next_us(self._last_us)
        if not self._adaptive:
            self._skip_groups(due_us)
        return self._run_to(due_us)

    def _skip_groups(self, due_us: Fraction) -> None:
        """Pass over groups of pictures that end before the next sample, undecoded."""
        while self._run.latest_us < due_us and (packet := self._read()) is not None:
            if packet.is_key and packet.at_us <= due_us:
                self._run.restart([packet])
            else:
                self._run.add(packet)

    def _run_to(self, due_us: Fraction | float, limit_us: float = math.inf) -> Picture | None:
        """Decode on to the first picture at or after ``due_us``.

        Where that one lies after ``limit_us``, or there is none, it is the last before it.
        """
        newest = None
        cell = self._burst_rate.cell(self._last_us)
        while (picture := self._run.peek(self._read)) is not None:
            if newest is not None and picture.at_us > limit_us:
                break
            self._run.drop()
            if picture.at_us <= self._last_us:
                continue
            newest = picture
            if picture.at_us >= due_us:
                break
            cell = self._keep(picture, cell)
        return newest

    def _keep(self, picture: Picture, cell: int) -> int:
        """Hold a picture for looking back if it is the first of its cell of the burst grid."""
        reached = self._burst_rate.cell(picture.at_us)
        if self._adaptive and reached > cell:
            self._kept.append(picture)
            del self._kept[:-MAX_KEPT]
        return max(cell, reached)

    def _look_back(self, key: TimedPacket, after_us: int) -> None:
        for packet in (key, *self._leading(key)):
            self._run.add(packet)
        cell = self._burst_rate.cell(after_us)
        while (picture := self._run.peek(lambda: None)) is not None:
            self._run.drop()
            if after_us < picture.at_us < key.at_us:
                cell = self._keep(picture, cell)

    def _leading(self, key: TimedPacket) -> list[TimedPacket]:
        """Packets after a key packet that are presented before it (open groups of pictures)."""
        leading: list[TimedPacket] = []
        while (packet := self._read()) is not None and packet.at_us < key.at_us:
            leading.append(packet)
        ahead = leading if packet is None else [*leading, packet]
        self._unread.extendleft(reversed(ahead))
        return leading

    def _position(self) -> None:
        """On resuming, go to the group of pictures that holds the sample given last."""
        while self._last_us >= 0 and (packet := self._read()) is not None:
            if packet.at_us > self._last_us:
                self._unread.appendleft(packet)
                return
            if packet.is_key:
                self._run.restart([packet])
            else:
                self._run.add(packet)

    def _read(self) -> TimedPacket | None:
        return self._unread.popleft() if self._unread else next(self._packets, None)
