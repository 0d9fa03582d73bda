"""The course of a review: who may decide what, and on what it follows.

::

    unreviewed ── confirmed ── appealed ── upheld
         │            │            └────── overturned
         └─ dismissed ┘

A reviewer may correct a decision until it is appealed. An appeal is decided by someone who has
had no part in it so far.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from api.access import Principal, Scope
from api.errors import BadParameter, Forbidden
from vision.errors import Conflict
from vision.types import Event, Review


class Decision(StrEnum):
    """What a person says of an event."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


NEXT: Mapping[str, tuple[Decision, ...]] = MappingProxyType(
    {
        "unreviewed": (Decision.CONFIRMED, Decision.DISMISSED),
        "confirmed": (Decision.DISMISSED, Decision.APPEALED),
        "dismissed": (Decision.CONFIRMED,),
        "appealed": (Decision.UPHELD, Decision.OVERTURNED),
        "upheld": (),
        "overturned": (),
    }
)
COUNTED = ("confirmed", "upheld")
"""States in which an event costs points. While an appeal is pending it does not."""
_VERDICTS_ON_APPEAL = frozenset({Decision.UPHELD, Decision.OVERTURNED})
_WITHOUT_WORDS = frozenset({Decision.CONFIRMED})


def needed(decision: Decision) -> frozenset[Scope]:
    """The scopes of which one is enough."""
    if decision is Decision.APPEALED:
        return frozenset({Scope.APPEAL, Scope.REVIEW})
    return frozenset({Scope.REVIEW})


def open_to(principal: Principal, event: Event, history: Sequence[Review]) -> list[Decision]:
    """What that person may decide about the event now."""
    return [
        decision
        for decision in NEXT[event.review.state]
        if needed(decision) & principal.scopes and not _partial(principal, decision, history)
    ]


def decided(
    principal: Principal,
    event: Event,
    history: Sequence[Review],
    decision: Decision,
    words: str,
    at: datetime,
) -> Review:
    """The review that follows.

    Raises:
        Forbidden: If the person may not decide this.
        Conflict: If this cannot follow on the state that the review is in.
        BadParameter: If words are needed and there are none.
    """
    if not needed(decision) & principal.scopes:
        raise Forbidden(f"to say '{decision}' needs the scope {' or '.join(needed(decision))}")
    if decision not in NEXT[event.review.state]:
        raise Conflict(f"the event is {event.review.state}; it cannot become {decision}")
    if _partial(principal, decision, history):
        raise Forbidden("an appeal is decided by someone who has had no part in it so far")
    text = words.strip()
    if not text and decision not in _WITHOUT_WORDS:
        raise BadParameter("reason", f"expected words: '{decision}' needs a reason")
    return Review(decision, text or None, principal.name, at)


def _partial(principal: Principal, decision: Decision, history: Sequence[Review]) -> bool:
    took_part = {review.reviewer for review in history}
    return decision in _VERDICTS_ON_APPEAL and principal.name in took_part
