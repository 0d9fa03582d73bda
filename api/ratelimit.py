"""How often one key, person or address may ask: buckets that fill at a steady rate."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock

from vision.errors import DeportmentError

MOST_BUCKETS = 10_000


class TooMany(DeportmentError):
    """Whoever asks has asked too often.

    Args:
        wait_s: After how many seconds the next request is answered.
    """

    http_status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many requests"

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s

    def __str__(self) -> str:
        return f"too many requests; come back in {self.wait_s} s"

    @property
    def headers(self) -> dict[str, str]:
        """What the answer carries."""
        return {"Retry-After": str(self.wait_s)}


class Buckets:
    """A bucket for each name; the longest unused are forgotten, which fills them.

    Args:
        per_s: Requests a second that are answered for ever.
        burst: Requests that are answered at once after a rest.
        clock: Seconds, never going back.
    """

    def __init__(
        self, per_s: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._lock = Lock()
        self._filled: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, name: str) -> None:
        """Take a request out of the bucket of that name.

        Raises:
            TooMany: If it is empty.
        """
        now_s = self._clock()
        with self._lock:
            left, since_s = self._filled.pop(name, (self._burst, now_s))
            left = min(self._burst, left + (now_s - since_s) * self._per_s)
            self._filled[name] = (left - 1 if left >= 1 else left), now_s
            if len(self._filled) > MOST_BUCKETS:
                self._filled.popitem(last=False)
        if left < 1:
            raise TooMany(max(1, math.ceil((1 - left) / self._per_s)))
