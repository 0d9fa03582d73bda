"""Fields that a form leaves empty filter nothing."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from vision.wire import API_BASE


@dataclass(frozen=True, slots=True)
class DropBlanks:
    """ASGI middleware: takes empty parameters out of the addresses of pages, not of the API."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] == "http" and API_BASE not in scope["path"]:
            given = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=500)
            scope["query_string"] = urlencode(given).encode("ascii")
        await self.app(scope, receive, send)
