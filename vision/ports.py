"""What the core asks of the world. Every Protocol has a fake in :mod:`vision.testing`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from vision.types import Coverage, Detections, Event, EventStatus, Frame, Image, Pose


class FrameSource(Protocol):
    """The pictures of one camera, in order of capture time.

    ``frames`` gives the base samples (key frames, or a fixed rate). Two calls ask for more, and
    only by media time, so that a live stream and its recording are sampled alike.
    """

    def frames(self) -> Iterator[Frame]:
        """Base samples, strictly increasing in ``at``; always ends with the last picture.

        Raises:
            UnreadableSource: Before the first frame, if there is no picture to be had.
            DamagedSource: After the last good frame, if the rest cannot be read.
        """
        ...

    def between(self, after: datetime, before: datetime) -> Iterator[Frame]:
        """Look back: pictures strictly between two base samples, at the burst rate.

        May only be asked for the span between the last two frames given; empty where the source
        has nothing in between.
        """
        ...

    def burst(self, wanted: bool) -> None:
        """From the next frame on sample at the burst rate (True) or the base rate (False)."""
        ...


class Detector(Protocol):
    """Finds boxes of :data:`vision.types.CLASSES`."""

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """One result per (H, W, 3) uint8 BGR image, boxes in pixels of that image."""
        ...


class PoseEstimator(Protocol):
    """Finds the landmarks of the one person that a crop shows."""

    def estimate(self, images: Sequence[Image]) -> list[Pose | None]:
        """One result per (H, W, 3) uint8 BGR crop, in pixels of that crop; None for nobody."""
        ...


@dataclass(frozen=True, slots=True)
class WindowState:
    """The live state of one window, for dashboards.

    Attributes:
        state: ``present``, ``absent``, ``unknown`` or ``off_duty``.
        reason: Reason code where unknown.
        verdicts: Rule id to its latest ``(kind, score, reason)``.
        post_height_px: Height of the post in the picture.
        px_per_m: Scale at the persons last seen in it; None before anybody was.
    """

    window_id: str
    at: datetime
    state: str
    reason: str
    verdicts: Mapping[str, tuple[str, float, str]] = field(default_factory=dict)
    post_height_px: float = 0.0
    px_per_m: float | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far an input was analysed.

    Attributes:
        key: Identifies input, camera, start time, configuration and models.
        at: Capture time of the last observation; None before the first.
        state: Monitor and tracker state as JSON text, enough to go on after ``at``.
        done: Whether the input is finished.
        failure: Why it could not be read to its end; None if it could.
        footage: Identifies input, camera and start time alone, whatever the configuration. Once
            a run is done, what earlier runs over the same footage found is superseded; empty
            for footage that is never analysed anew.
    """

    key: str
    at: datetime | None
    state: str
    done: bool = False
    failure: str | None = None
    footage: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A change of an event that one receiver is to be told of.

    Attributes:
        sink: Name of the receiver.
        change: ``opened``, ``updated`` or ``closed``.
        event: As it stands after the change.
    """

    sink: str
    change: str
    event: Event


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one transaction: all of it, or nothing.

    Attributes:
        events: New and changed events, inserted or replaced by id; a stored review is kept.
        coverage: Seconds to add to what is stored for the same window, rule and hour.
        states: Latest state per window, replacing what is stored unless that is newer.
        checkpoint: Replaces the one with the same key. If it is done, the unreviewed events, the
            coverage and the checkpoints of other runs over the same footage are deleted, unless
            this run failed before the instant that they had reached.
        notices: What receivers are to be told, in order; put into the outbox.
    """

    events: Sequence[Event] = ()
    coverage: Sequence[Coverage] = ()
    states: Sequence[WindowState] = ()
    checkpoint: Checkpoint | None = None
    notices: Sequence[Notice] = ()


class EventStore(Protocol):
    """Keeps events, coverage and checkpoints."""

    def commit(self, batch: Batch) -> None:
        """Write all of it in one transaction.

        Raises:
            StoreError: If it could not be written; then nothing of it was.
        """
        ...

    def checkpoint(self, key: str) -> Checkpoint | None:
        """The stored checkpoint of that key."""
        ...

    def open_events(self, camera_id: str) -> list[Event]:
        """Events of that camera that have not ended, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a reader asks for; None means any.

    Attributes:
        start: Events that end after it or are open, UTC.
        end: Events that start before it, UTC.
        review: State of the review.
        newest_first: Order by ``started_at`` then id, descending or ascending.
        after: ``(started_at, id)`` of the last event of the page before; the page goes on there.
        limit: Most events to return.
    """

    window_ids: Sequence[str] | None = None
    rule_id: str | None = None
    status: EventStatus | None = None
    review: str | None = None
    audit_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    min_score: float | None = None
    newest_first: bool = True
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Events as the API shows them.

    Attributes:
        items: What :func:`vision.wire.event_to_json` makes of each.
        behind: ``after`` of the filter that the next page has; None where this is the last.
    """

    items: list[dict[str, Any]]
    behind: tuple[datetime, str] | None


class EventReader(Protocol):
    """Answers the queries of the API."""

    def page(self, wanted: EventFilter, base: str) -> Page:
        """The page that :meth:`events` would give, as JSON objects.

        Args:
            wanted: The filter.
            base: Path that the API is mounted at, in front of the evidence addresses.
        """
        ...

    def events(self, wanted: EventFilter) -> list[Event]:
        """One page of events, evidence and review included."""
        ...

    def event(self, event_id: str) -> Event:
        """One event.

        Raises:
            NotFound: If there is none with that id.
        """
        ...

    def coverage(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Coverage]:
        """Coverage per window, rule and hour that overlaps ``[start, end)``, in that order."""
        ...

    def states(self) -> dict[str, WindowState]:
        """The latest state of every window that was ever observed."""
        ...


class EvidenceStore(Protocol):
    """Keeps pictures and clips by the hash of their bytes."""

    def put(self, data: bytes) -> str:
        """Store durably, once, and return the sha256 in hex.

        Raises:
            EvidenceError: If it could not be written.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """The stored bytes.

        Raises:
            EvidenceError: If they are missing or no longer match their hash.
        """
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice on its way.

    Attributes:
        id: Grows; never given twice, so that receivers know a repeated letter by it.
        sink: Name of the receiver.
        change: As in the notice.
        event: The event as REST represents it.
        tries: Attempts so far.
        again_at: When it is due, UTC; None for a dead letter.
        failure: Why the last attempt failed.
    """

    id: int
    sink: str
    window_id: str
    change: str
    event: Mapping[str, Any]
    tries: int = 0
    again_at: datetime | None = None
    failure: str | None = None


class Outbox(Protocol):
    """Keeps letters until their receivers have them."""

    def due(self, sink: str, now: datetime, limit: int = 100) -> list[Letter]:
        """The oldest waiting letter of each window, where its time has come, oldest first.

        A letter that failed holds back the later ones of its window until it is delivered or
        dead: receivers hear of each window in order.
        """
        ...

    def delivered(self, letter: Letter) -> None:
        """Forget a letter that its receiver has taken."""
        ...

    def failed(self, letter: Letter, failure: str, again_at: datetime | None) -> None:
        """Note a failed try; without a time for the next one the letter is dead."""
        ...


class Receiver(Protocol):
    """Whoever is told of events."""

    def send(self, letter: Letter) -> None:
        """Deliver one letter, once.

        Raises:
            DeliveryError: If the receiver did not confirm it.
        """
        ...
