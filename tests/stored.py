"""Builders of what is stored: events, coverage, states, checkpoints."""

from datetime import UTC, datetime, timedelta
from typing import Any

from vision.ports import WindowState
from vision.types import Coverage, Event, EventStatus, Evidence, Provenance

T0 = datetime(2026, 11, 2, 9, 14, 3, 200_001, tzinfo=UTC)
HOUR = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """``T0`` and so many seconds."""
    return T0 + timedelta(seconds=seconds)


def event(event_id: str, start_s: float = 0, length_s: float | None = 60, **changes: Any) -> Event:
    """An event at window A03; ``length_s`` None leaves it open."""
    closed = length_s is not None
    values: dict[str, Any] = {
        "id": event_id,
        "window_id": "A03",
        "camera_id": "cam-03",
        "rule_id": "phone_use",
        "status": EventStatus.CLOSED if closed else EventStatus.OPEN,
        "started_at": at(start_s),
        "confirmed_at": at(start_s + 10),
        "ended_at": at(start_s + length_s) if closed else None,
        "end_reason": "cleared" if closed else None,
        "score": 0.87,
        "reason": "phone_in_use",
        "measured": {"distance_m": 0.123, "limit": 0.2, "margin": 0.077},
        "clauses": ("SZ 一.(一)", "GL 一.2"),
        "provenance": Provenance("d" * 64, "e" * 64, "c" * 64, "0.1.0", 2, "窗口.mp4"),
        "evidence": (Evidence("snapshot", at(start_s + 10), "a" * 64, "image/jpeg"),),
    }
    return Event(**(values | changes))


def coverage(window_id: str = "A03", rule_id: str = "phone_use", **changes: Any) -> Coverage:
    """Ten seconds of coverage."""
    values: dict[str, Any] = {
        "hour": HOUR,
        "scheduled_s": 10.0,
        "assessable_s": 6.5,
        "unknown_s": 3.0,
        "lost_s": 0.5,
        "reasons_s": {"dark": 1.0, "hands_hidden": 2.0},
    }
    return Coverage(window_id, rule_id, **(values | changes))


def state(window_id: str = "A03", seconds: float = 0, name: str = "present") -> WindowState:
    """A window's state with two verdicts."""
    verdicts = {"vest": ("unknown", 0.0, "torso_hidden"), "shorts": ("compliant", 0.1, "trousers")}
    return WindowState(window_id, at(seconds), name, "", verdicts)
