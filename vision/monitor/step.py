"""The temporal logic: one verdict in, a new state and the changes of events out.

A verdict holds until the next observation, at most :data:`HOLD_S`; the rest of a longer gap is
lost time. An event opens only on a VIOLATION and clears only on a COMPLIANT: UNKNOWN does
neither, until it has lasted ``unknown_limit_s``.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from vision.config import RulePolicy
from vision.monitor.evidence import (
    assessable_s,
    extended,
    onset_of,
    samples_of,
    trimmed,
    violating_share,
    within,
)
from vision.monitor.state import MonitorState, Segment
from vision.types import Transition, TransitionKind, Verdict, VerdictKind

HOLD_S = 10.0
"""How long a verdict stands without a new observation. Key frames of CCTV are 1 to 4 s apart."""

MIN_SIGHTINGS = 2
"""Violating observations that an event needs at least: one wrong frame must not open one."""

UPDATE_GAIN = 0.05
"""By how much the score must rise for an open event to be updated."""

NOBODY = "nobody"
"""Reason of an UNKNOWN that comes of an empty post."""

_EPSILON_S = 1e-6
"""Capture times are whole microseconds; sums of them as floats are not."""

Step = tuple[MonitorState, tuple[Transition, ...]]


def step(state: MonitorState, verdict: Verdict, at: datetime, policy: RulePolicy) -> Step:
    """Take one verdict.

    Args:
        state: Before the observation.
        verdict: The rule's answer.
        at: Capture time of the observation, UTC, later than ``state.at``.
        policy: The rule's settings at this window.

    Returns:
        The new state, and the transitions that it caused.

    Raises:
        ValueError: If time does not move forward.
    """
    state = _elapsed(state, at, policy)
    state = replace(state, held=verdict, at=at)
    if verdict.is_unknown:
        return _on_unknown(state, at, policy)
    # A gap may have outlasted the limit without any observation in it.
    state, ended = _on_unknown(state, at, policy)
    state = replace(state, unknown_s=0.0, absent_s=0.0)
    if verdict.is_violation:
        state, changes = _on_violation(state, verdict, at, policy)
    else:
        state, changes = _on_compliant(state, at, policy)
    return state, (*ended, *changes)


def finish(state: MonitorState, at: datetime, policy: RulePolicy, reason: str) -> Step:
    """End of the footage, of duty or of the run: an open event closes where it was last seen.

    Args:
        state: After the last observation.
        at: End of the last picture, not before ``state.at``.
        policy: The rule's settings at this window.
        reason: Becomes the ``end_reason``. ``schedule_ended`` makes sure what was provisional.
    """
    opened: tuple[Transition, ...] = ()
    if state.at is not None and at > state.at:
        state = _elapsed(state, at, policy)
    sure = state.held is not None and (not state.held.provisional or reason == "schedule_ended")
    due = sure and state.is_violating and _is_due(state, policy, pending_samples=0)
    if not state.is_open and due:
        state, opened = _opened(state, at)
    if not state.is_open:
        return MonitorState(), opened
    closed = _closed(state, at, state.violating_until or at, reason)
    return MonitorState(), (*opened, closed)


def held_spans(state: MonitorState, at: datetime) -> Iterator[tuple[Segment, str]]:
    """What is known of the time from the last observation to ``at``: span and reason code.

    A gap beyond :data:`HOLD_S` is UNKNOWN with reason ``lost``.
    """
    if state.at is None or state.held is None:
        return
    until = min(at, state.at + timedelta(seconds=HOLD_S))
    yield Segment(state.at, until, state.held.kind), state.held.reason
    if until < at:
        yield Segment(until, at, VerdictKind.UNKNOWN), "lost"


def _elapsed(state: MonitorState, at: datetime, policy: RulePolicy) -> MonitorState:
    """Let the held verdict count up to ``at``."""
    if state.at is not None and at <= state.at:
        raise ValueError(f"time must move forward: {at} after {state.at}")
    history = state.history
    for piece, reason in held_spans(state, at):
        history = extended(history, piece)
        state = _counted(state, piece, reason)
    state = replace(state, history=trimmed(history, policy.window_s), at=at)
    return _with_onset(state, policy)


def _counted(state: MonitorState, piece: Segment, reason: str) -> MonitorState:
    if piece.kind is VerdictKind.UNKNOWN:
        unknown_s = state.unknown_s + piece.duration_s
        return replace(state, unknown_s=unknown_s, absent_s=_absent_s(state, piece, reason))
    since_s = state.held_since_onset_s + piece.duration_s if state.onset else 0.0
    state = replace(state, held_since_onset_s=since_s, unknown_s=0.0, absent_s=0.0)
    if piece.kind is not VerdictKind.VIOLATION or state.held is None:
        return state
    return replace(
        state,
        violating_until=piece.end,
        violating_s=state.violating_s + piece.duration_s,
        score_sum_s=state.score_sum_s + piece.duration_s * state.held.score,
    )


def _absent_s(state: MonitorState, piece: Segment, reason: str) -> float:
    """What was not seen says nothing of who was there; a person with hidden feet is there."""
    if reason == NOBODY:
        return state.absent_s + piece.duration_s
    somebody = state.held is not None and state.held.track_id is not None
    return 0.0 if somebody else state.absent_s


def _evidence_floor_s(policy: RulePolicy) -> float:
    if policy.enter_threshold == 0:
        return policy.window_s
    return min(policy.window_s, policy.dwell_s / policy.enter_threshold)


def _share(state: MonitorState, policy: RulePolicy) -> float:
    recent = within(state.history, policy.window_s)
    return violating_share(recent, _evidence_floor_s(policy))


def _with_onset(state: MonitorState, policy: RulePolicy) -> MonitorState:
    """Note since when the condition holds, once its share has crossed the threshold."""
    if state.onset is not None or _share(state, policy) <= policy.enter_threshold:
        return state
    onset = onset_of(state.history, VerdictKind.VIOLATION, policy.enter_threshold)
    if onset is None:
        return state
    since = [segment for segment in state.history if segment.start >= onset]
    return replace(state, onset=onset, held_since_onset_s=assessable_s(since))


def _is_due(state: MonitorState, policy: RulePolicy, pending_samples: int) -> bool:
    """Whether the condition has lasted, is still strong, and was seen often enough."""
    sightings = samples_of(state.history, VerdictKind.VIOLATION) + pending_samples
    return (
        state.onset is not None
        and state.held_since_onset_s >= policy.dwell_s - _EPSILON_S
        and _share(state, policy) > policy.enter_threshold
        and sightings >= MIN_SIGHTINGS
    )


def _on_violation(state: MonitorState, verdict: Verdict, at: datetime, policy: RulePolicy) -> Step:
    stronger = state.best is None or verdict.score > state.best.score + UPDATE_GAIN
    if state.best is None or verdict.score > state.best.score:
        state = replace(state, best=verdict)
    if state.is_open:
        updated = _transition(state, TransitionKind.UPDATED, at)
        return state, ((updated,) if stronger else ())
    if verdict.provisional or not _is_due(state, policy, pending_samples=1):
        return state, ()
    return _opened(state, at)


def _on_compliant(state: MonitorState, at: datetime, policy: RulePolicy) -> Step:
    recent = within(state.history, policy.window_s)
    if violating_share(recent) >= policy.exit_threshold:
        return state, ()
    ended = onset_of(state.history, VerdictKind.COMPLIANT, 1 - policy.exit_threshold)
    calm = [piece for piece in state.history if ended is not None and piece.start >= ended]
    if assessable_s(calm) < policy.gap_s - _EPSILON_S:
        return state, ()
    if state.is_open:
        return _forgotten(state), (_closed(state, at, ended or at, "cleared"),)
    return _forgotten(state), ()


def _on_unknown(state: MonitorState, at: datetime, policy: RulePolicy) -> Step:
    left = state.absent_s > policy.absence_s
    if not (left or state.unknown_s > policy.unknown_limit_s) or state.held is None:
        return state, ()
    fresh = MonitorState(
        at=state.at, held=state.held, unknown_s=state.unknown_s, absent_s=state.absent_s
    )
    if not state.is_open:
        return fresh, ()
    reason = "subject_left" if left or state.held.reason == NOBODY else "view_lost"
    return fresh, (_closed(state, at, state.violating_until or at, reason),)


def _forgotten(state: MonitorState) -> MonitorState:
    """The condition has ended; what was compliant since stays as history."""
    kept: tuple[Segment, ...] = ()
    for segment in reversed(state.history):
        if segment.kind is VerdictKind.VIOLATION:
            break
        kept = (segment, *kept)
    return MonitorState(at=state.at, held=state.held, history=kept)


def _opened(state: MonitorState, at: datetime) -> Step:
    state = replace(state, confirmed_at=at)
    return state, (_transition(state, TransitionKind.OPENED, at),)


def _closed(state: MonitorState, at: datetime, ended_at: datetime, reason: str) -> Transition:
    closing = _transition(state, TransitionKind.CLOSED, at)
    ended_at = max(ended_at, closing.started_at)
    return replace(closing, ended_at=ended_at, end_reason=reason)


def _transition(state: MonitorState, kind: TransitionKind, at: datetime) -> Transition:
    best = state.best or state.held
    if best is None or state.onset is None or state.confirmed_at is None:
        raise ValueError("a transition needs an onset, a verdict and a confirmation")
    mean = state.score_sum_s / state.violating_s if state.violating_s else best.score
    return Transition(
        kind=kind,
        at=at,
        started_at=state.onset,
        confirmed_at=state.confirmed_at,
        score=round(min(1.0, mean), 4),
        measured=best.measured,
        reason=best.reason,
        track_id=best.track_id,
    )
