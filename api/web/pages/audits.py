"""``/audits``: have stored footage audited, and see how far that is."""

import os
from itertools import islice
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Security
from fastapi.responses import HTMLResponse

from api.access import Principal, Scope
from api.deps import Administrator, Served, Services, authorise
from api.web.pages.people import require_admin
from api.web.render import html
from vision.audits import ENDED
from vision.jobs.inputs import VIDEO_SUFFIXES

admin = APIRouter(dependencies=[Security(authorise, scopes=[Scope.ADMIN])])
_SHOWN = 30
_OFFERED = 200


@admin.get("/audits")
def audits(request: Request, served: Served, principal: Administrator) -> HTMLResponse:
    """The latest audits, and a form for a new one."""
    require_admin(principal)
    values: dict[str, Any] = {
        "possible": served.desk.file is not None,
        "media": served.settings.media_root is not None,
        "offered": offered(served.settings.media_root),
        "cameras": served.site.cameras if served.site else (),
    }
    return html(request, "audits.html", principal, **_list(served, principal), **values)


@admin.get("/audits/list")
def audit_list(request: Request, served: Served, principal: Administrator) -> HTMLResponse:
    """The part of it that changes."""
    require_admin(principal)
    return html(request, "auditlist.html", principal, **_list(served, principal))


def _list(served: Services, principal: Principal) -> dict[str, Any]:
    found = served.store.audits(_SHOWN)
    active = any(audit.status not in ENDED for audit in found)
    return {"audits": found, "active": active, "may": principal.csrf is not None}


def offered(root: Path | None) -> list[str]:
    """Folders and videos that lie directly in the media folder, to choose from."""
    if root is None:
        return []
    try:
        with os.scandir(root) as entries:
            names = [
                entry.name
                for entry in islice(entries, 10 * _OFFERED)
                if entry.is_dir() or Path(entry.name).suffix.lower() in VIDEO_SUFFIXES
            ]
    except OSError:
        return []  # the order itself says that there is nothing
    return sorted(name for name in names if not name.startswith("."))[:_OFFERED]
