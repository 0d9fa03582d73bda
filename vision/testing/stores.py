"""Event and evidence stores that live in memory and behave like the real ones."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vision.errors import Conflict, EvidenceError, NotFound
from vision.ports import Batch, Checkpoint, EventFilter, Page, WindowState
from vision.statistics import STEP_S, Tally
from vision.testing.access import MemoryAccess
from vision.testing.exemptions import MemoryExemptions
from vision.testing.keeping import MemoryKeeping
from vision.testing.outbox import MemoryOutbox
from vision.testing.service import MemoryActivity, MemoryAudits
from vision.testing.spotchecks import MemorySpotChecks
from vision.types import Coverage, Event, Review, with_clips
from vision.wire import event_to_json

_HOUR = timedelta(hours=1)
_MEASURES = ("scheduled_s", "assessable_s", "unknown_s", "lost_s", "exempt_s")
CoverageKey = tuple[str, str, datetime, str]


class MemoryStore(
    MemoryKeeping,
    MemoryAccess,
    MemoryOutbox,
    MemorySpotChecks,
    MemoryAudits,
    MemoryActivity,
    MemoryExemptions,
):
    """``EventStore`` and ``EventReader`` in dictionaries.

    Args:
        fail: Called with each batch before it is written; what it raises leaves all as it was.
    """

    def __init__(self, fail: Callable[[Batch], None] = lambda batch: None) -> None:
        MemoryAccess.__init__(self)
        MemoryOutbox.__init__(self)
        MemorySpotChecks.__init__(self)
        MemoryExemptions.__init__(self)
        MemoryAudits.__init__(self)
        MemoryActivity.__init__(self)
        MemoryKeeping.__init__(self)
        self._fail = fail
        self._events: dict[str, tuple[Event, str | None]] = {}
        self._reviews: dict[str, list[Review]] = {}
        self._coverage: dict[CoverageKey, Coverage] = {}
        self._states: dict[str, WindowState] = {}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._changes: dict[str, int] = {}
        self._last_change = 0

    def commit(self, batch: Batch) -> None:
        """Write all of it."""
        self._fail(batch)
        run_key = batch.checkpoint.key if batch.checkpoint else None
        for event in batch.events:
            stored = self._events.get(event.id)
            kept = _replaced(stored[0], event) if stored else event
            self._events[event.id] = kept, run_key
            self._changed(event.id)
        for item in batch.coverage:
            key = (item.window_id, item.rule_id, item.hour, run_key or "")
            self._coverage[key] = _sum(self._coverage.get(key), item)
        for state in batch.states:
            if state.at >= self._states.get(state.window_id, state).at:
                self._states[state.window_id] = state
        self.post(batch.notices)
        if batch.checkpoint:
            self._checkpoints[batch.checkpoint.key] = batch.checkpoint
            self._supersede(batch.checkpoint)

    def _supersede(self, run: Checkpoint) -> None:
        older = {key for key, other in self._checkpoints.items() if _is_superseded(other, run)}
        self._events = {
            event.id: (event, run_key)
            for event, run_key in self._events.values()
            if run_key not in older or event.id in self._reviews or self.hold_of(event.id)
        }
        self._coverage = {key: kept for key, kept in self._coverage.items() if key[3] not in older}
        for key in older:
            del self._checkpoints[key]

    def checkpoint(self, key: str) -> Checkpoint | None:
        """The stored checkpoint of that key."""
        return self._checkpoints.get(key)

    def open_events(self, camera_id: str) -> list[Event]:
        """Events of that camera that have not ended, oldest first."""
        return [
            event
            for event in sorted(self._all(), key=_order)
            if event.ended_at is None and event.camera_id == camera_id
        ]

    def _all(self) -> Iterator[Event]:
        return (event for event, _ in self._events.values())

    def events(self, wanted: EventFilter) -> list[Event]:
        """One page of events."""
        found = [event for event in self._all() if _matches(event, wanted)]
        return sorted(found, key=_order, reverse=wanted.newest_first)[: wanted.limit]

    def page(self, wanted: EventFilter, base: str) -> Page:
        """The same page as JSON objects; see ``EventReader``."""
        found = self.events(replace(wanted, limit=wanted.limit + 1))
        shown = found[: wanted.limit]
        behind = (shown[-1].started_at, shown[-1].id) if len(found) > len(shown) else None
        return Page([event_to_json(event, base) for event in shown], behind)

    def event(self, event_id: str) -> Event:
        """One event.

        Raises:
            NotFound: If there is none with that id.
        """
        if event_id not in self._events:
            raise NotFound("event", event_id)
        return self._events[event_id][0]

    def coverage(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Coverage]:
        """Coverage per window, rule and hour that overlaps ``[start, end)``, in that order."""
        total: dict[tuple[str, str, datetime], Coverage] = {}
        for (window_id, rule, hour, _), item in sorted(self._coverage.items()):
            wanted = rule_id in (None, rule) and (window_ids is None or window_id in window_ids)
            if wanted and start - _HOUR < hour < end:
                key = (window_id, rule, hour)
                total[key] = _sum(total.get(key), item)
        return list(total.values())

    def states(self) -> dict[str, WindowState]:
        """The latest state of every window that was ever observed."""
        return dict(sorted(self._states.items()))

    def add_review(self, event_id: str, review: Review, expected: str | None = None) -> None:
        """Make ``review`` the event's own, and keep it in the event's history.

        Raises:
            NotFound: If there is no such event.
            Conflict: If its review is in another state than expected.
        """
        event, run_key = self.event(event_id), self._events[event_id][1]
        if expected not in (None, event.review.state):
            raise Conflict(f"the event is {event.review.state} by now; load it again")
        self._events[event_id] = replace(event, review=review), run_key
        self._reviews.setdefault(event_id, []).append(review)
        self._changed(event_id)

    def reviews(self, event_id: str) -> list[Review]:
        """Every decision on an event, oldest first."""
        return list(self._reviews.get(event_id, []))

    def tally(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Tally]:
        """Counts of the events that began in ``[start, end)``; see ``EventCounter``."""
        groups: dict[tuple[str, str, str, datetime], list[Event]] = {}
        for event in self._all():
            wanted = rule_id in (None, event.rule_id) and start <= event.started_at < end
            if wanted and (window_ids is None or event.window_id in window_ids):
                quarter = event.started_at.replace(second=0, microsecond=0)
                at = quarter - timedelta(seconds=quarter.timestamp() % STEP_S)
                key = (event.window_id, event.rule_id, event.review.state, at)
                groups.setdefault(key, []).append(event)
        return [
            Tally(*key, len(events), sum(event.duration_s or 0.0 for event in events))
            for key, events in sorted(groups.items())
        ]

    def changes(self, after: int, limit: int) -> list[tuple[int, Event]]:
        """Events by the number of their last change; see ``ReviewStore``."""
        later = sorted((n, key) for key, n in self._changes.items() if n > after)
        return [(n, self._events[key][0]) for n, key in later if key in self._events][:limit]

    def last_change(self) -> int:
        """Number of the latest change; 0 before the first."""
        return self._last_change

    def _save(self, event: Event) -> None:
        self._events[event.id] = event, self._events[event.id][1]
        self._changed(event.id)

    def _changed(self, event_id: str) -> None:
        self._last_change += 1
        self._changes[event_id] = self._last_change


def _replaced(stored: Event, event: Event) -> Event:
    evidence = with_clips(stored.evidence, event.evidence)
    return replace(event, review=stored.review, evidence=evidence)


def _order(event: Event) -> tuple[datetime, str]:
    return event.started_at, event.id


def _sum(stored: Coverage | None, added: Coverage) -> Coverage:
    if stored is None:
        return added
    reasons = dict(stored.reasons_s)
    for reason, seconds in added.reasons_s.items():
        reasons[reason] = reasons.get(reason, 0.0) + seconds
    sums = {name: getattr(stored, name) + getattr(added, name) for name in _MEASURES}
    return replace(stored, **sums, reasons_s=dict(sorted(reasons.items())))


def _is_superseded(other: Checkpoint, run: Checkpoint) -> bool:
    same = bool(run.footage) and other.footage == run.footage and other.key != run.key
    reached = other.at is None or (run.at is not None and other.at <= run.at)
    return run.done and same and (run.failure is None or reached)


def _matches(event: Event, wanted: EventFilter) -> bool:
    expected = {
        "rule_id": wanted.rule_id,
        "status": wanted.status,
        "audit_id": wanted.audit_id,
    }
    return (
        all(value in (None, getattr(event, name)) for name, value in expected.items())
        and (wanted.window_ids is None or event.window_id in wanted.window_ids)
        and wanted.review in (None, event.review.state)
        and (wanted.min_score is None or event.score >= wanted.min_score)
        and _overlaps(event, wanted)
        and _is_after(event, wanted)
    )


def _overlaps(event: Event, wanted: EventFilter) -> bool:
    lasts = wanted.start is None or event.ended_at is None or event.ended_at > wanted.start
    return lasts and (wanted.end is None or event.started_at < wanted.end)


def _is_after(event: Event, wanted: EventFilter) -> bool:
    if wanted.after is None:
        return True
    return _order(event) < wanted.after if wanted.newest_first else _order(event) > wanted.after


class MemoryEvidence:
    """``EvidenceStore`` in a dictionary."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Store once and return the sha256 in hex."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._data[sha256] = data
        return sha256

    def get(self, sha256: str) -> bytes:
        """The stored bytes.

        Raises:
            EvidenceError: If they are missing.
        """
        if sha256 not in self._data:
            raise EvidenceError(f"evidence {sha256} is not there")
        return self._data[sha256]

    def remove(self, sha256: str) -> None:
        """Remove the bytes, if they are there."""
        self._data.pop(sha256, None)

    def size(self, sha256: str) -> int:
        """How many bytes it takes; 0 where they are not there."""
        return len(self._data.get(sha256, b""))
