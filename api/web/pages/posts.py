"""``/posts``: draw posts over a picture of the camera, and see what the view supports."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Principal
from api.deps import Reader, Served, Services
from api.web.render import html
from vision.rules.scale import POST_HEIGHT_M
from vision.wiring import DEFAULT_THRESHOLDS, rules_with

router = APIRouter()


@router.get("/posts")
def posts(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The editor; what it makes is copied into the site file, nothing is stored here."""
    windows = _windows(served, principal)
    values = {"windows": windows, "targets": _targets(), "post_height_m": POST_HEIGHT_M}
    return html(request, "posts.html", principal, posts=windows, data=json.dumps(values))


def _windows(served: Services, principal: Principal) -> list[dict[str, Any]]:
    if served.site is None:
        return []
    return [
        {"id": window.id, "name": window.name, "camera": window.camera, "post": window.post}
        for window in served.site.windows
        if principal.sees(window.id)
    ]


def _targets() -> list[dict[str, Any]]:
    return [
        {
            "rule_id": rule.rule_id,
            "size_m": rule.target.size_m,
            "min_px": rule.target.min_px,
        }
        for rule in rules_with(DEFAULT_THRESHOLDS)
    ]
