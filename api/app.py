"""The application: every route, closed by default."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus

import structlog
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI, Security
from structlog.typing import FilteringBoundLogger

import api.auditlog.routes
import api.audits.routes
import api.cameras.routes
import api.coverage.routes
import api.events.routes
import api.events.stream
import api.exemptions.routes
import api.keeping.routes
import api.keys.routes
import api.negatives.routes
import api.quality.routes
import api.scorecards.routes
import api.site.routes
import api.spotchecks.routes
import api.stats.routes
import api.windows.routes
from api.access import KeyRing, Scope
from api.bodylimit import BodyLimit
from api.cameras.snapshots import Eyes, Snapshots
from api.condense import Condense
from api.deps import Services, ServiceStore, StrictQuery, ViewReport, authorise
from api.docs import add_docs
from api.errors import Handlers, documented
from api.feed import Feed
from api.health.metrics import Metrics
from api.health.routes import metrics_router, probes
from api.live import Live
from api.quality.standing import Standing
from api.ratelimit import Buckets
from api.requestlog import RequestLog
from api.settings import ServiceSettings
from api.site.desk import SiteDesk
from api.web.blanks import DropBlanks
from api.web.errorpage import error_page, wants_page
from api.web.routes import entrance, pages
from vision import __version__
from vision.config import QualityConfig, ServiceWindow, SiteConfig
from vision.ports import EvidenceStore
from vision.rules.scale import Assessability
from vision.wire import API_BASE

_EVERYWHERE = documented(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


REFUSALS_AT_ONCE = 30
"""Requests with a wrong key or password that one address may send at once; then one a second."""

THREADS = 4
"""Requests that are answered at once; the others wait."""

_NOUNS = (
    api.windows.routes,
    api.events.stream,
    api.events.routes,
    api.coverage.routes,
    api.cameras.routes,
    api.stats.routes,
    api.scorecards.routes,
    api.quality.routes,
    api.spotchecks.routes,
    api.exemptions.routes,
    api.keeping.routes,
    api.negatives.routes,
    api.keys.routes,
    api.site.routes,
    api.audits.routes,
    api.auditlog.routes,
)


def _nothing_known(_window: ServiceWindow) -> Mapping[str, Assessability]:
    return {}


@asynccontextmanager
async def _few_threads(_app: FastAPI) -> AsyncIterator[None]:
    """More would only fight for the interpreter, and each holds a connection to the database."""
    current_default_thread_limiter().total_tokens = THREADS
    yield


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def create_app(
    settings: ServiceSettings,
    store: ServiceStore,
    evidence: EvidenceStore,
    site: SiteConfig | None = None,
    *,
    view_report: ViewReport = _nothing_known,
    now: Callable[[], datetime] = utc_now,
    log: FilteringBoundLogger | None = None,
    live: Live | None = None,
) -> FastAPI:
    """The service over an event database.

    Args:
        settings: How the service is set up.
        store: Events, states, coverage and keys.
        evidence: Pictures and clips.
        site: The configured windows; without it, those that were ever observed.
        view_report: Tells which rules a window's view supports.
        now: The clock.
        log: Where requests are logged; standard output if left out.
        live: The live run that the service stands beside.
    """
    log = log or structlog.get_logger("deportment.api")
    app = FastAPI(
        lifespan=_few_threads,
        title="Deportment",
        version=__version__,
        summary="Conduct at public-service windows, as events per window",
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        openapi_url=f"{API_BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    keys = KeyRing(store, settings.api_key)
    desk = SiteDesk(site, settings.site)
    app.state.services = Services(
        settings=settings,
        store=store,
        evidence=evidence,
        keys=keys,
        desk=desk,
        view_report=view_report,
        now=now,
        log=log,
        feed=Feed(store),
        live=live,
        requests=Buckets(settings.requests_per_s, 2 * settings.requests_per_s),
        refusals=Buckets(1, REFUSALS_AT_ONCE),
        snapshots=Snapshots(Eyes(live, settings.media_root)),
        standing=Standing(store, _quality_of(desk), now),
    )
    app.state.metrics = Metrics(store)
    Handlers(log, wants_page, error_page).install(app)
    _add_routes(app, settings)
    add_docs(app)
    app.add_middleware(Condense)
    app.add_middleware(BodyLimit, most_with_files=settings.most_upload_bytes)
    app.add_middleware(DropBlanks)
    app.add_middleware(RequestLog, log=log, metrics=app.state.metrics)
    return app


def _quality_of(desk: SiteDesk) -> Callable[[], QualityConfig]:
    return lambda: desk.site.quality if desk.site else QualityConfig()


def _add_routes(app: FastAPI, settings: ServiceSettings) -> None:
    strict_query = StrictQuery()
    closed_pages = [Security(authorise, scopes=[Scope.READ]), Depends(strict_query)]
    closed = APIRouter(
        prefix=API_BASE,
        dependencies=[Security(authorise, scopes=[Scope.READ]), Depends(strict_query)],
        responses=_EVERYWHERE,
    )
    for routes in _NOUNS:
        closed.include_router(routes.router)
    app.include_router(closed)
    app.include_router(pages, dependencies=closed_pages)
    app.include_router(entrance, dependencies=[Depends(strict_query)])
    health = APIRouter()
    health.include_router(probes, dependencies=[Depends(strict_query)])
    health.include_router(metrics_router(settings.open_metrics))
    app.include_router(
        health, prefix=API_BASE, responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY)
    )
    app.include_router(health, include_in_schema=False)
