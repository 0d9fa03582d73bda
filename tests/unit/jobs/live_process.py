"""A live job that is a process of its own: two cameras at ten times real time."""

import signal
import time
from datetime import timedelta

from prometheus_client import CollectorRegistry

from tests.builders import T0
from tests.media import numbered
from tests.unit.jobs.live import FPS, LOG, bench, site
from vision.jobs.mailroom import Mailroom
from vision.jobs.meters import Meters
from vision.jobs.watch import Watch
from vision.sources.live import CameraState, Health
from vision.store import SqlStore
from vision.types import Frame
from vision.wiring import open_receiver

SPEED = 10
PERIOD_S = 0.5
AWAY = tuple((first + 2, first + 8) for first in range(0, 6000, 12))


class RealTime:
    """A camera whose pictures carry the media time at which they are taken."""

    def __init__(self, camera_id, began_s):
        self._camera_id = camera_id
        self._began_s = began_s
        self._stopped = False
        self.health = Health(CameraState.LIVE)

    def frames(self):
        number = int(self._second() / PERIOD_S) + 1
        while not self._stopped:
            time.sleep(max(0.0, (number * PERIOD_S - self._second()) / SPEED))
            image = numbered(round(number * PERIOD_S * FPS))
            at = T0 + timedelta(seconds=number * PERIOD_S)
            yield Frame(self._camera_id, at, image, PERIOD_S, is_key=True)
            number = max(number + 1, int(self._second() / PERIOD_S))

    def _second(self):
        return (time.time() - self._began_s) * SPEED

    def between(self, after, before):
        return iter(())

    def burst(self, wanted):
        """Its pace is fixed."""

    def stop(self):
        self._stopped = True


def main(path, url, began_s):
    """Watch until SIGTERM."""
    sink = f"sinks: [{{kind: webhook, url: '{url}', timeout_s: 0.5}}]"
    config = site(cameras=("c", "d"), more=sink)
    with SqlStore(path) as store:
        job = Watch(
            bench(store, config, away=AWAY),
            lambda _, camera_id: RealTime(camera_id, began_s),
            Mailroom(store, lambda sink, made: open_receiver(sink, made, {}), LOG),
            Meters(CollectorRegistry()),
            LOG,
            lambda: config,
            lambda: T0 + timedelta(seconds=(time.time() - began_s) * SPEED),
        )
        signal.signal(signal.SIGTERM, lambda *_: job.stop())
        print("up", flush=True)
        job.run()
