"""Runs the service: what ``deportment serve`` does."""

import gc
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app, utc_now
from api.audits.desk import auditing
from api.deps import Services
from api.settings import ServiceSettings
from api.windows.views import view_report
from vision.config import RetentionConfig, SiteConfig, load_site
from vision.evidence import FileEvidenceStore
from vision.jobs.heap import Heap
from vision.jobs.retention import housekeeping
from vision.store import SqlStore

COLLECT_AFTER = (20_000, 20, 20)
"""Objects more, and collections of the generation before, until garbage is searched for."""


def serve(settings: ServiceSettings) -> None:
    """Answer requests until interrupted.

    Prints the address, and on the first start of a database the key that was made for it. It is
    shown only then.

    Raises:
        ConfigError: If the site file is wrong.
        StoreError: If the database cannot be opened.
        EvidenceError: If the evidence folder cannot be made.
    """
    log_to(sys.stderr.isatty())
    Heap().bound()
    with SqlStore(settings.db) as store:
        evidence = FileEvidenceStore(settings.evidence)
        site = _site(settings.site)
        app = create_app(settings, store, evidence, site, view_report=view_report(store))
        announce(app, settings)
        services: Services = app.state.services
        with (
            auditing(settings, store, utc_now, services.log),
            housekeeping(store, evidence, lambda: _kept(services), services.log),
        ):
            run(app, settings)


def _kept(services: Services) -> RetentionConfig:
    return services.site.retention if services.site else RetentionConfig()


def run(app: FastAPI, settings: ServiceSettings) -> None:
    """Listen until interrupted; the service logs its requests itself."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path,
        timeout_graceful_shutdown=2,  # event streams would never end by themselves
        log_config=None,
        access_log=False,
        server_header=False,
    )
    _collect_rarely()
    with suppress(KeyboardInterrupt):  # which uvicorn raises anew once it has stopped
        uvicorn.Server(config).run()


def _collect_rarely() -> None:
    """Spare requests most of the search for garbage, which hardly finds any.

    What was made until now stays and is not walked through again. What a request makes is freed
    without a search; at the usual threshold every page of events would cause one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _site(file: Path | None) -> SiteConfig | None:
    return load_site(file) if file else None


def announce(app: FastAPI, settings: ServiceSettings) -> None:
    """Print the address, and the key if one was just made."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"deportment: http://{host}:{settings.port}{settings.root_path}/\n")
    key = app.state.services.keys.first_key()
    if key is not None:
        sys.stdout.write(f"deportment: key (shown only now, keep it): {key}\n")
    sys.stdout.flush()


def _packed(line: Mapping[str, Any], **how: Any) -> str:
    return orjson.dumps(line, default=how.get("default")).decode()


def log_to(terminal: bool) -> None:
    """Log to standard error: for people on a terminal, else one JSON object a line."""
    renderer: Any = structlog.dev.ConsoleRenderer()
    if not terminal:
        renderer = structlog.processors.JSONRenderer(serializer=_packed)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
