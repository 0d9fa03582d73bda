"""One live camera: its thread, its progress, and what happens while it gives no picture."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from vision.jobs.admission import Lateness, Slots
from vision.jobs.legs import Legs, Stopwatch
from vision.jobs.meters import Meters
from vision.jobs.place import Place
from vision.monitor import HOLD_S
from vision.pipeline import CameraPipeline, CameraPlan, CameraProgress, Turn, lost, wound_up
from vision.ports import Checkpoint, FrameSource
from vision.sources.live import CameraState, Health, Reason
from vision.types import Frame

MOST_PASSED_OVER = 4
"""In a row: an overloaded machine still looks at every fifth frame of every camera."""


class LiveStream(FrameSource, Protocol):
    """A source of frames that goes on until it is stopped."""

    @property
    def health(self) -> Health:
        """How the camera is doing; may be asked from any thread."""
        ...

    def stop(self) -> None:
        """End the frames soon; returns at once."""
        ...


class CameraWatch:
    """Analyses one stream in a thread, and counts the time without pictures from another.

    Args:
        plan: The camera.
        pipeline: Its analysis.
        stream: Its pictures.
        progress: Of an earlier run, or fresh.
        place: Tells whether the camera sees its posts.
        hand_over: Takes every turn, in order, and what it took; may block.
        meters: Counters.
        now: The wall clock, UTC, to which the stream's capture times refer.
        slots: Of all cameras: who may analyse.
    """

    def __init__(
        self,
        plan: CameraPlan,
        pipeline: CameraPipeline,
        stream: LiveStream,
        progress: CameraProgress,
        place: Place,
        hand_over: Callable[[Turn, Legs | None], None],
        meters: Meters,
        now: Callable[[], datetime],
        slots: Slots,
    ) -> None:
        self._plan = plan
        self._pipeline = pipeline
        self._stream = stream
        self._hand_over = hand_over
        self._meters = meters
        self._now = now
        self._slots, self._is_in = slots, False
        self._lateness = Lateness()
        self._lock = Lock()
        self._progress = progress
        self._place = place
        self._stopped = False
        self._heard_s = float("-inf")
        self._end: datetime | None = None
        self._passed_over = 0
        self._behind = False
        self._stopwatch = Stopwatch()

    @property
    def health(self) -> Health:
        """How the camera is doing: a stream that is live may show nothing of use."""
        health, reason = self._stream.health, self._place.reason
        if health.state is CameraState.LIVE and reason is not Reason.NONE:
            return replace(health, state=CameraState.DEGRADED, reason=reason)
        return health

    @property
    def moved_at(self) -> datetime | None:
        """When the camera was found to have moved, if nobody has looked after it since."""
        return self._place.moved_at

    def let_go(self) -> None:
        """Somebody has looked after a camera that had moved."""
        self._place.let_go()

    def news(self) -> Checkpoint | None:
        """What is to be written down of the camera's view; None if nothing is new."""
        return self._place.news(self._plan.camera_id)

    def run(self) -> None:
        """Analyse until :meth:`stop`, or to the end of a stream that has one."""
        self._stream.burst(self._progress.bursting)
        try:
            for frame in self._stream.frames():
                self._came(frame)
                self._enter()
                with self._lock:
                    if self._stopped:
                        return
                    is_over = self._looked_at(frame)
                if is_over:
                    self._leave()
        finally:
            self._leave()
        with self._lock:
            if not self._stopped and self._end is not None:
                ended = wound_up(self._plan, self._progress, self._end, "source_ended", self._end)
                self._take(ended)

    def stop(self) -> None:
        """End the stream soon; returns at once."""
        self._stopped = True
        self._stream.stop()

    def settled(self, wait_s: float) -> CameraProgress | None:
        """How far a stopped analysis came, if it ends within the wait; what is open stays open.

        Turns that are handed over must be taken meanwhile. The thread may need some seconds more
        to let go of the camera; it changes nothing any more.
        """
        if not self._lock.acquire(timeout=wait_s):
            return None
        self._lock.release()
        return self._progress

    def tick(self) -> Turn | None:
        """Count the time without a picture, if there has been none for a while."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            at = self._now()
            before = self._progress.at
            silent_s = time.monotonic() - self._heard_s
            if self._stopped or silent_s < HOLD_S or (before is not None and at <= before):
                return None
            turn = lost(self._plan, self._progress, at)
            self._progress = turn.progress
            return turn
        finally:
            self._lock.release()

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Look back, for as long as the machine is not behind; see ``FrameSource``."""
        for frame in self._stream.between(after, before):
            if self._is_late(before):
                return
            yield frame

    def burst(self, wanted: bool) -> None:
        """Ask for a burst, unless the machine is behind; see ``FrameSource``."""
        self._stream.burst(wanted and not self._behind)

    def frames(self) -> Iterator[Frame]:
        """As the stream; see ``FrameSource``."""
        return self._stream.frames()

    def _came(self, frame: Frame) -> None:
        self._heard_s = time.monotonic()
        self._meters.came(self._plan.camera_id, frame.is_sub)
        self._lateness.came(self._age_s(frame.at), self._heard_s)

    def _enter(self) -> None:
        if not self._is_in:
            self._slots.enter()
            self._is_in = True

    def _leave(self) -> None:
        if self._is_in:
            self._is_in = False
            self._slots.leave()

    def _looked_at(self, frame: Frame) -> bool:
        """Analyse a frame; False if a newer one waits, for which the turn of the camera is kept."""
        if self._is_passed_over(frame):
            self._meters.dropped(self._plan.camera_id)
            return not self._behind or not self._stream.health.waiting_s
        self._stopwatch.came(frame.at, self._now(), self._stream.health.waiting_s)
        self._take(self._turn(frame), self._stopwatch.done())
        self._end = frame.at + timedelta(seconds=frame.duration_s)
        return True

    def _turn(self, frame: Frame) -> Turn:
        """Analyse a frame, unless the camera does not see its posts in it."""
        blind = self._place.blind if frame.is_sub else self._place.look(frame)
        if not blind:
            return self._pipeline.turn(frame, self, self._progress)
        self._stream.burst(False)
        turn = lost(self._plan, self._progress, frame.at, blind)
        # whoever comes to look after the camera wants to see what it sees
        shown = tuple(replace(one, frame=frame) for one in turn.outcomes if not one.transitions)
        changed = tuple(one for one in turn.outcomes if one.transitions)
        return replace(turn, outcomes=changed + shown)

    def _take(self, turn: Turn, legs: Legs | None = None) -> None:
        self._progress = turn.progress
        self._meters.turned(self._plan.camera_id, turn, self._now())
        self._hand_over(turn, legs)

    def _is_passed_over(self, frame: Frame) -> bool:
        """Whether a frame comes too late, or the machine is too far behind for it."""
        if self._progress.at is not None and frame.at <= self._progress.at:
            return True
        self._behind = self._is_late(frame.at)
        if not self._behind or self._passed_over == MOST_PASSED_OVER:
            self._passed_over = 0
            return False
        self._passed_over += 1
        return True

    def _is_late(self, at: datetime) -> bool:
        return self._lateness.is_late(self._age_s(at))

    def _age_s(self, at: datetime) -> float:
        return (self._now() - at).total_seconds()
