"""Refuses bodies that are larger than anything the service takes."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vision.wire import API_BASE

MOST_BYTES = 256 * 1024
WITH_FILES = f"{API_BASE}/audits"
"""The one path that takes files."""


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """ASGI middleware; counts what really comes, whatever the client announced."""

    app: ASGIApp
    most_bytes: int = MOST_BYTES
    most_with_files: int = MOST_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; reading more of the body than allowed raises what is answered with 413."""
        come = 0
        most = self._most(scope)

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self.app(scope, counted, send)

    def _most(self, scope: Scope) -> int:
        if scope["type"] != "http" or not scope["path"].endswith(WITH_FILES):
            return self.most_bytes
        kind = dict(scope["headers"]).get(b"content-type", b"")
        return self.most_with_files if kind.startswith(b"multipart/") else self.most_bytes
