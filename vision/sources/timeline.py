"""Media time of packets: presentation timestamps, repaired where a recorder wrote them badly."""

from dataclasses import dataclass
from fractions import Fraction

from av.packet import Packet
from av.video.stream import VideoStream

MICROSECONDS = 1_000_000
MAX_GAP_S = 86_400
"""A longer step forward is taken for a broken timestamp, not for a pause of the recording."""


@dataclass(frozen=True, slots=True)
class TimedPacket:
    """One coded picture with its media time.

    Attributes:
        packet: As demuxed; its ``pts`` holds the repaired timestamp, None where it was made up.
        at_us: Presentation time since the stream's first picture, in microseconds.
        is_key: Whether it can be decoded alone.
        index: Position in decoding order.
    """

    packet: "Packet[VideoStream]"
    at_us: int
    is_key: bool
    index: int


class Timeline:
    """Gives every packet of one stream a media time, in decoding order.

    A missing timestamp, or one that does not advance (zero, repeated, restarted), is replaced by
    the one before plus a frame's duration, and the packets that follow are shifted with it until
    the stream's own time fits again.

    Args:
        time_base: Seconds of one tick.
        period_s: Nominal duration of a frame, in seconds.
        presentation_known: Whether the container stores presentation times at all.
    """

    def __init__(
        self, time_base: Fraction, period_s: Fraction, presentation_known: bool = True
    ) -> None:
        self._presentation_known = presentation_known
        self.time_base = time_base
        self._second_ticks = round(1 / time_base)
        self.period_ticks = max(1, round(period_s / time_base))
        self.repaired = 0
        self._origin: int | None = None
        self._count = 0
        self.resume()

    def resume(self) -> None:
        """Expect packets from another place of the stream, with sound timestamps."""
        self._shift = 0
        self._raw_pts: int | None = None
        self._last_pts: int | None = None
        self._last_dts: int | None = None

    @property
    def period_us(self) -> int:
        """Nominal duration of a frame in microseconds."""
        return self._microseconds(self.period_ticks)

    @property
    def origin_ticks(self) -> int:
        """Timestamp of the first picture, which is media time 0."""
        return self._origin or 0

    def place(self, packet: "Packet[VideoStream]") -> TimedPacket:
        """Write the repaired timestamp into the packet and return it with its media time."""
        raw = packet.pts
        shift, repaired = self._shift_for(raw, packet.dts)
        dts = None if packet.dts is None else packet.dts + shift
        if not self._presentation_known and dts is not None:
            pts, packet.pts = dts, None
        elif raw is None or raw == self._raw_pts:
            pts = dts = self._made_up() if dts is None else dts
            packet.pts, repaired = None, True
        else:
            pts = packet.pts = raw + shift
        self.repaired += repaired
        self._raw_pts, self._last_pts = raw, pts
        self._last_dts = self._last_dts if dts is None else dts
        if self._origin is None and not packet.is_discard:
            self._origin = pts
        self._count += 1
        return TimedPacket(packet, self.at_us(pts), packet.is_keyframe, self._count)

    def at_us(self, pts: int) -> int:
        """Media time of a (repaired) timestamp, in microseconds."""
        return self._microseconds(pts - self.origin_ticks)

    def _microseconds(self, ticks: int) -> int:
        scaled = ticks * self.time_base.numerator * MICROSECONDS
        return (scaled + self.time_base.denominator // 2) // self.time_base.denominator

    def _made_up(self) -> int:
        last = self._last_pts if self._last_dts is None else self._last_dts
        return 0 if last is None else last + self.period_ticks

    def _shift_for(self, pts: int | None, dts: int | None) -> tuple[int, bool]:
        """The shift under which the packet follows the one before, and whether it is a new one."""
        order, last, reorder = (dts, self._last_dts, 0)
        if dts is None:  # only presentation times: they jump back by some frames, and may
            order, last, reorder = (pts, self._last_pts, self._second_ticks)
        if order is None or last is None:
            return 0, False
        for shift in (0, self._shift):
            if -reorder < order + shift - last <= MAX_GAP_S * self._second_ticks:
                return shift, False
        self._shift = last + self.period_ticks - order
        return self._shift, True
