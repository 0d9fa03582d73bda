"""Runs the service in a thread, beside the job that fills the database."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI
from prometheus_client.registry import Collector

from api.app import create_app, utc_now
from api.audits.desk import auditing
from api.deps import ServiceStore
from api.live import Live
from api.server import announce
from api.settings import ServiceSettings
from api.windows.views import view_report
from vision.config import SiteConfig
from vision.errors import UsageError
from vision.ports import EvidenceStore

STOP_WITHIN_S = 1


@contextmanager
def beside(
    settings: ServiceSettings,
    store: ServiceStore,
    evidence: EvidenceStore,
    site: SiteConfig,
    metrics: Collector,
    live: Live | None = None,
) -> Iterator[FastAPI]:
    """Answer requests until the block is left.

    Args:
        settings: How the service is set up.
        store: Shared with the job.
        evidence: Likewise.
        site: The configured windows.
        metrics: Told to Prometheus beside the service's own.
        live: The job, for its cameras.

    Raises:
        UsageError: If nobody can listen at the address.
    """
    app = create_app(settings, store, evidence, site, view_report=view_report(store), live=live)
    app.state.metrics.registry.register(metrics)
    config = uvicorn.Config(
        app,
        root_path=settings.root_path,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    server = uvicorn.Server(config)
    with _listening(settings.host, settings.port) as listener:
        thread = Thread(target=server.run, args=([listener],), name="api", daemon=True)
        thread.start()
        announce(app, settings)
        try:
            with auditing(settings, store, utc_now, app.state.services.log):
                yield app
        finally:
            server.should_exit = True
            thread.join(STOP_WITHIN_S + 1)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or "no such address"
        raise UsageError(f"cannot listen at {host} port {port}: {reason}") from error
