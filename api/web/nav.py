"""The sections of the dashboard and the pages of each."""

from dataclasses import dataclass

from api.access import Principal, Scope


@dataclass(frozen=True, slots=True)
class Link:
    """A page to go to.

    Attributes:
        key: Of its title, behind ``nav.``.
        current: Whether it is where one is.
    """

    path: str
    key: str
    current: bool


@dataclass(frozen=True, slots=True)
class _Page:
    path: str
    key: str
    scope: Scope = Scope.READ


_SECTIONS: tuple[tuple[str, tuple[_Page, ...]], ...] = (
    ("hall", (_Page("/", "hall"),)),
    (
        "review",
        (_Page("/review", "queue"), _Page("/checks", "checks"), _Page("/quality", "quality")),
    ),
    ("events", (_Page("/events", "events"),)),
    ("scorecards", (_Page("/scorecards", "scorecards"),)),
    ("coverage", (_Page("/coverage", "coverage"), _Page("/exemptions", "exemptions"))),
    (
        "setup",
        (
            _Page("/posts", "posts"),
            _Page("/audits", "audits", Scope.ADMIN),
            _Page("/settings", "settings", Scope.ADMIN),
            _Page("/people", "people", Scope.ADMIN),
            _Page("/keys", "keys", Scope.ADMIN),
            _Page("/docs", "api"),
        ),
    ),
)
"""Each section opens on the first of its pages that is within reach."""


def sections(principal: Principal | None, here: str) -> list[Link]:
    """The bar at the top."""
    return [
        Link(reachable[0].path, key, any(_is(page, here) for page in reachable))
        for key, pages in _SECTIONS
        if (reachable := _within(pages, principal))
    ]


def tabs(principal: Principal | None, here: str) -> list[Link]:
    """The pages of the section that one is in; empty where it has only one."""
    for _, pages in _SECTIONS:
        reachable = _within(pages, principal)
        if any(_is(page, here) for page in reachable) and len(reachable) > 1:
            return [Link(page.path, page.key, _is(page, here)) for page in reachable]
    return []


def _within(pages: tuple[_Page, ...], principal: Principal | None) -> list[_Page]:
    return [page for page in pages if principal is not None and principal.may(page.scope)]


def _is(page: _Page, here: str) -> bool:
    path = here.partition("?")[0]
    return path == page.path or (page.path != "/" and path.startswith(f"{page.path}/"))
