"""What the monitor remembers of one (window, rule): an immutable, serialisable value."""

from dataclasses import dataclass
from datetime import datetime

from vision.types import Verdict, VerdictKind


@dataclass(frozen=True, slots=True)
class Segment:
    """A span in which one kind of verdict held.

    Attributes:
        start: When it began.
        end: When it ended, or the present.
        kind: The verdict.
        samples: How many observations it is made of.
    """

    start: datetime
    end: datetime
    kind: VerdictKind
    samples: int = 1

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class MonitorState:
    """State of one (window, rule).

    Attributes:
        at: Time of the last observation; None before the first.
        held: The verdict that holds from ``at`` until the next observation.
        history: Spans up to ``at``, oldest first: those that reach into the last ``window_s`` of
            assessable time, whole.
        onset: Since when the condition holds; None while it does not.
        held_since_onset_s: Assessable seconds since ``onset``.
        confirmed_at: When the event opened; None while none is open.
        violating_until: End of the last violating span.
        unknown_s: Seconds without an assessable verdict, up to ``at``.
        absent_s: Of these, how many nobody was there for, as far as could be seen.
        violating_s: Violating seconds since ``onset``.
        score_sum_s: Integral of the score over them.
        best: The strongest violating verdict since ``onset``.
    """

    at: datetime | None = None
    held: Verdict | None = None
    history: tuple[Segment, ...] = ()
    onset: datetime | None = None
    held_since_onset_s: float = 0.0
    confirmed_at: datetime | None = None
    violating_until: datetime | None = None
    unknown_s: float = 0.0
    absent_s: float = 0.0
    violating_s: float = 0.0
    score_sum_s: float = 0.0
    best: Verdict | None = None

    @property
    def is_open(self) -> bool:
        """Whether an event is open."""
        return self.confirmed_at is not None

    @property
    def is_violating(self) -> bool:
        """Whether the last verdict was a violation."""
        return self.held is not None and self.held.is_violation

    def is_undecided(self, calm_s: float) -> bool:
        """Whether a violation is held, or ended at most ``calm_s`` ago, and no event is open."""
        if self.is_open or self.at is None:
            return False
        recent = self.violating_until is not None and (
            (self.at - self.violating_until).total_seconds() <= calm_s
        )
        return self.is_violating or recent
