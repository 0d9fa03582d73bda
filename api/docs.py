"""The interactive page of the API, from files that ship with the product."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from api.audits.models import AuditRequest
from api.errors import Problem

WEB = Path(__file__).parent / "web"
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'"
)


def add_docs(app: FastAPI) -> None:
    """Serve ``/docs`` and its files, and put the one shape of errors into the document."""
    app.mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    app.get("/docs", include_in_schema=False)(docs)
    made: list[dict[str, Any]] = []

    def openapi() -> dict[str, Any]:
        if not made:
            made.append(document(app))
        return made[0]

    app.openapi = openapi  # type: ignore[method-assign]


def docs() -> FileResponse:
    """The page; it asks for a key before it can try anything."""
    headers = {"Content-Security-Policy": _POLICY}
    return FileResponse(WEB / "docs.html", media_type="text/html", headers=headers)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; independent of where the service is mounted."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        license_info=app.license_info,
        routes=app.routes,
    )
    schemas = made["components"]["schemas"]
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template)
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    schemas["AuditRequest"] = AuditRequest.model_json_schema(ref_template=template)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _note_copies(made)
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def _note_copies(made: dict[str, Any]) -> None:
    """Say of every answer of JSON that a client may keep a copy; :mod:`api.condense` sees to it."""
    for operations in made["paths"].values():
        responses = operations.get("get", {}).get("responses", {})
        if "application/json" in responses.get("200", {}).get("content", {}):
            responses["304"] = {"description": "The client's copy is still right"}
