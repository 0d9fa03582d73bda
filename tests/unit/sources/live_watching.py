"""Watching a live source in tests."""

import threading
import time
from itertools import islice

from vision.config import SamplingConfig
from vision.sources.live import LivePolicy, LiveSource

HASTY = LivePolicy(
    open_timeout_s=3, stall_s=0.6, lost_s=1.5, retry_s=0.1, longest_retry_s=0.3, settle_s=0.1
)
KEYS = SamplingConfig(max_interval_s=1)


def source(url, sampling=KEYS, policy=HASTY, **options):
    return LiveSource(url, "cam-1", sampling, policy=policy, **options)


def take(reader, count):
    """The first frames; the reader is stopped after them."""
    frames = reader.frames()
    try:
        return list(islice(frames, count))
    finally:
        frames.close()


def until(condition, longest_s=6.0):
    """Wait for something to come true; whether it did."""
    end_s = time.monotonic() + longest_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)
    return condition()


class Watching:
    """Takes frames in a thread, as ``watch`` does."""

    def __init__(self, reader):
        self.reader, self.frames = reader, []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self.reader.stop()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self):
        for frame in self.reader.frames():
            self.frames.append(frame)

    def reaches(self, state, reason, longest_s=6.0):
        wanted = (state, reason)
        return until(
            lambda: (self.reader.health.state, self.reader.health.reason) == wanted, longest_s
        )
