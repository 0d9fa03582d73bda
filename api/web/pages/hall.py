"""``/``: every window, live."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Principal
from api.deps import Reader, Served, Services
from api.web.render import html
from api.windows.service import Windows
from vision.ports import EventFilter, WindowState
from vision.types import Event, EventStatus

router = APIRouter()
_STALE = timedelta(seconds=30)
_MOST_OPEN = 1000
_LATEST = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One window on the wall.

    Attributes:
        stale: Whether what it shows is not of just now.
    """

    id: str
    name: str
    state: str
    reason: str
    at: datetime | None
    stale: bool
    events: tuple[Event, ...]

    @property
    def look(self) -> str:
        """What decides its colour: ``violation``, or its state."""
        return "violation" if self.events else self.state


@router.get("/")
def hall(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The wall display."""
    return html(request, "hall.html", principal, **_values(served, principal))


@router.get("/hall/cards")
def cards(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The part of it that changes."""
    return html(request, "cards.html", principal, **_values(served, principal))


def _values(served: Services, principal: Principal) -> dict[str, Any]:
    shown = all_cards(served, principal)
    looks = ("present", "absent", "unknown", "off_duty")
    return {
        "cards": shown,
        "counts": {state: sum(card.state == state for card in shown) for state in looks},
        "open_events": sum(len(card.events) for card in shown),
        "now": served.now(),
        "latest": served.store.events(EventFilter(principal.narrowed(None), limit=_LATEST)),
    }


def all_cards(served: Services, principal: Principal) -> list[Card]:
    """Every window within reach; those with open events first."""
    states, now = served.store.states(), served.now()
    lasting: dict[str, list[Event]] = defaultdict(list)
    for event in served.store.events(EventFilter(status=EventStatus.OPEN, limit=_MOST_OPEN)):
        lasting[event.window_id].append(event)
    windows = Windows(served, principal).all()
    made = [
        _card(window, states.get(window["id"]), lasting[window["id"]], now) for window in windows
    ]
    return sorted(made, key=lambda card: not card.events)


def _card(
    window: dict[str, Any], state: WindowState | None, events: list[Event], now: datetime
) -> Card:
    return Card(
        id=window["id"],
        name=window["name"],
        state=state.state if state else "never",
        reason=state.reason if state else "",
        at=state.at if state else None,
        stale=state is None or now - state.at > _STALE,
        events=tuple(sorted(events, key=lambda event: event.started_at)),
    )
