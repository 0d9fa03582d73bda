"""Hands out the next picture of a watched camera to whoever asks; keeps none."""

import queue
from contextlib import suppress
from threading import Lock

from vision.types import Frame

Waiting = list["queue.Queue[Frame]"]


class Viewfinder:
    """Between the thread of a camera and those who want to look through it.

    A picture of a hall takes megabytes, so none is held for someone who may never come: whoever
    asks gets the next one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, Waiting] = {}

    def offer(self, frame: Frame | None) -> None:
        """Give a picture to those who wait for one of its camera; costs nothing if nobody does."""
        if frame is None or frame.camera_id not in self._waiting:
            return
        with self._lock:
            waiting = self._waiting.pop(frame.camera_id, [])
        for one in waiting:
            one.put(frame)

    def next(self, camera_id: str, wait_s: float) -> Frame | None:
        """The next picture of a camera; None if there is none in time."""
        mine: queue.Queue[Frame] = queue.Queue(1)
        with self._lock:
            self._waiting.setdefault(camera_id, []).append(mine)
        with suppress(queue.Empty):
            return mine.get(timeout=wait_s)
        with self._lock, suppress(ValueError):
            self._waiting.get(camera_id, []).remove(mine)
        return None
