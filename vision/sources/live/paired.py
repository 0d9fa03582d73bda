"""A camera that sends two streams: a large one for detail, a small one for presence."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Condition, Event
from typing import Protocol

from vision.sources.live.health import CameraState, Health, Reason
from vision.sources.live.pairing import Pairing
from vision.types import Frame

POLL_S = 0.2


class Stream(Protocol):
    """One of its streams."""

    @property
    def health(self) -> Health:
        """How it is doing."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Its pictures, until it is stopped."""
        ...

    def stop(self) -> None:
        """End the pictures soon."""
        ...


class PairedSource:
    """Both streams behind the :class:`vision.ports.FrameSource` port, with one health.

    Pictures of the small stream are marked ``is_sub``: they tell presence and nothing else. Where
    one stream is away the other goes on.

    Args:
        main: Gives key pictures only.
        sub: Gives pictures at the burst rate.
        camera_id: The camera.
        longest_s: Longest gap between two pictures that are given.
    """

    def __init__(self, main: Stream, sub: Stream, camera_id: str, longest_s: float) -> None:
        self._main = main
        self._sub = sub
        self._camera_id = camera_id
        self._pairing = Pairing(longest_s)
        self._changed = Condition()
        self._stopping = Event()

    @property
    def health(self) -> Health:
        """One state for both streams; ``sub`` has that of the small one."""
        return both(self._main.health, self._sub.health, self._pairing.fits)

    def stop(self) -> None:
        """End the pictures; returns at once."""
        self._stopping.set()
        self._main.stop()
        self._sub.stop()
        with self._changed:
            self._changed.notify_all()

    def frames(self) -> Iterator[Frame]:
        """Key pictures, and small ones where those are missing or a burst is wanted."""
        with ThreadPoolExecutor(2, f"streams-{self._camera_id}") as threads:
            pumps = [
                threads.submit(self._pump, self._main, self._put_main),
                threads.submit(self._pump, self._sub, self._put_sub),
            ]
            try:
                while (frame := self._next(pumps)) is not None:
                    yield frame
            finally:
                self.stop()
        for pump in pumps:
            pump.result()

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Small pictures between the last two that were given."""
        with self._changed:
            return self._pairing.between(after, before)

    def burst(self, wanted: bool) -> None:
        """Give every small picture from now on, or only where key pictures are missing."""
        with self._changed:
            self._pairing.burst(wanted)

    def _next(self, pumps: list[Future[None]]) -> Frame | None:
        with self._changed:
            while not self._stopping.is_set():
                frame = self._pairing.next()
                self._changed.notify_all()
                if frame is not None:
                    return frame
                ended = [pump.done() for pump in pumps]
                failed = any(pump.done() and pump.exception() for pump in pumps)
                if failed or (all(ended) and self._pairing.takes_main):
                    return None
                self._changed.wait(POLL_S)
        return None

    def _pump(self, stream: Stream, put: Callable[[Frame], None]) -> None:
        for frame in stream.frames():
            with self._changed:
                if self._stopping.is_set():
                    return
                put(frame)
                self._changed.notify_all()

    def _put_main(self, frame: Frame) -> None:
        """Wait until the one before was taken: what comes meanwhile waits undecoded."""
        self._changed.wait_for(lambda: self._pairing.takes_main or self._stopping.is_set())
        self._pairing.put_main(frame)

    def _put_sub(self, frame: Frame) -> None:
        self._pairing.put_sub(frame)


def both(main: Health, sub: Health, fits: bool) -> Health:
    """The health of a camera by that of its streams. Pure."""
    one = replace(main, sub=sub)
    if main.state is CameraState.LOST and sub.state is CameraState.LIVE:
        return replace(one, state=CameraState.DEGRADED, reason=Reason.MAIN_LOST)
    if main.state is not CameraState.LIVE:
        return one
    if not fits:
        return replace(one, state=CameraState.DEGRADED, reason=Reason.SUB_SHAPE)
    if sub.state in (CameraState.LOST, CameraState.DEGRADED):
        return replace(one, state=CameraState.DEGRADED, reason=Reason.SUB_LOST)
    return one
