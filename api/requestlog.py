"""Around every request: its id, its line in the log, its metrics, the headers of every answer.

The log names the route, never the query or a header: a key that was pasted into an address must
not end there.
"""

import time
import uuid
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from api.health.metrics import Metrics

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"private, no-cache"),
)
"""Of every answer, unless it says otherwise; names in lower case, as ASGI wants them."""


@dataclass(frozen=True, slots=True)
class RequestLog:
    """ASGI middleware."""

    app: ASGIApp
    log: FilteringBoundLogger
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = uuid.uuid4().hex
        asked = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        status = 500

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message["headers"], scope["request_id"])
            await send(message)

        began = time.perf_counter()
        try:
            await self.app(scope, receive, send_on)
        finally:
            self._tell(scope, route_of(scope, asked), status, time.perf_counter() - began)

    def _tell(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        self.metrics.answered(scope["method"], path, status, seconds)
        self.log.info(
            "request",
            request_id=scope["request_id"],
            method=scope["method"],
            path=path,
            status=status,
            duration_ms=round(seconds * 1000, 2),
            principal=scope.get("principal"),
            client=(scope.get("client") or [None])[0],
        )


def _complete(headers: list[tuple[bytes, bytes]], request_id: str) -> None:
    given = {name for name, _ in headers}
    headers += [item for item in _HEADERS if item[0] not in given]
    headers.append((b"x-request-id", request_id.encode("ascii")))


def route_of(scope: Scope, path: str) -> str:
    """The path with names in place of ids, so that there are only so many."""
    if "endpoint" not in scope:
        return "(no route)"
    if path.startswith("/static/"):
        return "/static"
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in path.split("/"))
