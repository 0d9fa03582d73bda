"""Questions about events, within the reach of who asks."""

from dataclasses import replace

from fastapi import Request
from fastapi.responses import JSONResponse

from api.access import Principal
from api.deps import Services
from api.events.filters import cursor_behind
from api.events.review import Decision, decided
from api.pagination import page
from vision.errors import NotFound
from vision.ports import EventFilter, EventReader
from vision.types import Event, Evidence
from vision.wire import event_to_json


def event_page(
    request: Request, store: EventReader, wanted: EventFilter, base: str
) -> JSONResponse:
    """One page; one more than asked for is read, to know whether there is a next."""
    found = store.events(replace(wanted, limit=wanted.limit + 1))
    shown, rest = found[: wanted.limit], found[wanted.limit :]
    cursor = cursor_behind(shown[-1], request) if rest else None
    return page(request, [event_to_json(event, base) for event in shown], cursor)


def one_event(store: EventReader, principal: Principal, event_id: str) -> Event:
    """One event within reach.

    Raises:
        NotFound: If there is none with that id, or its window is out of reach.
    """
    event = store.event(event_id)
    principal.require(event.window_id, "event", event_id)
    return event


def one_evidence(event: Event, number: int) -> Evidence:
    """The evidence of that number.

    Raises:
        NotFound: If the event has no such number.
    """
    if number >= len(event.evidence):
        raise NotFound("evidence", f"{event.id}/{number}")
    return event.evidence[number]


def decide(
    served: Services, principal: Principal, event_id: str, decision: Decision, words: str
) -> Event:
    """Carry out a decision on an event within reach, and return the event after it.

    Raises:
        NotFound: If there is no such event within reach.
        Forbidden: If the person may not decide this.
        Conflict: If it cannot follow on the state of the review.
        BadParameter: If words are needed and there are none.
    """
    event = one_event(served.store, principal, event_id)
    history = served.store.reviews(event_id)
    review = decided(principal, event, history, decision, words, served.now())
    served.store.add_review(event_id, review, expected=event.review.state)
    served.log.info(
        "event_reviewed", principal=principal.name, event_id=event_id, state=review.state
    )
    return served.store.event(event_id)
