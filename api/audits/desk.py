"""Sees to it that audits run: a few processes at once, and none is left behind."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread

from structlog.typing import FilteringBoundLogger

from api.settings import ServiceSettings
from vision.audits import ENDED, AuditQueue
from vision.errors import NotFound, StoreError
from vision.jobs.audit_worker import Workplace

LOOK_EVERY_S = 1.0
STOP_WITHIN_S = 5.0
AFTER_DEATH_S = 10.0
COMMAND = (sys.executable, "-m", "vision.jobs.audit_worker")


def workplace(settings: ServiceSettings) -> Workplace | None:
    """Where audits of a service read and write; None without a site file."""
    if settings.site is None:
        return None
    root = settings.media_root
    db = settings.db if "://" in settings.db else str(Path(settings.db).absolute())
    return Workplace(
        db=db,
        evidence=settings.evidence.absolute(),
        site=settings.site.absolute(),
        uploads=settings.uploads_folder.absolute(),
        media_root=root.absolute() if root else None,
    )


class AuditDesk:
    """Starts a process whenever audits wait and fewer than allowed run.

    Args:
        queue: The audits.
        place: What the processes work on.
        at_once: How many may run.
        now: The clock.
        log: Told of processes that died.
        command: What to start.
    """

    def __init__(
        self,
        queue: AuditQueue,
        place: Workplace,
        at_once: int,
        now: Callable[[], datetime],
        log: FilteringBoundLogger,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._queue = queue
        self._place = place
        self._at_once = at_once
        self._now = now
        self._log = log
        self._command = command
        self._running: list[subprocess.Popen[str]] = []
        self._stopping = Event()
        self._wait_until_s = float("-inf")

    def run(self) -> None:
        """Look after the queue until :meth:`stop`."""
        try:
            while not self._stopping.wait(LOOK_EVERY_S):
                with suppress(StoreError):  # whoever asks for answers is told of it
                    self.look()
        finally:
            self._end()

    def stop(self) -> None:
        """Let :meth:`run` end; audits that run go back into the queue."""
        self._stopping.set()

    def look(self) -> None:
        """Start processes for what waits, and take note of those that have ended."""
        for process in self._running:
            if process.poll() is not None:
                self._bury(process)
        self._running = [process for process in self._running if process.returncode is None]
        if time.monotonic() < self._wait_until_s:
            return
        free = self._at_once - len(self._running)
        for _ in range(min(free, self._queue.free_audits(self._now()))):
            self._start()

    def _bury(self, process: "subprocess.Popen[str]") -> None:
        _close(process)
        if process.returncode != 0:
            self._wait_until_s = time.monotonic() + AFTER_DEATH_S
            self._log.error("audit_process_died", code=process.returncode)

    def _start(self) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, text=True)  # noqa: S603
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(self._place.dump() + "\n")
            process.stdin.flush()
        self._running.append(process)

    def _end(self) -> None:
        for process in self._running:
            _close(process)
        for process in self._running:
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:  # it is taken up again once its lease is over
                process.kill()
                process.wait()


def _close(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()


def sweep(uploads: Path, queue: AuditQueue) -> None:
    """Delete what came with audits that have ended while nobody was there to do it."""
    for folder in uploads.glob("*/"):
        with suppress(NotFound):
            if queue.audit(folder.name).status in ENDED:
                rmtree(folder, ignore_errors=True)


@contextmanager
def auditing(
    settings: ServiceSettings,
    queue: AuditQueue,
    now: Callable[[], datetime],
    log: FilteringBoundLogger,
) -> Iterator[None]:
    """Run audits until the block is left; none without a site file."""
    place = workplace(settings)
    if place is None or settings.audits_at_once == 0:
        yield
        return
    sweep(place.uploads, queue)
    desk = AuditDesk(queue, place, settings.audits_at_once, now, log)
    thread = Thread(target=desk.run, name="audits", daemon=True)
    thread.start()
    try:
        yield
    finally:
        desk.stop()
        thread.join(2 * STOP_WITHIN_S)
