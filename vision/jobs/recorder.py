"""From outcomes to what is stored: events with their evidence, coverage, live state."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from vision.errors import EvidenceError, NotFound
from vision.jobs.identity import event_id
from vision.jobs.ledger import Ledger
from vision.pipeline import Outcome
from vision.ports import Batch, Checkpoint, EvidenceStore, Notice, WindowState
from vision.rules.scale import scale_of
from vision.types import (
    Event,
    EventStatus,
    Evidence,
    ExemptionKind,
    Frame,
    Observation,
    Provenance,
    Transition,
    TransitionKind,
    Verdict,
    VerdictKind,
)

CLOSED = "closed"
"""Why a closed window is off duty, beside ``schedule``."""

MAX_SNAPSHOTS = 3
"""Of one event: at its confirmation, and where it was seen most clearly later."""

Tell = Callable[[Sequence[Event]], Sequence[Notice]]
"""Changed events to what receivers are told of them."""

Draw = Callable[[Frame, Observation, str, Transition], bytes]
"""Renders a snapshot: frame, observation, rule id, transition -> JPEG."""


Drawn = Mapping[tuple[str, str, datetime], bytes]
"""Snapshots by window, rule and time of their frame, rendered before their turn is recorded."""

NONE_DRAWN: Drawn = MappingProxyType({})


def drawn(outcomes: Iterable[Outcome], draw: Draw) -> Drawn:
    """Render the snapshots that recording these outcomes asks for."""
    return {
        (outcome.window_id, rule_id, outcome.frame.at): draw(
            outcome.frame, outcome.observation, rule_id, transition
        )
        for outcome in outcomes
        if outcome.frame is not None and outcome.observation is not None
        for rule_id, transition in outcome.transitions
        if transition.kind is not TransitionKind.CLOSED
    }


def _nobody(_: Sequence[Event]) -> Sequence[Notice]:
    return ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What all events of one run share.

    Attributes:
        name: Goes into the event ids: the footage key, or ``live`` and the camera.
        camera_id: The camera.
        audit_id: The batch run; None for live events.
        provenance: Models, configuration and source; ``rule_version`` is filled in per event.
        rule_versions: Rule id to version.
    """

    name: str
    camera_id: str
    audit_id: str | None
    provenance: Provenance
    rule_versions: dict[str, int]


class Recorder:
    """Gathers the outcomes of one run into batches.

    Args:
        origin: What the events share.
        evidence: Where snapshots are put, before the batch that names them is committed.
        draw: Renders a snapshot.
        cite: Rule id to the clauses that it enforces.
        stored: Gives a stored event by id (raises NotFound), to take up one that an interrupted
            run left open.
        without_picture: Told why a snapshot could not be stored; the event then goes without.
            Left out, the error ends the run, which can be repeated.
    """

    def __init__(
        self,
        origin: Origin,
        evidence: EvidenceStore,
        draw: Draw,
        cite: Callable[[str], tuple[str, ...]],
        stored: Callable[[str], Event],
        without_picture: Callable[[EvidenceError], None] | None = None,
    ) -> None:
        self._origin = origin
        self._evidence = evidence
        self._draw = draw
        self._cite = cite
        self._stored = stored
        self._without_picture = without_picture
        self._ledger = Ledger()
        self._open: dict[str, Event] = {}
        self._changed: dict[str, Event] = {}
        self._states: dict[str, WindowState] = {}
        self._drawn = NONE_DRAWN

    def add(self, outcomes: Iterable[Outcome], drawn: Drawn = NONE_DRAWN) -> bool:
        """Take outcomes in; True if an event opened or closed, which should be committed soon.

        Args:
            outcomes: In order of time.
            drawn: Snapshots that are rendered already; the others are rendered now.
        """
        outcomes, self._drawn = tuple(outcomes), drawn
        urgent = False
        self._ledger.add(outcomes)
        for outcome in outcomes:
            for rule_id, transition in outcome.transitions:
                self._apply(outcome, rule_id, transition)
                urgent = urgent or transition.kind is not TransitionKind.UPDATED
            if outcome.observation is not None:
                self._states[outcome.window_id] = _state(outcome, self._states)
            elif outcome.exempt is ExemptionKind.CLOSED:
                closed = WindowState(outcome.window_id, outcome.at, "off_duty", CLOSED)
                self.note([closed])
        return urgent

    def note(self, states: Iterable[WindowState]) -> None:
        """Take in states of windows that nobody looked at; what is known of the view stays."""
        for state in states:
            before = self._states.get(state.window_id, state)
            self._states[state.window_id] = replace(
                state, post_height_px=before.post_height_px, px_per_m=before.px_per_m
            )

    def batch(self, checkpoint: Checkpoint | None, tell: Tell = _nobody) -> Batch:
        """All that came together since the last batch.

        Args:
            checkpoint: How far the run has come.
            tell: Says what receivers are to be told of the changed events.
        """
        events = tuple(self._changed.values())
        batch = Batch(
            events=events,
            coverage=self._ledger.draw(),
            states=tuple(self._states.values()),
            checkpoint=checkpoint,
            notices=tell(events),
        )
        self._changed.clear()
        return batch

    def _apply(self, outcome: Outcome, rule_id: str, transition: Transition) -> None:
        event = self._known(outcome.window_id, rule_id, transition)
        closed = transition.kind is TransitionKind.CLOSED
        event = replace(
            event,
            status=EventStatus.CLOSED if closed else EventStatus.OPEN,
            ended_at=transition.ended_at,
            end_reason=transition.end_reason,
            score=transition.score,
            reason=transition.reason,
            measured=dict(transition.measured),
        )
        if outcome.frame and outcome.observation and not closed:
            picture = (outcome.frame, outcome.observation)
            event = replace(event, evidence=self._with_snapshot(event, *picture, transition))
        self._changed[event.id] = event
        if closed:
            self._open.pop(event.id, None)
        else:
            self._open[event.id] = event

    def _known(self, window_id: str, rule_id: str, transition: Transition) -> Event:
        """The event that this is about: open here, left open by an earlier run, or new."""
        started, confirmed = transition.started_at, transition.confirmed_at
        key = event_id(self._origin.name, window_id, rule_id, started, confirmed)
        if key in self._open:
            return self._open[key]
        made = self._new(key, window_id, rule_id, transition)
        try:
            stored = self._stored(key)
        except NotFound:
            return made
        if stored.audit_id == made.audit_id:
            return stored
        # An earlier analysis of the same footage found it, too; now it is an event of this one.
        return replace(made, evidence=stored.evidence, review=stored.review)

    def _new(self, key: str, window_id: str, rule_id: str, transition: Transition) -> Event:
        version = self._origin.rule_versions[rule_id]
        return Event(
            id=key,
            window_id=window_id,
            camera_id=self._origin.camera_id,
            rule_id=rule_id,
            status=EventStatus.OPEN,
            started_at=transition.started_at,
            confirmed_at=transition.confirmed_at,
            ended_at=None,
            end_reason=None,
            score=transition.score,
            reason=transition.reason,
            measured=transition.measured,
            clauses=self._cite(rule_id),
            provenance=replace(self._origin.provenance, rule_version=version),
            audit_id=self._origin.audit_id,
        )

    def _with_snapshot(
        self, event: Event, frame: Frame, observation: Observation, transition: Transition
    ) -> tuple[Evidence, ...]:
        taken = event.evidence
        if any(piece.at == frame.at for piece in taken):
            return taken
        data = self._drawn.get((event.window_id, event.rule_id, frame.at))
        if data is None:
            data = self._draw(frame, observation, event.rule_id, transition)
        try:
            sha256 = self._evidence.put(data)
        except EvidenceError as error:
            if self._without_picture is None:
                raise
            self._without_picture(error)
            return taken
        piece = Evidence("snapshot", frame.at, sha256, "image/jpeg")
        # The confirming picture stays; of the later, clearer ones the newest.
        return (*taken[: MAX_SNAPSHOTS - 1], piece)


def _state(outcome: Outcome, known: dict[str, WindowState]) -> WindowState:
    observation = outcome.observation
    assert observation is not None
    before = known.get(outcome.window_id)
    verdicts = dict(before.verdicts) if before else {}
    for rule_id, verdict in outcome.verdicts.items():
        verdicts[rule_id] = _shown(verdict)
    if outcome.exempt is not None:
        verdicts = {key: one for key, one in verdicts.items() if not outcome.exempt.covers(key)}
    state, reason = _presence(outcome, observation.view.usable)
    height_px, scale = observation.post_height_px, scale_of(observation)
    if before is not None and (observation.is_sub or scale is None):
        scale = before.px_per_m
    if before is not None and observation.is_sub:
        height_px = before.post_height_px
    return WindowState(outcome.window_id, outcome.at, state, reason, verdicts, height_px, scale)


def _shown(verdict: Verdict) -> tuple[str, float, str]:
    """As the state of the window tells it: what is provisional is not known yet."""
    if verdict.provisional:
        return VerdictKind.UNKNOWN.value, 0.0, "not_back_yet"
    return verdict.kind.value, verdict.score, verdict.reason


def _presence(outcome: Outcome, usable: bool) -> tuple[str, str]:
    observation = outcome.observation
    if observation is None or not usable:
        return "unknown", observation.view.state.value if observation else "lost"
    if observation.persons:
        return "present", ""
    if observation.doubtful_persons > 0.2:
        return "unknown", "person_doubtful"
    return "absent", outcome.exempt.value if outcome.exempt else ""


def off_duty(window_ids: Sequence[str], at: datetime) -> list[WindowState]:
    """The state of windows outside service hours."""
    return [WindowState(window_id, at, "off_duty", "schedule") for window_id in window_ids]
