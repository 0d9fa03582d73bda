"""A store that tells of the events that it has committed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from vision.exemptions import ExemptionFilter
from vision.ports import Batch, Checkpoint, EventFilter, Page, WindowState
from vision.types import Coverage, Event, Evidence, Exemption
from vision.wiring import Store


class TellingStore:
    """The store of a job; after each commit its events are told.

    Args:
        store: Does the work.
        told: Told of the events, in the thread that commits; must not take long.
    """

    def __init__(self, store: Store, told: Callable[[Iterable[Event]], None]) -> None:
        self._store = store
        self._told = told

    def commit(self, batch: Batch) -> None:
        """Write all of it in one transaction, then tell."""
        self._store.commit(batch)
        self._told(batch.events)

    def attach(self, event_id: str, item: Evidence) -> None:
        """Add evidence to an event that is stored."""
        self._store.attach(event_id, item)

    def checkpoint(self, key: str) -> Checkpoint | None:
        """The stored checkpoint of that key."""
        return self._store.checkpoint(key)

    def open_events(self, camera_id: str) -> list[Event]:
        """Events of that camera that have not ended."""
        return self._store.open_events(camera_id)

    def events(self, wanted: EventFilter) -> list[Event]:
        """One page of events."""
        return self._store.events(wanted)

    def page(self, wanted: EventFilter, base: str) -> Page:
        """One page of events as JSON objects."""
        return self._store.page(wanted, base)

    def event(self, event_id: str) -> Event:
        """One event."""
        return self._store.event(event_id)

    def coverage(
        self, window_ids: Sequence[str] | None, rule_id: str | None, start: datetime, end: datetime
    ) -> list[Coverage]:
        """Coverage per window, rule and hour."""
        return self._store.coverage(window_ids, rule_id, start, end)

    def states(self) -> dict[str, WindowState]:
        """The latest state of every window."""
        return self._store.states()

    def add_exemption(self, exemption: Exemption) -> None:
        """Keep a new one."""
        self._store.add_exemption(exemption)

    def exemptions(self, wanted: ExemptionFilter) -> list[Exemption]:
        """One page, the latest entry first."""
        return self._store.exemptions(wanted)

    def exemption(self, exemption_id: str) -> Exemption:
        """One of them."""
        return self._store.exemption(exemption_id)

    def withdraw_exemption(self, exemption_id: str, at: datetime, by: str, reason: str) -> None:
        """Let it end now."""
        self._store.withdraw_exemption(exemption_id, at, by, reason)
