"""One observation of one window: verdicts, monitors, coverage. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vision.monitor import MonitorState, Segment, finish, held_spans, step
from vision.observe import followed
from vision.pipeline.plan import Duty, WindowPlan
from vision.pipeline.progress import WindowProgress
from vision.types import ExemptionKind, Frame, Observation, Transition, Verdict

_FRESH = MonitorState()


@dataclass(frozen=True, slots=True)
class Span:
    """How one rule's time was spent: its verdict kind and reason over a span."""

    rule_id: str
    segment: Segment
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of one look at one window.

    Attributes:
        window_id: The window.
        at: Capture time, UTC.
        frame: The picture; None where time ran out without one (end of footage or of duty).
        observation: What was seen; None likewise.
        verdicts: Rule id to verdict, for the rules that looked.
        transitions: Rule id and change, in order.
        spans: Time that is now accounted for, for the coverage.
        exempt: Kind of the exemption that holds at the window; None without one.
    """

    window_id: str
    at: datetime
    frame: Frame | None
    observation: Observation | None
    verdicts: Mapping[str, Verdict]
    transitions: tuple[tuple[str, Transition], ...]
    spans: tuple[Span, ...]
    exempt: ExemptionKind | None = None


def remembered(
    progress: WindowProgress, observation: Observation
) -> tuple[WindowProgress, Observation]:
    """The observation with what is known of the post's presence, and that knowledge updated."""
    presence = followed(progress.presence, observation)
    return replace(progress, presence=presence), replace(observation, presence=presence)


def verdicts_of(duties: Iterable[Duty], observation: Observation) -> dict[str, Verdict]:
    """Rule id to verdict; rules that did not look are left out."""
    if not observation.view.usable:
        blind = Verdict.unknown(observation.view.state.value)
        return {duty.rule.rule_id: blind for duty in duties}
    judged = {duty.rule.rule_id: duty.rule.judge(observation) for duty in duties}
    return {rule_id: verdict for rule_id, verdict in judged.items() if verdict is not None}


def glanced(duties: Iterable[Duty], observation: Observation, is_alone: bool) -> dict[str, Verdict]:
    """Verdicts on a small picture of a sub-stream: about presence, where it is large enough.

    Args:
        duties: Those in force.
        observation: What was seen in it.
        is_alone: Whether the main stream is lost: then the other rules know nothing. While it is
            there its last answer holds.
    """
    duties = tuple(duties)
    seen = [
        duty for duty in duties if not duty.needs_detail and duty.shows(observation.post_height_px)
    ]
    found = verdicts_of(seen, observation)
    if not is_alone:
        return found
    for duty in duties:
        reason = "lost" if duty.needs_detail else "too_small"
        found.setdefault(duty.rule.rule_id, Verdict.unknown(reason))
    return found


def account(
    progress: WindowProgress,
    plan: WindowPlan,
    verdicts: Mapping[str, Verdict],
    observation: Observation,
    frame: Frame | None = None,
    exempt: ExemptionKind | None = None,
) -> tuple[WindowProgress, Outcome]:
    """Step the monitor of every rule that looked; a replay has no frame to pass on."""
    at = observation.at
    monitors = dict(progress.monitors)
    transitions: list[tuple[str, Transition]] = []
    spans: list[Span] = []
    for rule_id, verdict in verdicts.items():
        before = monitors.get(rule_id, _FRESH)
        spans += _spans(rule_id, before, at)
        monitors[rule_id], changes = step(before, verdict, at, plan.duty(rule_id).policy)
        transitions += [(rule_id, change) for change in changes]
    after = replace(progress, monitors=monitors, seen_at=at)
    return after, Outcome(
        plan.window_id, at, frame, observation, verdicts, tuple(transitions), tuple(spans), exempt
    )


def pass_time(
    progress: WindowProgress, window_id: str, duties: Iterable[Duty], at: datetime, reason: str
) -> tuple[WindowProgress, Outcome]:
    """Step the monitors of these rules without a picture to judge."""
    unknown = Verdict.unknown(reason)
    monitors = dict(progress.monitors)
    transitions: list[tuple[str, Transition]] = []
    spans: list[Span] = []
    for duty in duties:
        rule_id = duty.rule.rule_id
        before = monitors.get(rule_id, _FRESH)
        if before.at is not None and before.at >= at:
            continue
        spans += _spans(rule_id, before, at)
        monitors[rule_id], changes = step(before, unknown, at, duty.policy)
        transitions += [(rule_id, change) for change in changes]
    after = replace(progress, monitors=monitors)
    return after, Outcome(window_id, at, None, None, {}, tuple(transitions), tuple(spans))


def wind_up(
    progress: WindowProgress, plan: WindowPlan, rule_ids: Iterable[str], at: datetime, reason: str
) -> tuple[WindowProgress, Outcome]:
    """Close what is open of these rules, as last seen, and forget their evidence."""
    monitors = dict(progress.monitors)
    transitions: list[tuple[str, Transition]] = []
    spans: list[Span] = []
    for rule_id in rule_ids:
        before = monitors.pop(rule_id, _FRESH)
        if before.at is None:
            continue
        until = max(at, before.at)
        spans += _spans(rule_id, before, until)
        _, changes = finish(before, until, plan.duty(rule_id).policy, reason)
        transitions += [(rule_id, change) for change in changes]
    after = replace(progress, monitors=monitors)
    return after, Outcome(plan.window_id, at, None, None, {}, tuple(transitions), tuple(spans))


def _spans(rule_id: str, state: MonitorState, at: datetime) -> Iterator[Span]:
    for segment, reason in held_spans(state, at):
        yield Span(rule_id, segment, reason)
