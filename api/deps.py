"""What a request handler is given: the services, who asks, and the guard of every route."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from structlog.typing import FilteringBoundLogger

from api.access import Gate, KeyRing, Principal, Scope, same
from api.cameras.snapshots import Snapshots
from api.errors import BadParameter, Forbidden, Unauthorised
from api.feed import Feed
from api.live import Live
from api.quality.standing import Standing
from api.ratelimit import Buckets
from api.settings import ServiceSettings
from api.site.desk import SiteDesk
from vision.access import AccessStore, Activity, ActivityLog, ReviewStore
from vision.audits import AuditQueue
from vision.config import ServiceWindow, SiteConfig
from vision.exemptions import ExemptionStore
from vision.jobs.place import Notes
from vision.keeping import ConfigStore, HoldStore
from vision.ports import EventReader, EvidenceStore
from vision.rules.scale import Assessability
from vision.spotchecks import SpotCheckStore
from vision.statistics import EventCounter
from vision.wire import API_BASE


class ServiceStore(
    EventReader,
    EventCounter,
    ReviewStore,
    AccessStore,
    SpotCheckStore,
    ActivityLog,
    AuditQueue,
    HoldStore,
    ConfigStore,
    ExemptionStore,
    Notes,
    Protocol,
):
    """What the service asks of the event database."""


ViewReport = Callable[[ServiceWindow], Mapping[str, Assessability]]
"""Tells by rule id what the view of a window supports; a rule left out is not known."""


@dataclass(frozen=True, slots=True)
class Services:
    """What every request shares.

    Attributes:
        desk: The configured site, which may change.
        now: The time, UTC; a test's clock in tests.
        live: The live run beside the service; None without one.
        requests: How often a key or person may ask.
        refusals: How often an address may ask with a wrong key or password.
    """

    settings: ServiceSettings
    store: ServiceStore
    evidence: EvidenceStore
    keys: KeyRing
    desk: SiteDesk
    view_report: ViewReport
    now: Callable[[], datetime]
    log: FilteringBoundLogger
    feed: Feed
    live: Live | None
    requests: Buckets
    refusals: Buckets
    snapshots: Snapshots
    standing: Standing

    @property
    def site(self) -> SiteConfig | None:
        """The configured site; None where the service runs on a database alone."""
        return self.desk.site

    def note(self, action: str, who: Principal, subject: str, **detail: Any) -> None:
        """Remember that somebody did something: in the log, and for ``/audit-log``.

        Args:
            action: Such as ``evidence_viewed``.
            who: Who did it.
            subject: Kind and id of what it was done to, such as ``event:01J…``.
            detail: Further values; no secrets.
        """
        self.store.note_activity(Activity(self.now(), who.name, action, subject, detail))
        self.log.info(action, principal=who.name, subject=subject, **detail)

    @property
    def gate(self) -> Gate:
        """Tells who asks."""
        return Gate(self.store, self.keys, self.now)


def services(request: Request) -> Services:
    """The services of the application that answers."""
    found: Services = request.app.state.services
    return found


async def served_by(request: Request) -> Services:
    """:func:`services` as a dependency; async, since every other one costs a thread a request."""
    return services(request)


COOKIE = "deportment_session"
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
bearer = HTTPBearer(auto_error=False, description="A key of the service")


async def authorise(
    request: Request,
    wanted: SecurityScopes,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    """Who asks, if that is somebody and may.

    Raises:
        Unauthorised: Without a valid key or session.
        Forbidden: If a scope of the route is missing, or a cookie alone asks for a change.
        TooMany: If it asks too often.
    """
    served = services(request)
    if credentials is not None and served.keys.is_fresh:
        principal = _who(request, served.gate, credentials)
    else:
        principal = await run_in_threadpool(_who, request, served.gate, credentials)
    if principal is None:
        served.refusals.spend(address_of(request))
        raise Unauthorised("send 'Authorization: Bearer KEY' with a key of this service")
    served.requests.spend(principal.name)
    missing = {Scope(scope) for scope in wanted.scopes} - principal.scopes
    if missing:
        raise Forbidden(f"the key needs the scope {', '.join(sorted(missing))}")
    if principal.csrf is not None and request.method not in SAFE:
        require_csrf(principal, request.headers.get(CSRF_HEADER, ""))
    request.scope["principal"] = principal.name
    return principal


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that uvicorn trusts, where that says."""
    return request.client.host if request.client else ""


def _who(
    request: Request, gate: Gate, credentials: HTTPAuthorizationCredentials | None
) -> Principal | None:
    if credentials is not None:
        return gate.by_key(credentials.credentials)
    token = request.cookies.get(COOKIE)
    return gate.by_session(token) if token else None


def require_csrf(principal: Principal, sent: str) -> None:
    """Let pass what comes from a page of this service.

    Raises:
        Forbidden: If a cookie came without the token of its session.
    """
    if principal.csrf is not None and not same(principal.csrf, sent):
        raise Forbidden("a change needs the token of the session beside its cookie")


class StrictQuery:
    """Refuses what a route does not know: a misspelt filter would return everything."""

    def __init__(self) -> None:
        self._known: dict[object, dict[str, bool]] = {}

    async def __call__(self, request: Request) -> None:
        """Let pass a query of known parameters.

        Raises:
            BadParameter: For an unknown parameter, or one given twice that takes one value.
        """
        if not request.query_params:
            return
        known = self._of(request)
        for name, times in Counter(key for key, _ in request.query_params.multi_items()).items():
            if name not in known:
                raise BadParameter(name[:80], "this path has no such parameter")
            if times > 1 and not known[name]:
                raise BadParameter(name, "expected once")

    def _of(self, request: Request) -> dict[str, bool]:
        """Of every parameter of the route, whether it may be repeated."""
        endpoint = request.scope["endpoint"]
        if endpoint not in self._known:
            fields = get_flat_params(request.scope["route"].dependant)
            self._known[endpoint] = {
                field.alias: _repeatable(field.field_info.annotation)
                for field in fields
                if isinstance(field.field_info, Query)
            }
        return self._known[endpoint]


def _repeatable(annotation: object) -> bool:
    return "list[" in str(annotation)


Served = Annotated[Services, Depends(served_by)]
Reader = Annotated[Principal, Security(authorise, scopes=[Scope.READ])]
Administrator = Annotated[Principal, Security(authorise, scopes=[Scope.ADMIN])]


async def event_base(request: Request) -> str:
    """Path of the API in front of which a proxy may have stripped a prefix."""
    return f"{request.scope.get('root_path', '')}{API_BASE}"


Base = Annotated[str, Depends(event_base)]
