"""``/settings``: the site file as text, with its mistakes beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Security
from fastapi.responses import HTMLResponse

from api.access import Principal, Scope
from api.deps import Administrator, Served, Services, authorise
from api.site.routes import tell
from api.web.forms import CheckedForm, Person
from api.web.pages.people import require_admin
from api.web.render import html, see_other
from vision.config.edit import rewritten
from vision.config.yaml import dotted, parse_yaml
from vision.errors import ConfigError, Mistake
from vision.sitebook import SiteBook, Stale

admin = APIRouter(dependencies=[Security(authorise, scopes=[Scope.ADMIN])])
forms = APIRouter()


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake, at a line of the text as it was sent.

    Attributes:
        line: 1-based; 0 where it has none.
    """

    line: int
    key: str
    problem: str
    excerpt: str


@admin.get("/settings")
def settings(request: Request, served: Served, principal: Administrator) -> HTMLResponse:
    """The file as it is."""
    require_admin(principal)
    return _page(request, served, principal)


@forms.post("/settings")
def save(request: Request, served: Served, principal: Person, form: CheckedForm) -> HTMLResponse:
    """Check the text, and store it unless it was only to be checked."""
    require_admin(principal)
    book = _book(served)
    if book is None:
        return _page(request, served, principal)
    text, only_try = form.get("text", "").replace("\r\n", "\n"), form.get("do") == "check"
    version = form.get("version", "")
    again = partial(_page, request, served, principal, text=text, version=version)
    try:
        document, lines = parse_yaml(text, Path("site.yaml"))
    except ConfigError as error:
        return again(faults=_faults(error.mistakes, text, {}))
    try:
        change = book.write(version, principal.name, lambda _: document, only_try)
    except ConfigError as error:
        places = {dotted(path): line for path, line in lines.items()}
        return again(faults=_faults(error.mistakes, text, places))
    except Stale:
        return again(stale=True)
    if only_try:
        return again(right=change.places)
    tell(served, principal, change)
    return see_other(request, "/settings?saved=true")


def _page(
    request: Request,
    served: Services,
    principal: Principal,
    *,
    text: str | None = None,
    version: str = "",
    faults: Iterable[Fault] = (),
    stale: bool = False,
    right: list[str] | None = None,
) -> HTMLResponse:
    book = _book(served)
    if book is None:
        return html(request, "settings.html", principal, text=None)
    found = list(faults)
    if text is None:
        edition = book.read()
        text, version = rewritten(edition.text, edition.shown), edition.version
    values: dict[str, Any] = {
        "text": text,
        "version": version,
        "faults": found,
        "stale": stale,
        "right": right,
        "file": book.file.name,
        "history": book.history()[:20],
        "may": principal.csrf is not None,
    }
    return html(request, "settings.html", principal, 422 if found or stale else 200, **values)


def _book(served: Services) -> SiteBook | None:
    return SiteBook(served.desk.file, served.now) if served.desk.file else None


def _faults(mistakes: Iterable[Mistake], text: str, places: dict[str, int]) -> list[Fault]:
    shown = text.split("\n")
    found = []
    for one in mistakes:
        line = _line(one, places)
        excerpt = shown[line - 1].strip() if 0 < line <= len(shown) else ""
        found.append(Fault(line, one.key, one.problem, excerpt[:120]))
    return sorted(found, key=lambda fault: fault.line)


def _line(mistake: Mistake, places: dict[str, int]) -> int:
    """The line in the text that was sent: of the key, or of the nearest that holds it."""
    if not places:
        return mistake.line or 0
    key = mistake.key
    while key and key not in places:
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return places.get(key, 0)
