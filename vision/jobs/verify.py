"""Whether what a database holds is what was written into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vision.chain import Anchor, Break, Link, Told, compare, walk
from vision.errors import EvidenceError
from vision.ports import EventFilter, EvidenceStore
from vision.store import SqlStore
from vision.types import Event

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it.

    Attributes:
        breaks: The first break of the chain, else every event that does not fit it.
        head: The newest link; None in a database without a chain.
        events: How many are in the chain.
        older: How many are older than it, of which nothing is proven.
    """

    breaks: tuple[Break, ...]
    head: Link | None
    events: int
    older: int


def verify(store: SqlStore, anchors: Sequence[Anchor] = ()) -> Verified:
    """Follow the chain, and compare events and reviews with it."""
    told = Told.nothing()
    breaks = tuple(walk(store.links(), told, anchors))
    if not breaks:
        breaks = tuple(compare(store.stored(), told))
    older = told.genesis.get("events", 0)
    events = sum(sha256 is not None for _, sha256 in told.events.values())
    return Verified(breaks, told.head, events, older)


def lost_evidence(store: SqlStore, evidence: EvidenceStore) -> Iterator[str]:
    """A line for every piece of evidence that is missing or was altered."""
    for event in _events(store):
        for number, item in enumerate(event.evidence):
            if item.expired_at is not None:
                continue
            try:
                evidence.get(item.sha256)
            except EvidenceError as error:
                yield f"event {event.id}, evidence {number} ({item.kind}): {error}"


def _events(store: SqlStore) -> Iterator[Event]:
    wanted = EventFilter(newest_first=False, limit=_AT_ONCE)
    while page := store.events(wanted):
        yield from page
        after = (page[-1].started_at, page[-1].id)
        wanted = EventFilter(newest_first=False, limit=_AT_ONCE, after=after)
