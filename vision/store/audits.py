"""Batch audits as users asked for them: inputs, progress and what failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vision.store.schema import AuditRow, from_us, to_us


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One batch audit.

    Attributes:
        id: As ``Event.audit_id`` names it.
        created_at: When it was asked for, UTC.
        inputs: Files and folders.
        status: ``queued``, ``running``, ``done`` or ``failed``.
        progress: Share of the footage analysed, in [0, 1].
        failures: Input to why it could not be used.
    """

    id: str
    created_at: datetime
    inputs: tuple[str, ...]
    status: str = "queued"
    progress: float = 0.0
    failures: Mapping[str, str] = field(default_factory=dict)


def audit_row(record: AuditRecord) -> dict[str, Any]:
    """The columns of an audit."""
    return {
        "id": record.id,
        "created_us": to_us(record.created_at),
        "status": record.status,
        "progress": record.progress,
        "inputs": list(record.inputs),
        "failures": dict(record.failures),
    }


def audit_of(row: AuditRow) -> AuditRecord:
    """The audit that a row holds."""
    return AuditRecord(
        id=row.id,
        created_at=from_us(row.created_us),
        inputs=tuple(row.inputs),
        status=row.status,
        progress=row.progress,
        failures=row.failures,
    )
