"""The one who commits: turns of all cameras become events, coverage, states and letters."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from vision.errors import StoreError
from vision.jobs.legs import OF_EVENTS, Legs, tell_legs
from vision.jobs.meters import Meters
from vision.jobs.recorder import NONE_DRAWN, Drawn, Recorder, Tell, off_duty
from vision.jobs.resume import origin_name
from vision.pipeline import CameraPlan, CameraProgress, Turn, dump_progress
from vision.ports import Batch, Checkpoint, EventStore, WindowState
from vision.types import Event, EventStatus, TransitionKind

COMMIT_EVERY_S = 2.0
"""What a killed run may forget of coverage and states at most. Events are committed at once."""

Show = Callable[[Sequence[WindowState]], None]


@dataclass(slots=True)
class _Drawer:
    """What has come in for one camera since its last commit."""

    recorder: Recorder
    plan: CameraPlan
    progress: CameraProgress
    committed_s: float
    confirmed: list[datetime] = field(default_factory=list)


class Desk:
    """Commits what the cameras found; used by one thread.

    A batch that cannot be written is kept and tried again. Until then nothing more is taken, so
    that the queue before the desk fills and cameras drop frames, which is counted; no event is
    lost.

    Args:
        store: Where it goes.
        tell: What receivers are to be told of changed events.
        show: Shown the latest states after each commit.
        meters: Counters.
        log: Told of failures.
        now: The wall clock, UTC.
    """

    def __init__(
        self,
        store: EventStore,
        tell: Tell,
        show: Show,
        meters: Meters,
        log: FilteringBoundLogger,
        now: Callable[[], datetime],
    ) -> None:
        self.tell = tell
        self.show = show
        self._store = store
        self._tell_seconds = meters.stage("commit")
        self._meters = meters
        self._log = log
        self._now = now
        self._drawers: dict[str, _Drawer] = {}
        self._unsent: list[tuple[Batch, tuple[datetime, ...]]] = []

    @property
    def blocked(self) -> bool:
        """Whether something could not be written yet."""
        return bool(self._unsent)

    def open(self, plan: CameraPlan, progress: CameraProgress, recorder: Recorder) -> None:
        """Take on a camera; what was gathered under its old settings is committed first."""
        self.close(plan.camera_id)
        self._drawers[plan.camera_id] = _Drawer(recorder, plan, progress, time.monotonic())

    def close(self, camera_id: str) -> None:
        """Commit what is left of a camera and forget it."""
        if camera_id in self._drawers:
            self._commit(self._drawers.pop(camera_id))

    def take(
        self, camera_id: str, turn: Turn, legs: Legs | None = None, drawn: Drawn = NONE_DRAWN
    ) -> None:
        """Take a turn, what it took, and the snapshots that are rendered for it already."""
        drawer, taken_s, confirmed = self._drawers[camera_id], time.monotonic(), _confirmed(turn)
        drawer.progress = turn.progress
        drawer.confirmed += confirmed
        urgent = drawer.recorder.add(turn.outcomes, drawn)
        drawer.recorder.note(_unseen(drawer.plan, turn))
        if legs is not None:
            tell_legs(self._meters, legs, taken_s, opens=bool(confirmed))
        if urgent:
            self._commit(drawer)

    def settle(
        self, everything: bool = False, is_urged: Callable[[], bool] = lambda: False
    ) -> None:
        """Commit what has waited long enough, or all of it, the oldest first.

        Args:
            everything: Also what has not waited long enough.
            is_urged: Whether turns wait, which may hold events; then the others can wait.
        """
        now_s = time.monotonic()
        drawers = sorted(self._drawers.values(), key=lambda drawer: drawer.committed_s)
        for number, drawer in enumerate(drawers):
            if number and is_urged() and not everything:
                return
            if everything or now_s - drawer.committed_s >= COMMIT_EVERY_S:
                self._commit(drawer)

    def write(self, batch: Batch, confirmed: tuple[datetime, ...] = ()) -> None:
        """Write a batch with its letters, or keep it for the next try."""
        self._unsent.append((batch, confirmed))
        self.retry()

    def retry(self) -> None:
        """Try what could not be written, in its order."""
        while self._unsent:
            batch, confirmed = self._unsent[0]
            started_s = time.perf_counter()
            try:
                self._store.commit(batch)
            except StoreError as error:
                self._log.error("nothing can be stored; trying again", reason=str(error))
                return
            self._tell_seconds(time.perf_counter() - started_s, 1)
            self._unsent.pop(0)
            for at in confirmed:
                self._meters.told((self._now() - at).total_seconds())
            self.show(batch.states)
            self._log_events(batch.events)

    def _commit(self, drawer: _Drawer) -> None:
        camera_id, progress = drawer.plan.camera_id, drawer.progress
        checkpoint = Checkpoint(origin_name(camera_id), progress.at, dump_progress(progress))
        batch = drawer.recorder.batch(checkpoint, self.tell)
        confirmed = tuple(drawer.confirmed)
        drawer.confirmed.clear()
        drawer.committed_s = time.monotonic()
        self.write(batch, confirmed)
        if confirmed:
            self._meters.leg(OF_EVENTS, "store", time.monotonic() - drawer.committed_s)

    def _log_events(self, events: Sequence[Event]) -> None:
        for event in events:
            self._log.info(
                "event" if event.status is EventStatus.OPEN else "event closed",
                event_id=event.id,
                window=event.window_id,
                rule=event.rule_id,
                score=event.score,
            )


def _confirmed(turn: Turn) -> list[datetime]:
    """When the frames were taken that confirm the events of a turn."""
    return [
        change.at
        for outcome in turn.outcomes
        for _, change in outcome.transitions
        if change.kind is TransitionKind.OPENED
    ]


def _unseen(plan: CameraPlan, turn: Turn) -> list[WindowState]:
    """States of windows that nobody looked at: off duty, or out of sight."""
    window_ids = [window.window_id for window in plan.windows]
    if not plan.schedule.on_duty(turn.at):
        return off_duty(window_ids, turn.at)
    if not turn.unseen:
        return []
    return [WindowState(window_id, turn.at, "unknown", turn.unseen) for window_id in window_ids]
