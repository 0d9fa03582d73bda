"""Pictures and clips: content-addressed, so a browser may keep them for good."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from vision.ports import EvidenceStore
from vision.types import Evidence

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


def _has(wanted: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return bool(tags & {etag, "*"})
