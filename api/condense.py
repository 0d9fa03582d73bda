"""JSON on the wire: not sent where the client has it, and small where the client takes that."""

import gzip
import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST_BYTES = 1000
LEVEL = 4
"""Of compression; higher levels take twice the time for a few percent."""


@dataclass(frozen=True, slots=True)
class Condense:
    """ASGI middleware for answers of JSON; pictures and streams pass through."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def condensed(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_json(message):
                held.append(message)
            elif held and not message.get("more_body", False):
                start = held.pop()
                for one in _answer(Headers(scope=scope), start, message):
                    await send(one)
            else:
                for start in held:
                    await send(start)
                held.clear()
                await send(message)

        await self.app(scope, receive, condensed)


def _is_json(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == HTTPStatus.OK and kind.startswith("application/json")


def _answer(asked: Headers, start: Message, body: Message) -> list[Message]:
    data: bytes = body.get("body", b"")
    headers = MutableHeaders(raw=start["headers"])
    if "etag" not in headers:
        headers["ETag"] = f'W/"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'
    if _has(asked.get("if-none-match", ""), headers["ETag"]):
        del headers["content-length"]
        return [{**start, "status": int(HTTPStatus.NOT_MODIFIED)}, {**body, "body": b""}]
    headers.add_vary_header("Accept-Encoding")
    if len(data) < SMALLEST_BYTES or "gzip" not in asked.get("accept-encoding", ""):
        return [start, body]
    small = gzip.compress(data, LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(small))
    return [start, {**body, "body": small}]


def _has(wanted: str, etag: str) -> bool:
    """Whether one of the client's tags is that one; weak comparison."""
    plain = etag.removeprefix("W/")
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return bool(tags & {plain, "*"})
