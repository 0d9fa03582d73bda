"""Turns of a camera, and those that need no picture: the end of duty or footage, an outage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from vision.pipeline.judge import Outcome, pass_time, wind_up
from vision.pipeline.plan import CameraPlan
from vision.pipeline.progress import CameraProgress, WindowProgress
from vision.pipeline.retire import exempt_time, retired

_FRESH = WindowProgress()


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """One base frame with all that was looked at because of it.

    Attributes:
        at: Time of the base frame, or of the end.
        progress: State after it: a point at which the analysis may be interrupted.
        outcomes: In order of time.
        unseen: Why no window was looked at; empty if they were, or duty or footage ended.
    """

    at: datetime
    progress: CameraProgress
    outcomes: tuple[Outcome, ...]
    unseen: str = ""


def wound_up(
    plan: CameraPlan,
    progress: CameraProgress,
    at: datetime,
    reason: str,
    until: datetime | None = None,
) -> Turn:
    """Close every window, at ``until`` or else where each was last seen."""
    states, outcomes = dict(progress.windows), []
    for window in plan.windows:
        state = states.get(window.window_id, _FRESH)
        if state.excused:
            state = states[window.window_id] = replace(state, excused={})
        if not state.monitors:
            continue
        ended = until or state.seen_at or at
        states[window.window_id], outcome = wind_up(
            state, window, tuple(state.monitors), ended, reason
        )
        outcomes.append(outcome)
    after = CameraProgress(states, at, bursting=False, scene=progress.scene)
    return Turn(at, after, tuple(outcomes))


def lost(plan: CameraPlan, progress: CameraProgress, at: datetime, reason: str = "lost") -> Turn:
    """Time goes by without a picture to judge: every rule in force knows nothing.

    What was open closes with ``view_lost`` after the rule's ``unknown_limit_s``; nothing opens.

    Args:
        plan: The camera.
        progress: After the last frame or outage.
        at: Now, in capture time; later than ``progress.at``.
        reason: Why: ``lost``, or what is wrong with the picture.
    """
    if not plan.schedule.on_duty(at):
        return wound_up(plan, progress, at, "schedule_ended")
    roster = plan.roster()
    progress, outcomes = retired(roster, progress, at)
    states = dict(progress.windows)
    for window in plan.windows:
        state = states.get(window.window_id, _FRESH)
        duties = roster.in_force(window, at)
        states[window.window_id], outcome = pass_time(state, window.window_id, duties, at, reason)
        outcomes.append(outcome)
    return Turn(at, replace(progress, windows=states, at=at), tuple(outcomes), reason)


def outage(
    plan: CameraPlan, progress: CameraProgress, start: datetime, end: datetime
) -> tuple[Sequence[Turn], CameraProgress]:
    """A span in which nobody watched: its service hours count as lost.

    Args:
        plan: The camera.
        progress: Before it, with nothing open.
        start: When it began.
        end: When it ended.
    """
    turns: list[Turn] = []
    for span in plan.schedule.spans(start, end):
        edges = [span.start, *plan.exemptions().edges(span.start, span.end), span.end]
        for since, until in pairwise(edges):
            begun = lost(plan, progress, since)
            turns += [begun, _ended(plan, begun.progress, until)]
            progress = turns[-1].progress
    return turns, progress


def _ended(plan: CameraPlan, progress: CameraProgress, at: datetime) -> Turn:
    """The end of a span that nobody watched: lost, or exempt, up to its last instant."""
    excused = [
        Outcome(window_id, at, None, None, {}, (), tuple(exempt_time(state, at)))
        for window_id, state in progress.windows.items()
        if state.excused
    ]
    turn = wound_up(plan, progress, at, "interrupted", at)
    return replace(turn, outcomes=(*excused, *turn.outcomes))
