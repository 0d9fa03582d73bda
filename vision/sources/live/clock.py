"""Capture time of a live stream: what the camera says of it, or when its packets arrive."""

from datetime import datetime, timedelta

from vision.sources.timeline import MICROSECONDS

WINDOW_US = 30 * MICROSECONDS
LARGEST_STEP_US = 100_000
"""Per window: far above the drift of camera clocks (some 50 ppm), below the step of a burst."""

TRUST_US = 2 * MICROSECONDS
"""A camera whose clock differs by more from when its pictures arrive has it set wrong."""


class CaptureClock:
    """Maps media time to capture time.

    A packet may arrive late, never early. So the least delay seen is the truest, and capture time
    is arrival by that delay. It is settled at the start, and then follows the drift between the
    two clocks slowly, so that capture times stay in order and evenly spaced. Where the camera
    tells the time itself (RTCP sender reports) and its clock is right, that is followed instead:
    it leaves out what the camera and the network take.

    Attributes:
        follows_camera: Whether capture time is as the camera tells it.
    """

    def __init__(self) -> None:
        self._epoch: datetime | None = None
        self._offset_us = 0
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
            self._offset_us = self._least_us
        elif at_us - self._window_start_us >= WINDOW_US:
            error_us = self._truest_us(self._least_us) - self._offset_us
            self._offset_us += max(-LARGEST_STEP_US, min(LARGEST_STEP_US, error_us))
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
        return self._epoch + timedelta(microseconds=at_us + self._offset_us)

    def media_us(self, at: datetime) -> int:
        """Media time of a capture time."""
        if self._epoch is None:
            raise ValueError("no packet was heard yet")
        return round((at - self._epoch) / timedelta(microseconds=1)) - self._offset_us

    def _truest_us(self, least_us: int) -> int:
        told_us = self._told_us
        self.follows_camera = told_us is not None and abs(told_us - least_us) <= TRUST_US
        return told_us if told_us is not None and self.follows_camera else least_us

    def _open_window(self, at_us: int) -> None:
        self._least_us = self._told_us = None
        self._window_start_us = at_us
