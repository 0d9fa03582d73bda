"""Pictures and clips: content-addressed, so a browser may keep them for good."""

import hashlib
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
    304: {"description": "The client's copy is still right"},
}


def media(request: Request, item: Evidence, store: EvidenceStore) -> Response:
    """Answer with the bytes of ``item``, or 304 where the client has them.

    Raises:
        EvidenceError: If they are missing or were altered.
    """
    etag = f'"{item.sha256}"'
    headers = {
        "ETag": etag,
        # Private: a shared cache must not hand evidence to someone without a key.
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    name = f"{item.sha256[:16]}.{_SUFFIX.get(item.media_type, 'bin')}"
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(store.get(item.sha256), media_type=item.media_type, headers=headers)


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
