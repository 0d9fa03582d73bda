"""Capture time of a live stream, from when its packets arrive."""

from datetime import datetime, timedelta

from vision.sources.timeline import MICROSECONDS

WINDOW_US = 30 * MICROSECONDS
LARGEST_STEP_US = 100_000
"""Per window: far above the drift of camera clocks (some 50 ppm), below the step of a burst."""


class CaptureClock:
    """Maps media time to capture time.

    A packet may arrive late, never early. So the least delay seen is the truest, and capture time
    is arrival by that delay. It is settled at the start, and then follows the drift between the
    two clocks slowly, so that capture times stay in order and evenly spaced.
    """

    def __init__(self) -> None:
        self._epoch: datetime | None = None
        self._offset_us = 0
        self._settled = False
        self._least_us: int | None = None
        self._window_start_us = 0

    def hear(self, arrived: datetime, at_us: int) -> None:
        """Take note of a packet's arrival, UTC, and its media time."""
        self._epoch = self._epoch or arrived
        offset_us = round((arrived - self._epoch) / timedelta(microseconds=1)) - at_us
        self._least_us = offset_us if self._least_us is None else min(self._least_us, offset_us)
        if not self._settled:
            self._offset_us = self._least_us
        elif at_us - self._window_start_us >= WINDOW_US:
            error_us = self._least_us - self._offset_us
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

    def _open_window(self, at_us: int) -> None:
        self._least_us = None
        self._window_start_us = at_us
