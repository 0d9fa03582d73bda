"""Holds and views in memory."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vision.errors import NotFound
from vision.keeping import Hold, View
from vision.types import Event, Evidence

_ONE_VIEW = timedelta(minutes=1)


class MemoryKeeping:
    """``HoldStore`` in dictionaries."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}
        self._views: list[View] = []
        self._configs: dict[str, dict[str, Any]] = {}

    def note_config(self, site_id: str, document: dict[str, Any]) -> bool:
        """Record the configuration of a site, unless it is the one that was recorded last."""
        before = self._configs.get(site_id)
        self._configs[site_id] = document
        return before != document

    def event(self, event_id: str) -> Event:
        """One event."""
        raise AttributeError("a store brings its own events")

    def _save(self, event: Event) -> None:
        raise AttributeError("a store brings its own events")

    def attach(self, event_id: str, item: Evidence) -> None:
        """Add evidence to an event that is stored, once."""
        event = self.event(event_id)
        if all(one.sha256 != item.sha256 for one in event.evidence):
            self._save(replace(event, evidence=(*event.evidence, item)))

    def place_hold(self, hold: Hold) -> None:
        """Hold an event, or give its hold another reason."""
        self.event(hold.event_id)
        self._holds[hold.event_id] = hold

    def release_hold(self, event_id: str, by: str, at: datetime) -> None:
        """End a hold."""
        if self._holds.pop(event_id, None) is None:
            raise NotFound("hold on event", event_id)

    def hold_of(self, event_id: str) -> Hold | None:
        """The hold on an event."""
        return self._holds.get(event_id)

    def holds(self) -> list[Hold]:
        """Every hold, the oldest first."""
        return sorted(self._holds.values(), key=lambda hold: (hold.at, hold.event_id))

    def record_view(self, principal: str, event_id: str, sha256: str, at: datetime) -> bool:
        """Note that somebody looks at evidence; once a minute for the same one and person."""
        same = (principal, event_id, sha256)
        for view in self._views:
            if (view.principal, view.event_id, view.sha256) == same and view.at > at - _ONE_VIEW:
                return False
        self._views.append(View(len(self._views) + 1, *same, at))
        return True

    def views(
        self, event_id: str | None = None, principal: str | None = None,
        before: int | None = None, limit: int = 100,
    ) -> list[View]:  # fmt: skip
        """Views, newest first."""
        return [
            view
            for view in reversed(self._views)
            if event_id in (None, view.event_id)
            and principal in (None, view.principal)
            and (before is None or view.id < before)
        ][:limit]
