"""``deportment watch``: live cameras in, events out, with the API and the dashboard beside."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from prometheus_client import CollectorRegistry

from vision.cli.logs import log_to
from vision.cli.options import (
    DEFAULT_DATABASE,
    Database,
    EvidenceFolder,
    SiteFile,
    evidence_folder,
)
from vision.config import SiteConfig, load_site, recordable
from vision.errors import UsageError
from vision.evidence import FileEvidenceStore
from vision.jobs.admission import Slots, TakingTurns
from vision.jobs.clipped import TellingStore
from vision.jobs.cliproom import ClipCollector, ClipRoom
from vision.jobs.heap import Heap
from vision.jobs.mailroom import Mailroom
from vision.jobs.meters import LiveCollector, Meters
from vision.jobs.retention import housekeeping
from vision.jobs.shared import Shared, SharedDetector, SharedPose
from vision.jobs.watch import Watch, utc_now
from vision.keeping import ConfigStore
from vision.store import SqlStore
from vision.wiring import (
    Bench,
    Models,
    open_camera,
    open_models,
    open_receiver,
    rules_with,
)

SWITCH_S = 0.0005
"""How long a thread keeps the interpreter that others wait for. Ten cameras send 250 packets a
second, each to be taken at once; with Python's 5 ms their readers would fall behind."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a live run reads and writes.

    Attributes:
        site: Site file.
        db: Event database.
        evidence: Folder of snapshots.
        media_root: Folder of ``file:`` cameras; None refuses them.
    """

    site: Path
    db: str
    evidence: Path
    media_root: Path | None


def watch(
    site: SiteFile,
    db: Database = DEFAULT_DATABASE,
    evidence: EvidenceFolder = None,
    host: Annotated[str, typer.Option(help="Address of the API.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")] = 8000,
    no_api: Annotated[bool, typer.Option("--no-api", help="Leave the API out.")] = False,
    media_root: Annotated[
        Path | None, typer.Option(help="Folder that file: cameras must lie in.")
    ] = None,
) -> None:
    """Watch all cameras of a site until SIGTERM or Ctrl-C; SIGHUP reads the site file anew."""
    place = Place(site, db, evidence_folder(evidence, db), media_root)
    config = load_site(site)
    if not any(config.windows_of(camera.id) for camera in config.cameras):
        raise UsageError(f"{site}: no camera sees a window")
    log_to(sys.stderr.isatty())
    sys.setswitchinterval(SWITCH_S)
    heap = Heap()
    heap.bound()
    with heap.trimmed():
        run(place, config, None if no_api else (host, port))
    _leave()


def run(place: Place, config: SiteConfig, address: tuple[str, int] | None) -> None:
    """Watch until a signal says to stop."""
    log = structlog.get_logger("deportment.watch")
    registry = CollectorRegistry()
    meters = Meters(registry)
    with ExitStack() as stack:
        store = stack.enter_context(SqlStore(place.db))
        evidence = FileEvidenceStore(place.evidence)
        models = shared(stack.enter_context(open_models()), meters)
        rules = rules_with(models.thresholds)
        slots = Slots()
        patient = replace(models, detector=TakingTurns(models.detector, slots))
        room = ClipRoom(patient, store, evidence, rules, config, log, utc_now)
        job = Watch(
            Bench.of(config, models, TellingStore(store, room.stored), evidence),
            lambda site, camera_id: open_camera(
                site, camera_id, os.environ, place.media_root, room.ring(site, camera_id)
            ),
            Mailroom(store, lambda sink, site: open_receiver(sink, site, os.environ), log),
            meters,
            log,
            lambda: room.take_on(noted(store, load_site(place.site))),
            slots=slots,
        )
        registry.register(LiveCollector(job.health, store.backlogs))
        stack.enter_context(_service(place, config, address, store, evidence, registry, job))
        stack.enter_context(signals(job))
        noted(store, config)
        stack.enter_context(room.open())
        stack.enter_context(housekeeping(store, evidence, lambda: room.site.retention, log))
        registry.register(ClipCollector(lambda: room.outcomes))
        log.info("watching", site=config.site.id, windows=len(config.windows))
        job.run()
        log.info("stopped")


def noted(store: ConfigStore, site: SiteConfig) -> SiteConfig:
    """The site, once its configuration is recorded."""
    store.note_config(site.site.id, recordable(site))
    return site


def shared(models: Models, meters: Meters) -> Models:
    """The same models, for many threads; the time of every call is measured."""
    detector = Shared(
        models.detector.detect, meters.stage("detect"), tell_wait=meters.stage("detect_wait")
    )
    pose = Shared(models.pose.estimate, meters.stage("pose"), tell_wait=meters.stage("pose_wait"))
    return replace(models, detector=SharedDetector(detector), pose=SharedPose(pose))


def _service(
    place: Place,
    config: SiteConfig,
    address: tuple[str, int] | None,
    store: SqlStore,
    evidence: FileEvidenceStore,
    registry: CollectorRegistry,
    job: Watch,
) -> AbstractContextManager[Any]:
    if address is None:
        return nullcontext()
    settings = import_module("api.settings").ServiceSettings.given(
        db=place.db,
        evidence=place.evidence,
        site=place.site,
        host=address[0],
        port=address[1],
        media_root=place.media_root,
        api_key=os.environ.get("DEPORTMENT_API_KEY"),
    )
    # By name: this package never imports the service's.
    made: AbstractContextManager[Any] = import_module("api.beside").beside(
        settings, store, evidence, config, registry, job
    )
    return made


@contextmanager
def signals(job: Watch) -> Iterator[None]:
    """SIGTERM and Ctrl-C stop the job, SIGHUP makes it read its site anew."""
    wanted = {
        signal.SIGTERM: job.stop,
        signal.SIGINT: job.stop,
        signal.SIGHUP: job.reload,
    }
    before = {
        number: signal.signal(number, lambda *_, act=act: act()) for number, act in wanted.items()
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave() -> None:
    """End now: a thread may still wait for a camera that does not answer, which changes nothing."""
    waiting = [one for one in threading.enumerate() if one is not threading.main_thread()]
    if waiting:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
