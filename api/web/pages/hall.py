"""``/`` and ``/wall``: every window, live."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from vision.types import Event, EventStatus, VerdictKind

router = APIRouter()
_STALE = timedelta(seconds=30)
_MOST_OPEN = 1000
_LATEST = 8
_STATES = ("present", "absent", "unknown", "off_duty")
_CARD_ASPECT = 2.2
"""Of a card on the wall: how many times wider than high it should about be."""
_WALL_ASPECT = 1.9
_MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Card:
    """One window on the wall.

    Attributes:
        stale: Whether what it shows is not of just now.
        unjudged: Reason to the rules that cannot be judged for it at the moment.
    """

    id: str
    name: str
    state: str
    reason: str
    at: datetime | None
    stale: bool
    events: tuple[Event, ...]
    unjudged: Mapping[str, Sequence[str]]

    @property
    def look(self) -> str:
        """What decides its colour: ``violation``, or its state."""
        return "violation" if self.events else self.state


@router.get("/")
def hall(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The hall at a glance."""
    return html(request, "hall.html", principal, **_values(served, principal))


@router.get("/hall/cards")
def cards(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The part of it that changes."""
    return html(request, "cards.html", principal, **_values(served, principal))


@router.get("/wall")
def wall(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The same for a screen on the wall: large, without anything to operate."""
    return html(request, "wall.html", principal, **_values(served, principal))


@router.get("/wall/cards")
def wall_cards(request: Request, served: Served, principal: Reader) -> HTMLResponse:
    """The part of it that changes."""
    return html(request, "wallcards.html", principal, **_values(served, principal))


def columns(cards: int) -> int:
    """How many cards beside each other fill a wide screen without scrolling."""
    wanted = math.ceil(math.sqrt(max(1, cards) * _WALL_ASPECT / _CARD_ASPECT))
    return min(_MOST_COLUMNS, wanted)


def _values(served: Services, principal: Principal) -> dict[str, Any]:
    shown = all_cards(served, principal)
    live = [card for card in shown if not card.stale]
    return {
        "cards": shown,
        "columns": columns(len(shown)),
        "counts": {state: sum(card.state == state for card in live) for state in _STATES},
        "stale": len(shown) - len(live),
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
        unjudged=_unjudged(state) if state and state.state == "present" else {},
    )


def _unjudged(state: WindowState) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for rule_id, (kind, _, reason) in state.verdicts.items():
        if kind == VerdictKind.UNKNOWN:
            found[reason].append(rule_id)
    return dict(found)
