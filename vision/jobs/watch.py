"""Watching the cameras of a hall, for weeks: one thread a camera, one that commits."""

import queue
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event as Flag

from pydantic import ValidationError
from structlog.typing import FilteringBoundLogger

from vision.config import SiteConfig
from vision.errors import DeportmentError, EvidenceError, StoreError
from vision.jobs.admission import Slots
from vision.jobs.allowances import Board
from vision.jobs.camera_watch import CameraWatch, LiveStream
from vision.jobs.desk import Desk
from vision.jobs.legs import Legs
from vision.jobs.mailroom import Mailroom
from vision.jobs.meters import Meters
from vision.jobs.place import is_acknowledged, place_of
from vision.jobs.recorder import Drawn, Origin, Recorder, drawn
from vision.jobs.resume import origin_name, resume
from vision.jobs.viewfinder import Viewfinder
from vision.pipeline import CameraPlan, CameraProgress, Turn, load_progress, outage
from vision.ports import Batch, EventFilter
from vision.sources.live import CameraState, Health, Reason
from vision.types import Event, EventStatus, Frame
from vision.wiring import Bench

MOST_WAITING = 16
"""Turns that wait for the desk; each may hold a picture."""

MOST_CAMERAS = 256
POLL_S = 0.2
TICK_EVERY_S = 1.0
STOP_WITHIN_S = 3.0
LONGEST_OUTAGE = timedelta(days=7)
"""Of the time before a start that is counted as lost: one without checkpoints is not an outage."""

OpenStream = Callable[[SiteConfig, str], LiveStream]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Running:
    """A camera that is being watched."""

    watch: CameraWatch
    thread: "Future[None]"


class Watch:
    """Watches every camera of a site that sees a window.

    Args:
        bench: Site, models that many threads may use, store and evidence.
        open_stream: Makes the stream of a camera.
        mailroom: Tells receivers.
        meters: Counters.
        log: Told of events, cameras and failures.
        load: Reads the site anew, for :meth:`reload`.
        now: The wall clock, UTC, to which capture times refer.
        slots: Who may use the models, if others than the cameras take turns with them.
    """

    def __init__(
        self,
        bench: Bench,
        open_stream: OpenStream,
        mailroom: Mailroom,
        meters: Meters,
        log: FilteringBoundLogger,
        load: Callable[[], SiteConfig],
        now: Callable[[], datetime] = utc_now,
        slots: Slots | None = None,
    ) -> None:
        self._allowed = Board(bench.store, now, log)
        self._bench = replace(bench, exemptions=self._allowed, is_live=True)
        self._open_stream = open_stream
        self._mailroom = mailroom
        self._meters = meters
        self._log = log
        self._load = load
        self._now = now
        self._desk = Desk(bench.store, mailroom.tell, mailroom.show, meters, log, now)
        self._turns: queue.Queue[tuple[str, Turn, Legs | None, Drawn]] = queue.Queue(MOST_WAITING)
        self._threads = ThreadPoolExecutor(MOST_CAMERAS, "watch")
        self._slots = slots or Slots()
        self._cameras: dict[str, _Running] = {}
        self._states: dict[str, tuple[CameraState, Reason]] = {}
        self._stopping = Flag()
        self._reloading = Flag()
        self._ticked_s = float("-inf")
        self._viewfinder = Viewfinder()

    def stop(self) -> None:
        """Let :meth:`run` end; may be called from a signal handler."""
        self._stopping.set()

    def reload(self) -> None:
        """Read the site anew soon; may be called from a signal handler."""
        self._reloading.set()

    def health(self) -> dict[str, Health]:
        """How every camera is doing."""
        return {name: one.watch.health for name, one in tuple(self._cameras.items())}

    def picture(self, camera_id: str, wait_s: float) -> Frame | None:
        """The next picture of a camera that is watched; None if none comes in time."""
        return self._viewfinder.next(camera_id, wait_s) if camera_id in self._cameras else None

    def run(self) -> None:
        """Watch until :meth:`stop`, or until every stream has ended.

        Raises:
            UsageError: If a camera's URL is incomplete or barred.
            ModelError: If a model fails.
            StoreError: If the last batch cannot be stored.
        """
        streams = self._streams(self._bench.site, _watched(self._bench.site))
        try:
            self._mailroom.open(self._bench.site, self._left_open())
            self._allowed.refresh(at_once=True)
            self._close_orphans()
            for camera_id, stream in streams.items():
                self._start(camera_id, stream, self._saved(camera_id))
            while not self._stopping.is_set() and self._cameras:
                self._round()
        finally:
            self._shut_down()

    def _round(self) -> None:
        if self._desk.blocked:
            self._stopping.wait(POLL_S)
            self._desk.retry()
            return
        self._allowed.refresh()
        self._take(POLL_S)
        self._tick()
        self._desk.settle(is_urged=lambda: not self._turns.empty())
        self._collect()
        if self._reloading.is_set():
            self._reloading.clear()
            self._reload()

    def _take(self, wait_s: float) -> None:
        """Take the turns that wait, and wait for one if there is none."""
        with suppress(queue.Empty):
            for _ in range(MOST_WAITING):
                if self._desk.blocked:
                    return
                self._desk.take(*self._turns.get(timeout=wait_s))
                wait_s = 0.001

    def _tick(self) -> None:
        """Count the time of cameras without a picture, and note how they are doing."""
        if time.monotonic() - self._ticked_s < TICK_EVERY_S or not self._turns.empty():
            return
        self._ticked_s = time.monotonic()
        for camera_id, running in self._cameras.items():
            turn = running.watch.tick()
            if turn is not None:
                self._desk.take(camera_id, turn)
            self._note(camera_id, running.watch.health)
            self._keep_place(camera_id, running.watch)

    def _keep_place(self, camera_id: str, watch: CameraWatch) -> None:
        """Write down what a camera sees its posts by, and hear whether someone has looked."""
        if (news := watch.news()) is not None:
            self._desk.write(Batch(checkpoint=news))
        with suppress(StoreError):
            if is_acknowledged(camera_id, watch.moved_at, self._bench.store):
                watch.let_go()

    def _note(self, camera_id: str, health: Health) -> None:
        if self._states.get(camera_id) != (health.state, health.reason):
            self._states[camera_id] = health.state, health.reason
            told = self._log.info if health.state is CameraState.LIVE else self._log.warning
            told("camera", camera=camera_id, state=health.state.value, reason=health.reason.value)

    def _collect(self) -> None:
        """Let go of streams that have ended; raise what a thread raised."""
        for camera_id, running in tuple(self._cameras.items()):
            if running.thread.done() and self._turns.empty():
                running.thread.result()
                del self._cameras[camera_id]
                self._desk.close(camera_id)

    def _streams(self, site: SiteConfig, camera_ids: Iterable[str]) -> dict[str, LiveStream]:
        return {camera_id: self._open_stream(site, camera_id) for camera_id in camera_ids}

    def _start(
        self,
        camera_id: str,
        stream: LiveStream,
        saved: CameraProgress,
        changed: frozenset[str] = frozenset(),
    ) -> None:
        plan = self._bench.plan(camera_id)
        now = self._now()
        resumed = resume(plan, saved, self._left_open(camera_id), now, changed)
        self._write_closed(resumed.closed)
        progress = resumed.progress
        self._desk.open(plan, progress, self._recorder(plan))
        if progress.at is None and saved.at is not None:
            turns, _ = outage(plan, progress, max(saved.at, now - LONGEST_OUTAGE), now)
            for turn in turns:
                self._desk.take(camera_id, turn)
        watch = CameraWatch(
            plan,
            self._bench.pipeline(camera_id),
            stream,
            progress,
            place_of(plan, self._bench.store),
            partial(self._hand_over, camera_id),
            self._meters,
            self._now,
            self._slots,
        )
        self._cameras[camera_id] = _Running(watch, self._threads.submit(watch.run))
        self._ticked_s = float("-inf")

    def _hand_over(self, camera_id: str, turn: Turn, legs: Legs | None) -> None:
        """Give a turn to the desk; without its pictures, unless an event needs them.

        Snapshots are rendered here, in the thread of the camera: no event of another camera waits
        for them.
        """
        for outcome in turn.outcomes[-1:]:
            self._viewfinder.offer(outcome.frame)
        outcomes = tuple(
            one if one.transitions else replace(one, frame=None) for one in turn.outcomes
        )
        shots = drawn(turn.outcomes, self._bench.draw)
        if legs is not None and shots:
            legs = legs.drawn()
        self._turns.put((camera_id, replace(turn, outcomes=outcomes), legs, shots))

    def _recorder(self, plan: CameraPlan) -> Recorder:
        bench, camera_id = self._bench, plan.camera_id
        versions = {rule.rule_id: rule.version for rule in bench.rules}
        origin = Origin(
            origin_name(camera_id), camera_id, None, bench.provenance(camera_id), versions
        )
        recorder = Recorder(
            origin, bench.evidence, bench.draw, bench.cite, bench.store.event, self._no_picture
        )
        states = bench.store.states()
        recorder.note(states[one.window_id] for one in plan.windows if one.window_id in states)
        return recorder

    def _no_picture(self, error: EvidenceError) -> None:
        self._log.error("an event goes without a picture", reason=str(error))

    def _saved(self, camera_id: str) -> CameraProgress:
        """How far an earlier process came with a camera; fresh if that cannot be read any more."""
        found = self._bench.store.checkpoint(origin_name(camera_id))
        if found is None or not found.state:
            return CameraProgress()
        try:
            return load_progress(found.state)
        except ValidationError:
            self._log.warning("progress of another version is not taken up", camera=camera_id)
            return CameraProgress(at=found.at)

    def _left_open(self, camera_id: str | None = None) -> list[Event]:
        """Live events that have not ended, of one camera or of all."""
        if camera_id is not None:
            events = self._bench.store.open_events(camera_id)
        else:
            events = self._bench.store.events(EventFilter(status=EventStatus.OPEN, limit=10_000))
        return [event for event in events if event.audit_id is None]

    def _close_orphans(self) -> None:
        """Close the open events of cameras that are watched no more."""
        watched = _watched(self._bench.site)
        for camera_id in {event.camera_id for event in self._left_open()} - set(watched):
            saved = self._saved(camera_id)
            self._write_closed(resume(None, saved, self._left_open(camera_id), self._now()).closed)

    def _write_closed(self, events: tuple[Event, ...]) -> None:
        if events:
            self._desk.write(Batch(events=events, notices=self._mailroom.tell(events)))

    def _reload(self) -> None:
        """Take on a changed site; cameras that it leaves as they are go on undisturbed."""
        before = self._bench.site
        try:
            site = self._load()
            kept = {one for one in self._cameras if _settings(site, one) == _settings(before, one)}
            streams = self._streams(site, [one for one in _watched(site) if one not in kept])
            self._mailroom.open(site, self._left_open())
        except DeportmentError as error:
            self._log.error("the site file is not taken on", reason=str(error))
            return
        stopped = self._halt([one for one in self._cameras if one not in kept], STOP_WITHIN_S)
        self._bench = replace(self._bench, site=site)
        self._close_orphans()
        for camera_id, stream in streams.items():
            saved = stopped.get(camera_id) or self._saved(camera_id)
            self._start(camera_id, stream, saved, _changed_windows(before, site, camera_id))
        self._log.info("site file taken on", cameras_unchanged=len(kept), started=len(streams))

    def _halt(self, camera_ids: Iterable[str], within_s: float) -> dict[str, CameraProgress]:
        """Stop cameras and take what they still hand over; how far each came."""
        halting = {one: self._cameras.pop(one).watch for one in tuple(camera_ids)}
        for watch in halting.values():
            watch.stop()
        reached: dict[str, CameraProgress] = {}
        until_s = time.monotonic() + within_s
        while len(reached) < len(halting) and time.monotonic() < until_s:
            for camera_id in halting.keys() - reached.keys():
                progress = halting[camera_id].settled(0.01)
                if progress is not None:
                    reached[camera_id] = progress
            self._take(0.01)
            self._desk.retry()
        while not self._turns.empty() and not self._desk.blocked:
            self._take(0.0)
        for camera_id in halting:
            self._desk.close(camera_id)
        return reached

    def _shut_down(self) -> None:
        self._halt(tuple(self._cameras), STOP_WITHIN_S)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._desk.retry()
        self._mailroom.close()
        if self._desk.blocked:
            raise StoreError("what was seen last could not be stored; see the log")


def _watched(site: SiteConfig) -> list[str]:
    """The cameras that see a window."""
    return [camera.id for camera in site.cameras if site.windows_of(camera.id)]


def _settings(site: SiteConfig, camera_id: str) -> object:
    """All that the analysis of a camera depends on."""
    cameras: Mapping[str, object] = {camera.id: camera for camera in site.cameras}
    windows, groups = site.windows_of(camera_id), site.groups_of(camera_id)
    return cameras.get(camera_id), windows, groups, site.rules, site.calendar, site.site.timezone


def _changed_windows(before: SiteConfig, after: SiteConfig, camera_id: str) -> frozenset[str]:
    """Windows of a camera whose post, or whose camera, is not what it was."""
    posts = {window.id: (window.camera, window.post) for window in before.windows}
    return frozenset(
        window.id
        for window in after.windows_of(camera_id)
        if posts.get(window.id) != (window.camera, window.post)
    )
