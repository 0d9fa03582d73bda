"""``/healthz`` and ``/readyz`` are open: probes carry no key, and they tell nothing."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Security
from fastapi.responses import Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.access import Scope
from api.deps import Served, authorise
from api.errors import documented
from api.schema import Answer

_TEXT = {200: {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}}


class Health(Answer):
    """The service answers."""

    status: Literal["ok"] = "ok"


class Ready(Answer):
    """The service can answer questions."""

    status: Literal["ready"] = "ready"


probes = APIRouter(tags=["health"])


@probes.get("/healthz", response_model=Health)
def healthz() -> Health:
    """Whether the process answers at all."""
    return Health()


@probes.get("/readyz", response_model=Ready, responses=documented(HTTPStatus.SERVICE_UNAVAILABLE))
def readyz(served: Served) -> Ready:
    """Whether the event database can be read."""
    served.store.states()
    return Ready()


def metrics_router(open_to_all: bool) -> APIRouter:
    """``/metrics``, with a key unless it is to be open."""
    needed = [] if open_to_all else [Security(authorise, scopes=[Scope.READ])]
    closed = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
    statuses = () if open_to_all else closed
    router = APIRouter(tags=["health"], dependencies=needed)
    responses = documented(*statuses, HTTPStatus.SERVICE_UNAVAILABLE) | _TEXT
    router.get("/metrics", response_class=Response, responses=responses)(metrics)
    return router


def metrics(request: Request) -> Response:
    """Metrics of the service and the live state of the windows, for Prometheus."""
    registry = request.app.state.metrics.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
