"""Orders and answers about audits."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.params import IDENTIFIER, Instant
from api.schema import Answer, NextPage, Share, Time
from vision.audits import AuditPart, AuditRecord, AuditStatus
from vision.wire import time_to_json

MOST_PATHS = 200
PathText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Recording(BaseModel):
    """How and when footage was recorded; what is left out is found as on the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera_id: Annotated[str, StringConstraints(pattern=IDENTIFIER)] | None = Field(
        default=None, description="The camera that recorded it"
    )
    start: Instant | None = Field(
        default=None, description="Capture time of the first picture, for one input only"
    )
    name_pattern: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="`strptime` pattern of the capture times in the names",
        examples=["cam03_%Y%m%d%H%M%S"],
    )


class AuditRequest(Recording):
    """An order for footage that lies in the media folder of the service."""

    paths: list[PathText] = Field(
        min_length=1,
        max_length=MOST_PATHS,
        description="Files and folders, relative to the media folder",
        examples=[["cam-03/2026-11-02"]],
    )


class InputAnswer(Answer):
    """One input."""

    name: str
    state: str = Field(description="waiting, running, done or failed")
    done_s: float
    total_s: float
    events: int
    run_id: str | None = Field(description="For `GET /events?audit_id=`")
    failure: str | None


class AuditAnswer(Answer):
    """One audit."""

    id: str
    status: AuditStatus
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    by: str
    paths: list[str]
    uploaded: bool
    camera_id: str | None
    start: Time | None
    name_pattern: str | None
    progress: Share
    done_s: float
    total_s: float
    speed: float = Field(description="Seconds of footage per second")
    eta_s: float | None
    events: int
    cancelling: bool
    failure: str | None
    inputs: list[InputAnswer]


class AuditPage(Answer):
    """Audits, newest first."""

    items: list[AuditAnswer]
    next: NextPage


def audit_to_json(record: AuditRecord) -> dict[str, Any]:
    """An audit as :class:`AuditAnswer` describes it."""
    order = record.order
    return {
        "id": record.id,
        "status": record.status.value,
        "created_at": time_to_json(record.created_at),
        "started_at": record.started_at and time_to_json(record.started_at),
        "finished_at": record.finished_at and time_to_json(record.finished_at),
        "by": order.by,
        "paths": list(order.paths),
        "uploaded": order.uploaded,
        "camera_id": order.camera_id,
        "start": order.start and time_to_json(order.start),
        "name_pattern": order.name_pattern,
        "progress": round(record.progress, 4),
        "done_s": round(record.done_s, 3),
        "total_s": round(record.total_s, 3),
        "speed": record.speed,
        "eta_s": None if record.eta_s is None else round(record.eta_s, 1),
        "events": sum(part.events for part in record.parts),
        "cancelling": record.cancelling,
        "failure": record.failure,
        "inputs": [_part(part) for part in record.parts],
    }


def _part(part: AuditPart) -> dict[str, Any]:
    return {name: getattr(part, name) for name in InputAnswer.model_fields}
