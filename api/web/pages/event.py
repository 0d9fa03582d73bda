"""``/events/{id}``: one event with everything that speaks for and against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Principal, Scope
from api.deps import Reader, Served, Services
from api.errors import BadParameter
from api.events.review import Decision, open_to
from api.events.service import decide, hold, may_hold, one_event, release
from api.params import EventId
from api.web.forms import CheckedForm, Person
from api.web.render import html, own_path, see_other
from vision.errors import NotFound
from vision.ports import EventFilter
from vision.rules.clauses import Clause, clause
from vision.types import Event

router = APIRouter()
forms = APIRouter()
_AROUND = timedelta(minutes=15)
_MOST_AROUND = 200


@router.get("/events/{event_id}")
def event(event_id: EventId, request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The event."""
    found = one_event(served.store, principal, event_id)
    return html(request, "event.html", principal, **event_values(served, principal, found))


def event_values(served: Services, principal: Principal, found: Event) -> dict[str, Any]:
    """What the page of an event shows."""
    history = served.store.reviews(found.id)
    return {
        "event": found,
        "window_name": name_of(served, found.window_id),
        "clauses": [_clause(citation) for citation in found.clauses],
        "history": history,
        "decisions": open_to(principal, found, history) if principal.csrf else [],
        "timeline": timeline(served, found),
        "hold": served.store.hold_of(found.id),
        "may_hold": principal.csrf is not None and may_hold(principal),
        "may_release": principal.csrf is not None and principal.may(Scope.ADMIN),
        "views": served.store.views(found.id, limit=20) if principal.may(Scope.ADMIN) else [],
    }


def name_of(served: Services, window_id: str) -> str:
    """What people call a window; empty where only its id is known."""
    windows = served.site.windows if served.site else ()
    return next((window.name for window in windows if window.id == window_id), "")


def _clause(citation: str) -> tuple[str, Clause | None]:
    try:
        return citation, clause(citation)
    except NotFound:  # of a rulebook of another version
        return citation, None


@forms.post("/events/{event_id}/review")
def review(
    event_id: EventId, request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """A decision from the form."""
    try:
        decision = Decision(form.get("decision", ""))
    except ValueError:
        raise BadParameter("decision", f"expected one of {', '.join(Decision)}") from None
    words = form.get("reason", "")
    if len(words) > 2000:
        raise BadParameter("reason", "expected at most 2000 letters")
    decide(served, principal, event_id, decision, words)
    return see_other(request, own_path(form.get("back", f"/events/{event_id}")))


@forms.post("/events/{event_id}/hold")
def place_hold(
    event_id: EventId, request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """A hold from the form."""
    hold(served, principal, event_id, form.get("reason", "")[:2000])
    return see_other(request, f"/events/{event_id}")


@forms.post("/events/{event_id}/release")
def release_hold(
    event_id: EventId, request: Request, served: Served, principal: Person, form: CheckedForm
) -> HTMLResponse:
    """The end of a hold."""
    release(served, principal, event_id)
    return see_other(request, f"/events/{event_id}")


@dataclass(frozen=True, slots=True)
class Bar:
    """One event in a timeline; positions in thousandths of its width."""

    event: Event
    x: float
    width: float
    row: int
    this: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened at one window around an event."""

    start: datetime
    end: datetime
    bars: tuple[Bar, ...]
    rules: tuple[str, ...]
    ticks: tuple[tuple[float, datetime], ...]


def timeline(served: Services, event: Event) -> Timeline:
    """The window from a quarter of an hour before the event to one after it."""
    start, end = event.started_at - _AROUND, (event.ended_at or event.confirmed_at) + _AROUND
    wanted = EventFilter([event.window_id], start=start, end=end, limit=_MOST_AROUND)
    found = served.store.events(wanted)
    rules = tuple(sorted({one.rule_id for one in found}))
    bars = tuple(_bar(one, event, start, end, rules) for one in found)
    return Timeline(start, end, bars, rules, _ticks(start, end))


def _bar(one: Event, this: Event, start: datetime, end: datetime, rules: Sequence[str]) -> Bar:
    first = max(one.started_at, start)
    last = min(one.ended_at or end, end)
    scale = 1000 / (end - start).total_seconds()
    x = (first - start).total_seconds() * scale
    width = max(4.0, (last - first).total_seconds() * scale)
    return Bar(one, round(x, 1), round(width, 1), rules.index(one.rule_id), one.id == this.id)


def _ticks(start: datetime, end: datetime) -> tuple[tuple[float, datetime], ...]:
    return tuple((1000 * part / 4, start + (end - start) * part / 4) for part in range(5))
