"""Audits on several processes or machines, by Ray.

Every worker loads the models once and takes one input at a time. All write to the same database
(SQLite on one machine, PostgreSQL on several) and evidence folder. A worker that dies is started
again and its input goes on from its last checkpoint, so a killed worker loses nothing.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vision.config import SiteConfig
from vision.errors import DeportmentError, MissingExtra
from vision.evidence import FileEvidenceStore
from vision.jobs.audit import AuditResult, audit_input
from vision.jobs.inputs import Input
from vision.store import SqlStore
from vision.wiring import Bench, open_models

RETRIES = 3
"""How often an input is given to another worker after one has died over it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where every worker reads and writes.

    Attributes:
        site: The configuration.
        database: As ``--db`` takes it; absolute, since workers have folders of their own.
        evidence: Folder of the snapshots.
    """

    site: SiteConfig
    database: str
    evidence: Path


class Worker:
    """Audits inputs one after the other, with models that are loaded once."""

    def __init__(self, place: Place) -> None:
        self._open = ExitStack()
        models = self._open.enter_context(open_models())
        store = self._open.enter_context(SqlStore(place.database, busy_timeout_s=60.0))
        self._bench = Bench.of(place.site, models, store, FileEvidenceStore(place.evidence))

    def audit(self, one: Input) -> AuditResult:
        """Audit an input to its end; what goes wrong with it is in the result or raised."""
        return audit_input(self._bench, one)


def audit_on_ray(place: Place, inputs: Sequence[Input], workers: int) -> Iterator[AuditResult]:
    """Audit inputs in parallel; results as they come.

    Args:
        place: Where to read and write.
        inputs: Absolute paths that every machine can read.
        workers: How many at a time.

    Raises:
        MissingExtra: Without Ray.
        DeportmentError: What a worker raised; the inputs that were done stand.
    """
    try:
        import ray
        from ray.exceptions import RayError, RayTaskError
    except ImportError as error:
        raise MissingExtra("cluster", "--engine ray") from error
    # Ray's own reports would go out to its makers.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray.init(
        ignore_reinit_error=True,
        log_to_driver=False,
        include_dashboard=False,
        logging_level=logging.ERROR,
    )
    try:
        hire = ray.remote(max_restarts=RETRIES, max_task_retries=RETRIES, num_cpus=1)(Worker)
        crew = [hire.remote(place) for _ in range(max(1, min(workers, len(inputs))))]
        yield from _shared_out(crew, inputs, ray)
    except RayTaskError as error:
        raise DeportmentError(f"a worker failed: {error.cause or error}") from error
    except RayError as error:
        raise DeportmentError(f"the workers cannot go on: {error}") from error
    finally:
        ray.shutdown()


def _shared_out(crew: Sequence[Any], inputs: Sequence[Input], ray: Any) -> Iterator[AuditResult]:
    """Give each worker the next input as soon as it is free."""
    waiting = list(inputs)
    busy = {worker.audit.remote(waiting.pop(0)): worker for worker in crew}
    while busy:
        (done,), _ = ray.wait(list(busy), num_returns=1)
        worker = busy.pop(done)
        if waiting:
            busy[worker.audit.remote(waiting.pop(0))] = worker
        yield ray.get(done)
