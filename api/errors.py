"""Errors of the service and the one shape in which every error is answered (RFC 9457).

::

    {"type": "urn:deportment:problem:not-found", "title": "Not found", "status": 404,
     "detail": "there is no event '01J'", "instance": "urn:deportment:request:8c1f…",
     "errors": []}

``errors`` names the parameters that are at fault. What a 5xx was about stands in the log, under
the request's id, and never in the answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from structlog.typing import FilteringBoundLogger

from vision.errors import ConfigError, DeportmentError, UsageError

PROBLEM_JSON = "application/problem+json"
_BEARER = {"WWW-Authenticate": 'Bearer realm="deportment"'}


class Unauthorised(DeportmentError):
    """The request carries no valid key."""

    http_status = HTTPStatus.UNAUTHORIZED
    title = "A valid key is needed"


class Forbidden(DeportmentError):
    """The key does not reach that far."""

    http_status = HTTPStatus.FORBIDDEN
    title = "Not allowed"


class BadParameter(UsageError):
    """A parameter of the request does not fit.

    Args:
        name: The parameter.
        problem: What is wrong and what was expected.
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class Fault(BaseModel):
    """One parameter, or one key of a site file, that is at fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(examples=["from"])
    problem: str = Field(examples=["expected a time such as 2026-11-02T09:14:03Z"])
    line: int | None = Field(default=None, description="Of a site file; else left out")


class Problem(BaseModel):
    """An error, in the shape of RFC 9457."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(examples=["urn:deportment:problem:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no event '01J'"])
    instance: str = Field(examples=["urn:deportment:request:8c1f0c9a"])
    errors: list[Fault] = []


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The entries of ``responses`` for these statuses."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses}


def problem(
    request: Request, status: HTTPStatus, title: str, detail: str, errors: Sequence[Fault] = ()
) -> Problem:
    """What is told of a request that failed."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return Problem(
        type=f"urn:deportment:problem:{slug}",
        title=title,
        status=status,
        detail=detail,
        instance=f"urn:deportment:request:{request.scope.get('request_id', 'unknown')}",
        errors=list(errors),
    )


@dataclass(frozen=True, slots=True)
class Handlers:
    """Turns what a request raised into its answer.

    Attributes:
        log: Where the detail of a failure of the service goes.
        wants_page: Whether a person asks, and not a program.
        page: Shows a problem to a person.
    """

    log: FilteringBoundLogger
    wants_page: Callable[[Request], bool]
    page: Callable[[Request, Problem], Response]

    def install(self, app: FastAPI) -> None:
        """Answer every error of ``app``."""
        app.add_exception_handler(DeportmentError, self.of_product)
        app.add_exception_handler(RequestValidationError, self.of_validation)
        app.add_exception_handler(HTTPException, self.of_routing)
        app.add_exception_handler(Exception, self.of_bug)

    def of_product(self, request: Request, error: Exception) -> Response:
        """A domain error knows its status; what lies behind a 5xx is logged, not told."""
        assert isinstance(error, DeportmentError)
        status = error.http_status
        detail = str(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not getattr(error, "is_told", False):
            self.log.error("request_failed", request_id=request.scope.get("request_id"), why=detail)
            detail = "the log of the service says why, under the id of this request"
        headers = getattr(error, "headers", None)
        if status == HTTPStatus.UNAUTHORIZED:
            headers = _BEARER
        told = problem(request, status, error.title, detail, _faults(error))
        return self._answer(request, told, headers)

    def of_validation(self, request: Request, error: Exception) -> Response:
        """Parameters or a body that do not fit their declaration."""
        assert isinstance(error, RequestValidationError)
        faults = [_fault(details) for details in error.errors()]
        detail = "; ".join(f"{fault.name}: {fault.problem}" for fault in faults)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._answer(request, problem(request, status, UsageError.title, detail, faults))

    def of_routing(self, request: Request, error: Exception) -> Response:
        """No such path, or no such method there."""
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        detail = f"{request.method} {request.url.path[:200]}: {status.phrase.lower()}"
        return self._answer(request, problem(request, status, status.phrase, detail), error.headers)

    def of_bug(self, request: Request, error: Exception) -> Response:
        """A mistake in the service itself."""
        request_id = request.scope.get("request_id")
        self.log.error("request_crashed", request_id=request_id, exc_info=error)
        detail = "the log of the service says why, under the id of this request"
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return self._answer(request, problem(request, status, "The service failed", detail))

    def _answer(
        self, request: Request, told: Problem, headers: Mapping[str, str] | None = None
    ) -> Response:
        if self.wants_page(request):
            return self.page(request, told)
        extra = dict(headers or {}) | {"Cache-Control": "no-store"}
        shown = told.model_dump(exclude_none=True)
        return JSONResponse(shown, told.status, extra, media_type=PROBLEM_JSON)


def _faults(error: DeportmentError) -> list[Fault]:
    if isinstance(error, ConfigError):
        return [Fault(name=one.key, problem=one.problem, line=one.line) for one in error.mistakes]
    if isinstance(error, BadParameter):
        return [Fault(name=error.name, problem=error.problem)]
    return []


def _fault(details: Mapping[str, Any]) -> Fault:
    place = [str(part) for part in details["loc"]]
    name = ".".join(place[1:]) or place[0]
    message = str(details["msg"]).removeprefix("Value error, ")
    return Fault(name=name, problem=message[:1].lower() + message[1:])
