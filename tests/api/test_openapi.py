"""The document: committed, complete, and what the service really does."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.snapshot import SNAPSHOT, document_text
from tests.api.support import Hall, bearer, open_hall, routes
from vision.testing.stores import MemoryStore

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
HALL = open_hall(MemoryStore())
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", HALL.app).exclude(
    path="/api/v1/events/stream"  # which does not end; tests/api/test_stream.py holds it
)


def test_snapshot_is_current(hall: Hall) -> None:
    """After a wanted change: python -m tests.api.snapshot."""
    assert SNAPSHOT.read_text(encoding="utf-8") == document_text(hall.app)


def test_every_api_route_is_documented(hall: Hall) -> None:
    paths = hall.app.openapi()["paths"]
    documented = {(method.upper(), path) for path, ops in paths.items() for method in ops}
    assert {route for route in routes(hall.app) if route[1].startswith("/api/v1")} == documented


def test_every_closed_operation_names_its_key(hall: Hall) -> None:
    operations = [
        (path, operation)
        for path, methods in hall.app.openapi()["paths"].items()
        for operation in methods.values()
    ]
    without = {path for path, operation in operations if "security" not in operation}
    assert without == {"/api/v1/healthz", "/api/v1/readyz"}


def test_page_works_without_internet(hall: Hall) -> None:
    page = hall.client.get("/docs")
    assert "http" not in page.text.replace("<!doctype html>", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "LICENSE"):
        assert hall.client.get(f"/static/swagger/{asset}").status_code == 200


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_conforms_with_key(case: schemathesis.Case) -> None:
    case.call_and_validate(headers=bearer("all") | {"If-Match": "*"}, checks=CHECKS)


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_conforms_without_key(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)
