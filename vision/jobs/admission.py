"""What a machine looks at that cannot look at all: the newest picture of every camera in turn."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock

from vision.ports import Detector
from vision.types import Detections, Image

SLOTS = 4
"""Pictures in analysis at once: while the models answer for one or two cameras (``shared``) the
others are made ready and judged. More would only grow old in the models' queue: with six, events
were stored half a second later."""

STALE_S = 0.5
"""A picture that is older than usual by more is passed over, if there may be a newer one."""

MOST_USUAL_S = 1.5
"""Of what a stream may always be late: pictures coded out of order at five a second take 0.6 s."""

REMEMBERED_S = 60.0


class Slots:
    """Lets so many threads in at once, in the order in which they came.

    Args:
        free: How many.
    """

    def __init__(self, free: int = SLOTS) -> None:
        self._free = free
        self._lock = Lock()
        self._waiting: deque[Event] = deque()

    def enter(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Event()
            self._waiting.append(turn)
        turn.wait()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A slot for as long as the block lasts."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def leave(self) -> None:
        """Let in who has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


@dataclass(frozen=True, slots=True)
class TakingTurns:
    """A :class:`vision.ports.Detector` for what is less urgent: it takes turns with the cameras."""

    detector: Detector
    slots: Slots

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """As the detector behind it."""
        with self.slots.one():
            return self.detector.detect(images)


class Lateness:
    """Whether pictures of a camera come later than they usually do; used by one thread.

    What a picture always takes (network, and what a decoder must have before it gives one) does not
    make it late. The usual is the least of the last one to two minutes.
    """

    def __init__(self) -> None:
        self._least_s = self._least_before_s = MOST_USUAL_S
        self._since_s = float("-inf")

    def came(self, after_s: float, now_s: float) -> None:
        """A picture came so long after its capture, at this time of a monotonic clock."""
        if now_s - self._since_s >= REMEMBERED_S:
            self._since_s = now_s
            self._least_before_s, self._least_s = self._least_s, MOST_USUAL_S
        self._least_s = min(self._least_s, after_s)

    def is_late(self, after_s: float) -> bool:
        """Whether a picture so long after its capture is too old."""
        return after_s - min(self._least_s, self._least_before_s) > STALE_S
