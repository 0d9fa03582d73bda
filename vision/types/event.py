"""An event as it is stored and shown, and the coverage that stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventStatus(StrEnum):
    """Whether the condition still lasts."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One stored picture or clip.

    Attributes:
        kind: ``snapshot`` or ``clip``.
        at: Capture time of what it shows, UTC.
        sha256: Of the stored bytes; also their address in the evidence store.
        media_type: Such as ``image/jpeg``.
        expired_at: When its bytes were given up, UTC; None while they are kept.
        expired_for: Why: ``age`` or ``space``.
    """

    kind: str
    at: datetime
    sha256: str
    media_type: str
    expired_at: datetime | None = None
    expired_for: str | None = None


def with_clips(before: tuple[Evidence, ...], now: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """What an event has once ``now`` replaces ``before``: clips are added from elsewhere, and stay.

    What was there keeps its place, because a piece of evidence is addressed by its number.
    """
    named = {item.sha256: item for item in now}
    kept = [
        named.pop(item.sha256, item)
        for item in before
        if item.kind == "clip" or item.sha256 in named
    ]
    return (*kept, *named.values())


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on an event.

    Attributes:
        state: ``unreviewed``, ``confirmed``, ``dismissed``, ``appealed``, ``upheld`` or
            ``overturned``.
        reason: What the reviewer wrote.
        reviewer: Account name of who decided.
        at: When, UTC.
    """

    state: str = "unreviewed"
    reason: str | None = None
    reviewer: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the event came out of, so that it can be reproduced.

    Attributes:
        detector_sha256: Of the detector weights.
        pose_sha256: Of the pose model.
        config_sha256: Of the site configuration in canonical form.
        version: Of the product.
        rule_version: Of the rule's logic.
        source: File name or camera id that the footage came from.
    """

    detector_sha256: str
    pose_sha256: str
    config_sha256: str
    version: str
    rule_version: int
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """One violation of one rule at one window over an interval.

    Attributes:
        id: ULID; its time part is ``confirmed_at``, its other part a hash of what the event is,
            so that the same footage gives the same id.
        audit_id: The batch audit it came from; None for a live event.
        started_at: Onset of the condition.
        confirmed_at: When the dwell was reached.
        ended_at: None while open.
        measured: Value, ``limit`` and ``margin`` of the strongest verdict.
        reason: Reason code of that verdict.
        clauses: Citations such as ``SZ 一.(一)``.
    """

    id: str
    window_id: str
    camera_id: str
    rule_id: str
    status: EventStatus
    started_at: datetime
    confirmed_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    score: float
    reason: str
    measured: Mapping[str, float]
    clauses: tuple[str, ...]
    provenance: Provenance
    evidence: tuple[Evidence, ...] = ()
    review: Review = field(default_factory=Review)
    audit_id: str | None = None

    @property
    def severity(self) -> str:
        """``mild``, ``normal`` or ``severe``, as the strongest verdict was."""
        return severity_of(self.reason)

    @property
    def duration_s(self) -> float | None:
        """Length of the condition in seconds; None while open."""
        if self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


CLIENT_WAITS = "post_empty_client_waits"
"""Reason code of an absence while a client waits at the counter."""


def severity_of(reason: str) -> str:
    """How grave what a reason code says is: ``mild``, ``normal`` or ``severe``."""
    if reason == CLIENT_WAITS or reason.endswith("_severe"):
        return "severe"
    return "mild" if reason.endswith("_mild") else "normal"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the schedule of one (window, rule) could be judged, per hour.

    Attributes:
        hour: Start of the UTC hour.
        scheduled_s: Seconds in which the rule was due.
        assessable_s: Of these, seconds with a COMPLIANT or VIOLATION verdict.
        unknown_s: Seconds with an UNKNOWN verdict.
        lost_s: Seconds without any picture.
        reasons_s: Seconds per reason code of UNKNOWN.
        exempt_s: Seconds of service hours in which the rule was not due, because of an
            exemption; not part of ``scheduled_s``.
    """

    window_id: str
    rule_id: str
    hour: datetime
    scheduled_s: float = 0.0
    assessable_s: float = 0.0
    unknown_s: float = 0.0
    lost_s: float = 0.0
    reasons_s: Mapping[str, float] = field(default_factory=dict)
    exempt_s: float = 0.0
