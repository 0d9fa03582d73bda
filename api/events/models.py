"""Answers about events: the shape that :func:`vision.wire.event_to_json` writes."""

from pydantic import BaseModel, ConfigDict, Field

from api.events.review import Decision
from api.params import ReviewState
from api.schema import Answer, NextPage, Share, Time
from vision.types import EventStatus


class ExpiredAnswer(Answer):
    """When and why the bytes were given up."""

    at: Time
    reason: str = Field(examples=["age"])


class EvidenceAnswer(Answer):
    """One stored picture or clip; `expired` only where it is no longer kept."""

    kind: str = Field(examples=["snapshot"])
    at: Time
    sha256: str
    url: str
    expired: ExpiredAnswer | None = None


class ReviewAnswer(Answer):
    """Where the review stands; what nobody has said yet is left out."""

    state: ReviewState
    reason: str = ""
    reviewer: str = ""
    at: Time = ""


class ProvenanceAnswer(Answer):
    """What the event came out of."""

    detector_sha256: str
    pose_sha256: str
    config_sha256: str
    version: str
    rule_version: int
    reason: str
    source: str
    audit_id: str | None


class EventAnswer(Answer):
    """One violation of one rule at one window over an interval."""

    id: str
    window_id: str
    camera_id: str
    rule_id: str
    status: EventStatus
    started_at: Time
    confirmed_at: Time
    ended_at: Time | None
    end_reason: str | None
    duration_s: float | None
    score: Share
    severity: str = Field(description="mild, normal or severe")
    measured: dict[str, float]
    clauses: list[str]
    evidence: list[EvidenceAnswer]
    review: ReviewAnswer
    provenance: ProvenanceAnswer


class ReviewRequest(BaseModel):
    """A decision on an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    reason: str = Field(
        default="", max_length=2000, description="Statement; only `confirmed` goes without"
    )


class ReviewHistory(Answer):
    """Every decision on an event, oldest first."""

    items: list[ReviewAnswer]
    next: NextPage


class EventPage(Answer):
    """A page of events."""

    items: list[EventAnswer]
    next: NextPage
