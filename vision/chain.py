"""A chain of hashes over what was written, so that a later change of it shows. Pure.

Every link holds the hash of what was written, and is itself hashed together with the link before.
Whoever changes, removes or inserts anything would have to make every later link anew; a copy of
the newest hash that is kept elsewhere then no longer fits.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ORIGIN = "0" * 64
"""What the first link follows on."""


def canonical(value: Any) -> str:
    """The one JSON text of a value: keys in order, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be written into the chain.

    Attributes:
        kind: ``genesis``, ``event``, ``review``, ``config``, ``access``, ``hold``, ``release``,
            ``expired`` (evidence) or ``removed`` (an event).
        subject: What it is about: an event's id, a site's id, a name.
        body_sha256: Of the canonical JSON of what was written.
        body: That JSON, where no other table holds it.
    """

    kind: str
    subject: str
    body_sha256: str
    body: str | None = None

    @classmethod
    def of(cls, kind: str, subject: str, value: Any) -> "Record":
        """A record that carries its body."""
        body = canonical(value)
        return cls(kind, subject, digest(body), body)


@dataclass(frozen=True, slots=True)
class Link:
    """A record in its place.

    Attributes:
        seq: 1, 2, 3 and so on, without a gap.
        at_us: When it was written, microseconds since 1970 UTC.
        sha256: Of the record, its place, and the hash of the link before.
    """

    seq: int
    at_us: int
    record: Record
    sha256: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where what is stored does not fit the chain.

    Attributes:
        seq: Link at which it shows; None where no link speaks of it.
        subject: What it is about.
        problem: What does not fit.
    """

    seq: int | None
    subject: str
    problem: str

    def __str__(self) -> str:
        place = f"link {self.seq}" if self.seq is not None else "beside the chain"
        return f"{place} ({self.subject}): {self.problem}"


def linked(previous: str, seq: int, at_us: int, record: Record) -> Link:
    """The record as the link that follows on the hash ``previous``."""
    parts = [previous, seq, at_us, record.kind, record.subject, record.body_sha256]
    return Link(seq, at_us, record, digest(canonical(parts)))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link's number and hash, as somebody wrote them down elsewhere."""

    seq: int
    sha256: str


@dataclass(slots=True)
class Told:
    """What the links say of the tables beside them, gathered while they are walked.

    Attributes:
        events: Event id to the hash of its latest state; None once it was removed.
        reviews: Event id to the hashes of its reviews, in order.
        expired: ``(event id, sha256)`` of the evidence that was given up.
        genesis: How much was there before the chain began.
        head: The last link.
    """

    events: dict[str, tuple[int, str | None]]
    reviews: dict[str, list[str]]
    expired: set[tuple[str, str]]
    genesis: Mapping[str, int]
    head: Link | None = None

    @classmethod
    def nothing(cls) -> "Told":
        """Before the first link."""
        return cls({}, {}, set(), {})


def walk(links: Iterable[Link], told: Told, anchors: Iterable[Anchor] = ()) -> Iterator[Break]:
    """Follow the chain from its first link, gather what it says, and name what does not fit."""
    previous = ORIGIN
    wanted = {anchor.seq: anchor.sha256 for anchor in anchors}
    seq = 0
    for link in links:
        seq += 1
        if link.seq != seq:
            yield Break(seq, link.record.subject, f"missing: the next one has number {link.seq}")
            return
        if problem := _problem(link, previous, wanted.pop(seq, None)):
            yield Break(seq, link.record.subject, problem)
            return
        previous = link.sha256
        _gather(link, told)
    for number, _ in sorted(wanted.items()):
        yield Break(number, "anchor", f"the chain ends at link {seq}: its end was cut off")


def _problem(link: Link, previous: str, anchored: str | None) -> str:
    record = link.record
    if record.body is not None and digest(record.body) != record.body_sha256:
        return f"the text of this '{record.kind}' was changed"
    if linked(previous, link.seq, link.at_us, record).sha256 != link.sha256:
        return f"this '{record.kind}', its time or its number was changed, or the link before"
    if anchored not in (None, link.sha256):
        return "its hash is not the one that was anchored: the chain was made anew"
    return ""


def _gather(link: Link, told: Told) -> None:
    record = link.record
    told.head = link
    if record.kind == "genesis":
        told.genesis = json.loads(record.body or "{}")
    elif record.kind == "event":
        told.events[record.subject] = (link.seq, record.body_sha256)
    elif record.kind == "removed":
        told.events[record.subject] = (link.seq, None)
        told.reviews.pop(record.subject, None)
    elif record.kind == "review":
        told.reviews.setdefault(record.subject, []).append(record.body_sha256)
    elif record.kind == "expired":
        told.expired.add((record.subject, json.loads(record.body or "{}").get("sha256", "")))


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the tables hold it.

    Attributes:
        sha256: Of the event without its reviews.
        reviews: Hashes of its reviews, in order.
        expired: Hashes of its evidence that is marked as given up.
        review_fits: Whether the event's own review is the last of them.
    """

    event_id: str
    sha256: str
    reviews: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    review_fits: bool = True


def compare(stored: Iterable[Stored], told: Told) -> Iterator[Break]:
    """Name every event that is not as the chain has it, and those that are missing."""
    older = 0
    missing = {key for key, (_, sha256) in told.events.items() if sha256 is not None}
    for event in stored:
        missing.discard(event.event_id)
        seq, sha256 = told.events.get(event.event_id, (None, None))
        if seq is None:
            older += 1
            continue
        if sha256 is None:
            yield Break(seq, event.event_id, "the event was removed by then, and is there again")
        elif sha256 != event.sha256:
            yield Break(seq, event.event_id, "the event is not as it was written")
        yield from _reviews(seq, event, told)
    if older > told.genesis.get("events", 0):
        known = told.genesis.get("events", 0)
        problem = f"{older} events stand outside the chain; {known} are older than it"
        yield Break(None, "events", problem)
    for event_id in sorted(missing):
        yield Break(told.events[event_id][0], event_id, "the event is missing")


def _reviews(seq: int, event: Stored, told: Told) -> Iterator[Break]:
    chained = tuple(told.reviews.get(event.event_id, ()))
    # Reviews older than the chain come first; no link speaks of them.
    newest = event.reviews[len(event.reviews) - len(chained) :]
    older = len(event.reviews) - len(chained)
    if newest != chained or older > told.genesis.get("reviews", 0):
        yield Break(seq, event.event_id, "its reviews are not as they were written")
    elif not event.review_fits:
        yield Break(seq, event.event_id, "its review is not the last that was written")
    for sha256 in event.expired:
        if (event.event_id, sha256) not in told.expired:
            yield Break(seq, event.event_id, f"evidence {sha256} is marked as expired and was not")
