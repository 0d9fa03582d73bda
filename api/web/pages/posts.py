"""``/posts``: draw posts over what the camera sees, and learn at once what the view supports."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Principal, Scope
from api.deps import Reader, Served, Services
from api.web.i18n import Translator, language_of
from api.web.render import html
from vision.rules.scale import POST_HEIGHT_M
from vision.wiring import DEFAULT_THRESHOLDS, rules_with

router = APIRouter()
_TEXTS = {
    "ok": "posts.ok",
    "bad": "posts.bad",
    "yes": "posts.supported",
    "no": "posts.unsupported",
    "corner": "posts.corner",
    "nopicture": "posts.nopicture",
    "saved": "posts.saved",
    "stale": "posts.stale",
    "taken": "posts.taken",
}
"""What the script says, by its own names."""


@router.get("/posts")
def posts(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The editor; whoever may change the site stores from it, others copy."""
    windows, targets = _windows(served, principal), _targets()
    translate = Translator(language_of(request))
    data = {
        "windows": windows,
        "targets": targets,
        "post_height_m": POST_HEIGHT_M,
        "texts": {name: translate(key) for name, key in _TEXTS.items()},
    }
    return html(
        request,
        "posts.html",
        principal,
        posts=windows,
        targets=targets,
        cameras=served.site.cameras if served.site else (),
        post_height_m=POST_HEIGHT_M,
        editable=may_change_site(served, principal),
        data=json.dumps(data),
    )


def may_change_site(served: Services, principal: Principal) -> bool:
    """Whether whoever looks may change the site file from a page."""
    everywhere = principal.may(Scope.ADMIN) and principal.windows is None
    return everywhere and principal.csrf is not None and served.desk.file is not None


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
