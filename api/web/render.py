"""Turns a template and its values into a page."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access import Principal
from api.deps import services
from api.web import nav
from api.web.i18n import LANGUAGES, Translator, language_of
from api.zones import zone_of
from vision import __version__

THEMES = ("light", "dark")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FOLDER = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """How values are written for people: the filters of the templates."""

    zone: tzinfo

    def moment(self, at: datetime | None) -> str:
        """``2026-11-02 17:14:03``."""
        return "" if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def clock(self, at: datetime | None) -> str:
        """``17:14:03``."""
        return "" if at is None else f"{at.astimezone(self.zone):%H:%M:%S}"

    def field(self, at: datetime | None) -> str:
        """As a field of a form takes it."""
        return "" if at is None else f"{at.astimezone(self.zone):%Y-%m-%dT%H:%M:%S}"


def duration(seconds: float | None) -> str:
    """``41 s``, ``3:05``, ``1:02:00``."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float | None) -> str:
    """``87 %``."""
    return "" if share is None else f"{100 * share:.0f} %"


def hours(seconds: float) -> str:
    """``31.5``."""
    return f"{seconds / 3600:.1f}"


def html(
    request: Request,
    template: str,
    principal: Principal | None,
    status: int = HTTPStatus.OK,
    **values: Any,
) -> HTMLResponse:
    """A page."""
    text = _environment().get_template(template).render(_common(request, principal) | values)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers)


def _common(request: Request, principal: Principal | None) -> dict[str, Any]:
    served = services(request)
    translate = Translator(language_of(request))
    theme = request.cookies.get("deportment_theme", "")
    shown = Shown(zone_of(served.site))
    site = served.site.site if served.site else None
    query = f"?{request.url.query}" if request.url.query else ""
    path = local_path(request)
    return {
        "root": request.scope.get("root_path", ""),
        "here": path + query,
        "sections": nav.sections(principal, path),
        "tabs": nav.tabs(principal, path),
        "t": translate,
        "lang": translate.language,
        "other_lang": next(lang for lang in LANGUAGES if lang != translate.language),
        "theme": theme if theme in THEMES else "",
        "who": principal,
        "advisory": served.standing.advisory() if principal else {},
        "site_name": (site.name or site.id) if site else "",
        "zone_name": str(shown.zone),
        "moment": shown.moment,
        "clock": shown.clock,
        "field": shown.field,
        "duration": duration,
        "percent": percent,
        "hours": hours,
        "version": __version__,
    }


def local_path(request: Request) -> str:
    """The path without the prefix that a proxy strips."""
    return str(request.url.path).removeprefix(request.scope.get("root_path", ""))


def see_other(request: Request, path: str) -> HTMLResponse:
    """Send the browser on to a path of this service."""
    address = request.scope.get("root_path", "") + path
    return HTMLResponse(
        "", HTTPStatus.SEE_OTHER, {"Location": address, "Cache-Control": "no-store"}
    )


def own_path(path: str) -> str:
    """The path if it is one of this service, else that of the hall: no open redirect."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and all(32 < ord(letter) < 127 for letter in path) else "/"
