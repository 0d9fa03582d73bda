"""One model for all cameras: their requests are gathered into one call."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

from vision.errors import ModelError
from vision.types import Detections, Image, Pose

T = TypeVar("T")
MOST_IMAGES = 8
"""Of one call: two cameras with four windows. That keeps the cores of a small box busy; more would
only make the first of them wait for the last."""


@dataclass(slots=True, eq=False)
class _Request(Generic[T]):
    images: Sequence[Image]
    asked_s: float = field(default_factory=time.perf_counter)
    answers: list[T] = field(default_factory=list)
    woken: Event = field(default_factory=Event)
    done: bool = False
    failed: bool = False


class Shared(Generic[T]):
    """Lets several threads use a model that one thread at a time may use.

    Whoever finds the model free runs it once, for all who wait and fit; then the one who has waited
    longest does. A caller waits for its own answer and no longer, so it has one request at most;
    requests are served in the order in which they came: every camera gets its turn, however many
    pictures the others ask about.

    Args:
        run: The model: one answer per image.
        tell: Told of each call: its seconds and how many images it was about.
        tell_wait: Told how many seconds each request waited for its call, and of its images.
        most_images: Of one call, unless a single request has more.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Image]], list[T]],
        tell: Callable[[float, int], None] = lambda seconds, images: None,
        most_images: int = MOST_IMAGES,
        tell_wait: Callable[[float, int], None] = lambda seconds, images: None,
    ) -> None:
        self._run = run
        self._tell = tell
        self._tell_wait = tell_wait
        self._most_images = most_images
        self._waiting: deque[_Request[T]] = deque()
        self._guard = Lock()
        self._is_busy = False

    def ask(self, images: Sequence[Image]) -> list[T]:
        """One answer per image.

        Raises:
            ModelError: If the model failed in a call that another thread made.
        """
        if not images:
            return []
        request: _Request[T] = _Request(images)
        with self._guard:
            self._waiting.append(request)
            if not self._is_busy:
                self._is_busy = True
                request.woken.set()
        request.woken.wait()
        if not request.done:
            self._serve_as_first()
        if request.failed:
            raise ModelError("the model failed while it looked at the pictures of another camera")
        return request.answers

    def _serve_as_first(self) -> None:
        try:
            self._serve(self._gathered())
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        """Let the one who has waited longest run the model."""
        with self._guard:
            self._is_busy = bool(self._waiting)
            if self._waiting:
                self._waiting[0].woken.set()

    def _gathered(self) -> list[_Request[T]]:
        """The oldest requests, as many as fit into one call; at least one."""
        with self._guard:
            batch: list[_Request[T]] = []
            room = self._most_images
            while self._waiting and (not batch or len(self._waiting[0].images) <= room):
                batch.append(self._waiting.popleft())
                room -= len(batch[-1].images)
            return batch

    def _serve(self, batch: Sequence[_Request[T]]) -> None:
        images = [image for request in batch for image in request.images]
        answers: list[T] | None = None
        started_s = time.perf_counter()
        for request in batch:
            self._tell_wait(started_s - request.asked_s, len(request.images))
        try:
            answers = self._run(images)
        finally:
            _hand_out(batch, answers)
        self._tell(time.perf_counter() - started_s, len(images))


def _hand_out(batch: Sequence[_Request[T]], answers: list[T] | None) -> None:
    following = iter(answers or ())
    for request in batch:
        request.failed = answers is None
        request.answers = [next(following) for _ in request.images if answers is not None]
        request.done = True
        request.woken.set()


@dataclass(frozen=True, slots=True)
class SharedDetector:
    """A :class:`vision.ports.Detector` for many threads."""

    shared: Shared[Detections]

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """As the detector behind it."""
        return self.shared.ask(images)


@dataclass(frozen=True, slots=True)
class SharedPose:
    """A :class:`vision.ports.PoseEstimator` for many threads."""

    shared: Shared[Pose | None]

    def estimate(self, images: Sequence[Image]) -> list[Pose | None]:
        """As the estimator behind it."""
        return self.shared.ask(images)
