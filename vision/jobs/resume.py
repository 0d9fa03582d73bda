"""Taking up what an earlier process left open."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vision.jobs.identity import event_id
from vision.pipeline import CameraPlan, CameraProgress, WindowPlan, WindowProgress
from vision.types import Event, EventStatus

RESUME_WITHIN = timedelta(minutes=5)
"""A restart, an update, a reboot. After longer nobody can say that it is still the same event."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a camera's analysis goes on.

    Attributes:
        progress: What is still true; fresh where nothing is.
        closed: Events that were left open and end where they were last seen.
    """

    progress: CameraProgress
    closed: tuple[Event, ...]


def origin_name(camera_id: str) -> str:
    """What live events of a camera have in their ids, and what its checkpoint is called."""
    return f"live:{camera_id}"


def resume(
    plan: CameraPlan | None,
    saved: CameraProgress,
    left_open: Sequence[Event],
    now: datetime,
    changed: Container[str] = (),
) -> Resumed:
    """Go on from saved progress where it is recent; close what cannot be gone on with.

    Args:
        plan: The camera as it is now; None if the site has it no more.
        saved: How far it had come.
        left_open: Its open events.
        now: The time, UTC.
        changed: Windows that are not what they were, for which nothing is taken up.
    """
    kept = CameraProgress()
    if plan is not None and saved.at is not None and now - saved.at <= RESUME_WITHIN:
        kept = replace(saved, windows=_fitting(plan, saved, changed))
    going_on = _open_ids(kept, plan.camera_id) if plan is not None else frozenset()
    closed = tuple(
        _interrupted(event, _last_seen(saved, event))
        for event in left_open
        if event.id not in going_on
    )
    return Resumed(kept, closed)


def _fitting(
    plan: CameraPlan, saved: CameraProgress, changed: Container[str]
) -> dict[str, WindowProgress]:
    """The progress of windows that are still there, for rules that still are."""
    return {
        window.window_id: _of_rules(window, saved.windows[window.window_id])
        for window in plan.windows
        if window.window_id in saved.windows and window.window_id not in changed
    }


def _of_rules(window: WindowPlan, progress: WindowProgress) -> WindowProgress:
    rules = {duty.rule.rule_id for duty in window.duties}
    monitors = {rule: state for rule, state in progress.monitors.items() if rule in rules}
    return replace(progress, monitors=monitors)


def _open_ids(progress: CameraProgress, camera_id: str) -> frozenset[str]:
    """Ids of the events that this progress goes on with."""
    return frozenset(
        event_id(origin_name(camera_id), window_id, rule_id, monitor.onset, monitor.confirmed_at)
        for window_id, window in progress.windows.items()
        for rule_id, monitor in window.monitors.items()
        if monitor.onset is not None and monitor.confirmed_at is not None
    )


def _last_seen(saved: CameraProgress, event: Event) -> datetime:
    """The last instant at which the violation was observed."""
    window = saved.windows.get(event.window_id)
    monitor = window.monitors.get(event.rule_id) if window is not None else None
    if monitor is None or monitor.confirmed_at != event.confirmed_at:
        return event.confirmed_at
    return monitor.violating_until or event.confirmed_at


def _interrupted(event: Event, ended_at: datetime) -> Event:
    return replace(
        event,
        status=EventStatus.CLOSED,
        ended_at=max(ended_at, event.started_at),
        end_reason="interrupted",
    )
