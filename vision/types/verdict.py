"""A rule's answer on one observation, and what the monitor makes of many of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Self

NOTHING: Mapping[str, float] = MappingProxyType({})


class VerdictKind(StrEnum):
    """The three answers. UNKNOWN is not COMPLIANT."""

    VIOLATION = "violation"
    COMPLIANT = "compliant"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer on one observation.

    Attributes:
        kind: The answer.
        score: Strength of the evidence for a violation, in [0, 1]; 0 for UNKNOWN.
        reason: Code such as ``phone_in_hand``, ``feet_hidden``.
        measured: Named quantities behind the answer, unit in each name, with ``limit`` and
            ``margin`` where the rule compares against one.
        track_id: The person it is about, if it is about one.
        provisional: Of a violation that only the end of duty makes one: no event opens on it
            before.
    """

    kind: VerdictKind
    score: float
    reason: str
    measured: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    track_id: int | None = None
    provisional: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"Verdict.score must lie in [0, 1], got {self.score}")

    @classmethod
    def violation(cls, score: float, reason: str, **measured: float) -> Self:
        """The conduct breaks the rule in this observation."""
        return cls(VerdictKind.VIOLATION, score, reason, measured)

    @classmethod
    def compliant(cls, reason: str, score: float = 0.0, **measured: float) -> Self:
        """The conduct was seen and keeps the rule."""
        return cls(VerdictKind.COMPLIANT, score, reason, measured)

    @classmethod
    def unknown(cls, reason: str, **measured: float) -> Self:
        """It could not be seen."""
        return cls(VerdictKind.UNKNOWN, 0.0, reason, measured)

    @property
    def is_violation(self) -> bool:
        """Whether the answer is VIOLATION."""
        return self.kind is VerdictKind.VIOLATION

    @property
    def is_unknown(self) -> bool:
        """Whether the answer is UNKNOWN."""
        return self.kind is VerdictKind.UNKNOWN


class TransitionKind(StrEnum):
    """What happened to an event."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of one event of one (window, rule).

    Attributes:
        kind: Opened, updated (a stronger observation) or closed.
        at: Capture time of the observation that caused it, UTC.
        started_at: Onset of the condition.
        confirmed_at: When the dwell was reached and the event opened.
        ended_at: End of the condition; None unless closed.
        end_reason: ``cleared``, ``view_lost``, ``subject_left``, ``source_ended``,
            ``schedule_ended``, ``exempt`` or ``interrupted``; None unless closed.
        score: Mean score over the violating time so far, in [0, 1].
        measured: Of the strongest verdict so far, with ``violating_share``.
        reason: Reason code of that verdict.
        track_id: The person that it is about, if it is about one.
    """

    kind: TransitionKind
    at: datetime
    started_at: datetime
    confirmed_at: datetime
    score: float
    measured: Mapping[str, float]
    reason: str
    ended_at: datetime | None = None
    end_reason: str | None = None
    track_id: int | None = None
