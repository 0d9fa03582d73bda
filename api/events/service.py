"""Questions about events, within the reach of who asks."""

from fastapi import Request
from fastapi.responses import JSONResponse

from api.access import Principal, Scope
from api.deps import Services
from api.errors import BadParameter, Forbidden
from api.events.filters import cursor_behind
from api.events.review import Decision, decided
from api.pagination import page
from vision.errors import Gone, NotFound
from vision.keeping import Hold
from vision.ports import EventFilter, EventReader
from vision.types import Event, Evidence
from vision.wire import time_to_json


def event_page(
    request: Request, store: EventReader, wanted: EventFilter, base: str
) -> JSONResponse:
    """One page with its cursor."""
    found = store.page(wanted, base)
    cursor = None if found.behind is None else cursor_behind(*found.behind, request)
    return page(request, found.items, cursor)


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
        Gone: If it is no longer kept.
    """
    if number >= len(event.evidence):
        raise NotFound("evidence", f"{event.id}/{number}")
    item = event.evidence[number]
    if item.expired_at is not None:
        raise Gone(
            f"this {item.kind} of event '{event.id}' was removed on "
            f"{time_to_json(item.expired_at)} by retention ({item.expired_for}); the event stays"
        )
    return item


def looked_at(served: Services, principal: Principal, event: Event, item: Evidence) -> None:
    """Record that somebody looks at evidence, before it is shown.

    Raises:
        StoreError: If it cannot be recorded; then nothing may be shown.
    """
    if served.store.record_view(principal.name, event.id, item.sha256, served.now()):
        served.note("evidence_viewed", principal, f"event:{event.id}", sha256=item.sha256)


def hold(served: Services, principal: Principal, event_id: str, reason: str) -> Hold:
    """Hold an event within reach, so that nothing of it is removed.

    Raises:
        NotFound: If there is no such event within reach.
        Forbidden: If the person may not.
        BadParameter: Without a reason.
    """
    one_event(served.store, principal, event_id)
    if not may_hold(principal):
        raise Forbidden("a hold needs the scope review or admin")
    if not reason.strip():
        raise BadParameter("reason", "expected words, such as a case number")
    placed = Hold(event_id, reason.strip(), principal.name, served.now())
    served.store.place_hold(placed)
    served.note("event_held", principal, f"event:{event_id}")
    return placed


def release(served: Services, principal: Principal, event_id: str) -> None:
    """End the hold on an event within reach.

    Raises:
        NotFound: If there is no such event within reach, or it is not held.
        Forbidden: If the person is no administrator.
    """
    one_event(served.store, principal, event_id)
    if not principal.may(Scope.ADMIN):
        raise Forbidden("to release a hold needs the scope admin")
    served.store.release_hold(event_id, principal.name, served.now())
    served.note("event_released", principal, f"event:{event_id}")


def may_hold(principal: Principal) -> bool:
    """Whether that person may hold an event."""
    return principal.may(Scope.REVIEW) or principal.may(Scope.ADMIN)


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
    served.note("event_reviewed", principal, f"event:{event_id}", state=review.state)
    return served.store.event(event_id)
