"""Where the time between a picture's capture and the commit of its event goes."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

from vision.jobs.meters import Meters

OF_FRAMES, OF_EVENTS = "frames", "events"


@dataclass(frozen=True, slots=True)
class Legs:
    """The way of one frame up to the desk.

    Attributes:
        receive_s: From its capture until its pictures came: network, and what a decoder must
            have before it gives a picture.
        wait_s: Behind earlier frames of its camera.
        analyse_s: Models and rules; waiting for models that other cameras use is part of it.
        done_s: When that, and drawing, ended; of the monotonic clock.
        draw_s: Rendering snapshots.
    """

    receive_s: float
    wait_s: float
    analyse_s: float
    done_s: float
    draw_s: float = 0.0

    def drawn(self) -> "Legs":
        """Snapshots have been rendered since the analysis ended."""
        now_s = time.monotonic()
        return replace(self, done_s=now_s, draw_s=now_s - self.done_s)


class Stopwatch:
    """Measures one frame after another; used by one thread."""

    def __init__(self) -> None:
        self._receive_s = self._wait_s = self._started_s = 0.0

    def came(self, at: datetime, now: datetime, waiting_s: float) -> None:
        """A frame came; so many seconds of packets came after its own and wait."""
        lag_s = max(0.0, (now - at).total_seconds())
        self._wait_s = min(lag_s, waiting_s)
        self._receive_s = lag_s - self._wait_s
        self._started_s = time.monotonic()

    def done(self) -> Legs:
        """It is analysed."""
        now_s = time.monotonic()
        return Legs(self._receive_s, self._wait_s, now_s - self._started_s, now_s)


def tell_legs(meters: Meters, legs: Legs, taken_s: float, opens: bool) -> None:
    """A frame was taken by the desk; events that it opens are told apart as well.

    Args:
        meters: Told.
        legs: Its way up to there.
        taken_s: When the desk turned to it, of the monotonic clock.
        opens: Whether it opens an event.
    """
    for of in (OF_FRAMES, OF_EVENTS) if opens else (OF_FRAMES,):
        meters.leg(of, "receive", legs.receive_s)
        meters.leg(of, "wait", legs.wait_s)
        meters.leg(of, "analyse", legs.analyse_s)
        meters.leg(of, "draw", legs.draw_s)
        meters.leg(of, "queue", taken_s - legs.done_s)
