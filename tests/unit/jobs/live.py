"""A hall of fake cameras for tests of the live job."""

import queue
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from prometheus_client import CollectorRegistry

from tests.builders import T0, at
from tests.media import number_in
from vision.config import parse_site
from vision.jobs.mailroom import Mailroom
from vision.jobs.meters import Meters
from vision.jobs.watch import Watch
from vision.sources.live import CameraState, Health
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.testing.stores import MemoryEvidence
from vision.types import Detections, Label
from vision.wiring import Bench, Models

FPS = 10
SITTING = Detections.of([(Label.PERSON, 0.9, (10, 2, 110, 62))])
LOG = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])


def site_text(cameras=("c",), dwell_s=3, more=""):
    listed = ", ".join(f"{{id: {one}}}" for one in cameras)
    windows = ", ".join(
        f"{{id: W{one}, camera: {one}, post: [[0,0],[1,0],[1,1],[0,1]]}}" for one in cameras
    )
    return (
        f"site: {{id: s}}\ncameras: [{listed}]\nwindows: [{windows}]\n"
        f"rules: {{leaving_post: {{dwell_s: {dwell_s}, unknown_limit_s: 30}}}}\n{more}"
    )


def site(**options):
    return parse_site(site_text(**options))


def bench(store, config, away=((8, 14), (30, 40)), look=lambda image: None):
    """A bench whose detector sees nobody in these spans of seconds."""

    def answer(image):
        look(image)
        second = number_in(image) / FPS
        return Detections.empty() if any(a <= second < b for a, b in away) else SITTING

    thresholds = dict.fromkeys(Label, 0.5)
    models = Models(ScriptedDetector(answer), ScriptedPose(), "d", "p", thresholds)
    return Bench.of(config, models, store, MemoryEvidence())


class Played:
    """A recording behind the port of a live stream: it ends by itself."""

    def __init__(self, source):
        self._source = source
        self.health = Health(CameraState.LIVE)

    def frames(self):
        return self._source.frames()

    def between(self, after, before):
        return self._source.between(after, before)

    def burst(self, wanted):
        self._source.burst(wanted)

    def stop(self):
        """It ends by itself."""


class Fed:
    """A stream that gives what it is fed, until it is stopped."""

    def __init__(self):
        self._frames = queue.Queue()
        self.health = Health(CameraState.LIVE)
        self.stopped = False

    def feed(self, *frames):
        for one in frames:
            self._frames.put(one)

    def frames(self):
        while (one := self._frames.get()) is not None:
            yield one

    def between(self, after, before):
        return iter(())

    def burst(self, wanted):
        """Only what is fed."""

    def stop(self):
        self.stopped = True
        self._frames.put(None)


class Clock:
    def __init__(self, second=-1.0):
        self.second = second

    def __call__(self):
        return at(self.second)


def watch(made, streams, clock=None, load=None, open_receiver=None):
    store = made.store
    return Watch(
        made,
        lambda _, camera_id: streams[camera_id],
        Mailroom(store, open_receiver, LOG),
        Meters(CollectorRegistry()),
        LOG,
        load or (lambda: made.site),
        clock or Clock(),
    )


@contextmanager
def running(job):
    """Run a watch in a thread; stopped and joined on leaving, its error raised."""
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(job.run)
        try:
            yield job
        finally:
            job.stop()
    future.result()


def wait_until(true, longest_s=15.0):
    until_s = time.monotonic() + longest_s
    while not true() and time.monotonic() < until_s:
        time.sleep(0.005)
    assert true()


def counted(job, name, **labels):
    """A counter of the job's metrics."""
    return job._meters.registry.get_sample_value(name, labels) or 0.0


__all__ = ["FPS", "T0", "Clock", "Fed", "Played", "bench", "counted", "running", "site", "watch"]
