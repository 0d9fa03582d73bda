"""Pictures and clips: content-addressed, so a browser may keep them for good."""

import hashlib
import re
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from vision.ports import EvidenceStore
from vision.types import Evidence
from vision.wire import time_to_json

_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
MEDIA_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture or clip",
        "content": {"image/jpeg": _BINARY, "image/png": _BINARY, "video/mp4": _BINARY},
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "sha256 of the bytes"}},
    },
    206: {"description": "The part that `Range` asks for", "content": {"video/mp4": _BINARY}},
    304: {"description": "The client's copy is still right"},
    416: {"description": "There is no such part"},
}
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def media(request: Request, item: Evidence, store: EvidenceStore, final: bool = True) -> Response:
    """Answer with the bytes of ``item`` or a part of them, or 304 where the client has them.

    Args:
        request: With its conditions.
        item: What is asked for.
        store: Where it is.
        final: Whether this address will always lead to these bytes.

    Raises:
        EvidenceError: If they are missing or were altered.
    """
    etag = f'"{item.sha256}"'
    headers = {
        "ETag": etag,
        # Private: a shared cache must not hand evidence to someone without a key.
        "Cache-Control": f"private, {'max-age=31536000, immutable' if final else 'no-cache'}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "bytes",
    }
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    name = f"{item.sha256[:16]}.{_SUFFIX.get(item.media_type, 'bin')}"
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    data = store.get(item.sha256)
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", etag) != etag or not _RANGE.fullmatch(wanted):
        return Response(data, media_type=item.media_type, headers=headers)
    part = part_of(wanted, len(data))
    if part is None:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    first, last = part
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(
        data[first : last + 1], HTTPStatus.PARTIAL_CONTENT, headers, media_type=item.media_type
    )


def part_of(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a ``Range`` with one part (RFC 9110); None where there is none."""
    found = _RANGE.fullmatch(wanted)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # so many of the last bytes
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return (first, last) if first <= last else None


def picture_responses(words: str) -> dict[int | str, dict[str, Any]]:
    """Documents :func:`answered`."""
    return {
        200: {
            "description": words,
            "content": {"image/jpeg": _BINARY},
            "headers": {
                "ETag": {"schema": {"type": "string"}, "description": "sha256 of the bytes"},
                "X-Captured-At": {"schema": {"type": "string", "format": "date-time"}},
            },
        },
        304: {"description": "The client's copy is still right"},
    }


def answered(request: Request, jpeg: bytes, at: datetime) -> Response:
    """Answer with a picture of the moment, or 304 where the client has it."""
    etag = f'"{hashlib.sha256(jpeg).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "X-Captured-At": time_to_json(at),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


def _has(wanted: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return bool(tags & {etag, "*"})
