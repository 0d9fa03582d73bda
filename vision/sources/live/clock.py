"""Capture time of a live stream: what the camera says of it, or when its packets arrive."""

from datetime import datetime, timedelta

from vision.sources.timeline import MICROSECONDS

WINDOW_US = 30 * MICROSECONDS
LARGEST_STEP_US = 100_000
"""Per window: far above the drift of camera clocks (some 50 ppm), below the step of a burst."""

SLOWED = 0.2
"""Share by which a clock that is ahead runs slower until it is not; pictures so stay in order."""

FOLLOWED_WITHIN_US = 500_000
"""A clock that is ahead of what the camera tells by more is slowed as well: where a stream repeats
timestamps, its media time runs faster than small steps can make up for."""

TRUST_US = 2 * MICROSECONDS
"""A camera whose clock differs by more from when its pictures arrive has it set wrong."""


class CaptureClock:
    """Maps media time to capture time.

    A packet may arrive late, never early. So the least delay seen is the truest, and capture time
    is arrival by that delay. It is settled at the start, and then follows the drift between the
    two clocks slowly, so that capture times stay in order and evenly spaced. A packet that comes
    before its capture time proves the clock ahead (its first packets were late, say of a busy
    machine): it runs slower until it is right. Where the camera tells the time itself (RTCP sender
    reports) and its clock is right, that is followed instead: it leaves out what the camera and the
    network take.

    Attributes:
        follows_camera: Whether capture time is as the camera tells it.
    """

    def __init__(self) -> None:
        self._epoch: datetime | None = None
        self._offset_us = self._before_us = self._bend_us = 0
        self._settled = False
        self._least_us: int | None = None
        self._told_us: int | None = None
        self.follows_camera = False
        self._window_start_us = 0

    def hear(self, arrived: datetime, at_us: int, told: datetime | None = None) -> None:
        """Take note of a packet.

        Args:
            arrived: When it arrived, UTC.
            at_us: Its media time.
            told: Its capture time as the camera tells it, UTC; None if it does not.
        """
        self._epoch = self._epoch or arrived
        offset_us = round((arrived - self._epoch) / timedelta(microseconds=1)) - at_us
        self._least_us = offset_us if self._least_us is None else min(self._least_us, offset_us)
        if told is not None:
            self._told_us = round((told - self._epoch) / timedelta(microseconds=1)) - at_us
        if not self._settled:
            self._offset_us = self._before_us = self._least_us
            return
        if (truer_us := self._less(offset_us)) is not None:
            self._aim(truer_us, at_us)
        if at_us - self._window_start_us >= WINDOW_US:
            error_us = self._truest_us(self._least_us) - self._offset_us
            step_us = max(-LARGEST_STEP_US, min(LARGEST_STEP_US, error_us))
            self._aim(self._offset_us + step_us, at_us)
            self._open_window(at_us)

    def settle(self, at_us: int) -> None:
        """From here on follow the drift only."""
        self._settled = True
        self._open_window(at_us)

    def at(self, at_us: int) -> datetime:
        """Capture time, UTC.

        Raises:
            ValueError: Before the first packet was heard.
        """
        if self._epoch is None:
            raise ValueError("no packet was heard yet")
        return self._epoch + timedelta(microseconds=at_us + self._offset_at(at_us))

    def _offset_at(self, at_us: int) -> int:
        since_us = max(0, at_us - self._bend_us)
        slowed_us = self._before_us - round(SLOWED * since_us)
        return max(self._offset_us, slowed_us) if since_us else self._before_us

    def _less(self, offset_us: int) -> int | None:
        """The truer offset, where a packet shows the clock to be ahead."""
        if not self.follows_camera:
            return offset_us if offset_us < self._offset_us else None
        told_us = self._told_us
        if told_us is None or told_us >= self._offset_us - FOLLOWED_WITHIN_US:
            return None
        return told_us

    def _aim(self, offset_us: int, at_us: int) -> None:
        """Come to an offset from a media time on: a larger one at once, else by running slower."""
        reached_us = self._offset_at(at_us)
        if reached_us <= self._offset_us:
            self._before_us, self._bend_us = reached_us, at_us
        self._offset_us = offset_us

    def _truest_us(self, least_us: int) -> int:
        told_us = self._told_us
        self.follows_camera = told_us is not None and abs(told_us - least_us) <= TRUST_US
        return told_us if told_us is not None and self.follows_camera else least_us

    def _open_window(self, at_us: int) -> None:
        self._least_us = self._told_us = None
        self._window_start_us = at_us
