"""Between the values of the product and the rows of the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from vision.ports import Checkpoint, WindowState
from vision.store.schema import EPOCH, CheckpointRow, ReviewRow, StateRow, from_us, to_us
from vision.types import Coverage, Event, EventStatus, Evidence, Provenance, Review, severity_of
from vision.wire import (
    displayable,
    evidence_to_json,
    evidence_url,
    provenance_document,
    review_document,
    seconds_to_json,
)

Row = dict[str, Any]
_EPOCH_UTC = EPOCH.replace(tzinfo=None)
REVIEW_COLUMNS = frozenset({"review_state", "review_reason", "reviewer", "reviewed_us"})
"""The columns of an event that only a review changes."""


def us_or_none(at: datetime | None) -> int | None:
    """:func:`to_us`, or None for None."""
    return None if at is None else to_us(at)


def time_or_none(value: int | None) -> datetime | None:
    """:func:`from_us`, or None for None."""
    return None if value is None else from_us(value)


def event_row(event: Event, run_key: str | None) -> Row:
    """The columns of an event."""
    started_us, ended_us = to_us(event.started_at), us_or_none(event.ended_at)
    return {
        "id": event.id,
        "window_id": event.window_id,
        "camera_id": event.camera_id,
        "rule_id": event.rule_id,
        "status": event.status.value,
        "started_us": started_us,
        "confirmed_us": to_us(event.confirmed_at),
        "ended_us": ended_us,
        "duration_us": None if ended_us is None else ended_us - started_us,
        "end_reason": event.end_reason,
        "score": float(event.score),
        "reason": event.reason,
        "measured": dict(event.measured),
        "clauses": list(event.clauses),
        "evidence": [evidence_row(item) for item in event.evidence],
        "provenance": asdict(event.provenance),
        "audit_id": event.audit_id,
        "run_key": run_key,
        **review_columns(event.review),
    }


def evidence_row(item: Evidence) -> Row:
    """A piece of evidence as the event's column holds it; the expiry only where there is one."""
    row = {
        "kind": item.kind,
        "at": to_us(item.at),
        "sha256": item.sha256,
        "media_type": item.media_type,
    }
    if item.expired_at is None:
        return row
    return row | {"expired_us": to_us(item.expired_at), "expired_for": item.expired_for}


def evidence_of(row: Row) -> Evidence:
    """The piece of evidence that an item of the event's column holds."""
    return Evidence(
        row["kind"],
        from_us(row["at"]),
        row["sha256"],
        row["media_type"],
        time_or_none(row.get("expired_us")),
        row.get("expired_for"),
    )


def review_columns(review: Review) -> Row:
    """The columns of an event that hold its review."""
    return {
        "review_state": review.state,
        "review_reason": review.reason,
        "reviewer": review.reviewer,
        "reviewed_us": us_or_none(review.at),
    }


def event_of(row: Any) -> Event:
    """The event that a row holds, by the names of ``EventRow``."""
    return Event(
        id=row.id,
        window_id=row.window_id,
        camera_id=row.camera_id,
        rule_id=row.rule_id,
        status=EventStatus(row.status),
        started_at=from_us(row.started_us),
        confirmed_at=from_us(row.confirmed_us),
        ended_at=time_or_none(row.ended_us),
        end_reason=row.end_reason,
        score=row.score,
        reason=row.reason,
        measured=row.measured,
        clauses=tuple(row.clauses),
        provenance=Provenance(**row.provenance),
        evidence=tuple(evidence_of(item) for item in row.evidence),
        review=Review(
            row.review_state, row.review_reason, row.reviewer, time_or_none(row.reviewed_us)
        ),
        audit_id=row.audit_id,
    )


def document_of(row: Any, base: str) -> Row:
    """What :func:`vision.wire.event_to_json` makes of the row's event, without making the event.

    Args:
        row: By the names of ``EventRow``.
        base: Path that the API is mounted at.
    """
    duration_us = None if row.ended_us is None else row.ended_us - row.started_us
    return {
        "id": row.id,
        "window_id": row.window_id,
        "camera_id": row.camera_id,
        "rule_id": row.rule_id,
        "status": row.status,
        "started_at": _shown(row.started_us),
        "confirmed_at": _shown(row.confirmed_us),
        "ended_at": _shown_or_none(row.ended_us),
        "end_reason": row.end_reason,
        "duration_s": None if duration_us is None else seconds_to_json(duration_us / 1e6),
        "score": row.score,
        "severity": severity_of(row.reason),
        "measured": row.measured,
        "clauses": row.clauses,
        "evidence": [
            evidence_to_json(evidence_of(item), evidence_url(base, row.id, number))
            for number, item in enumerate(row.evidence)
        ],
        "review": review_document(
            row.review_state, row.review_reason, row.reviewer, _shown_or_none(row.reviewed_us)
        ),
        "provenance": provenance_document(row.provenance, row.reason, row.audit_id),
    }


def _shown(value: int) -> str:
    """``time_to_json(from_us(value))`` in half the time: a page shows two hundred."""
    at = _EPOCH_UTC + timedelta(0, 0, value)
    return f"{at.isoformat('T', 'milliseconds')}Z"


def _shown_or_none(value: int | None) -> str | None:
    return None if value is None else _shown(value)


def review_of(row: ReviewRow) -> Review:
    """The review that a row of the history holds."""
    return Review(row.state, row.reason, row.reviewer, time_or_none(row.at_us))


def _place(coverage: Coverage, run_key: str) -> Row:
    return {
        "window_id": coverage.window_id,
        "rule_id": coverage.rule_id,
        "hour_us": to_us(coverage.hour),
        "run_key": run_key,
    }


def coverage_rows(coverage: Sequence[Coverage], run_key: str) -> list[Row]:
    """The columns of coverage, without the reasons."""
    return [
        _place(item, run_key)
        | {
            "scheduled_s": item.scheduled_s,
            "assessable_s": item.assessable_s,
            "unknown_s": item.unknown_s,
            "lost_s": item.lost_s,
            "exempt_s": item.exempt_s,
        }
        for item in coverage
    ]


def reason_rows(coverage: Sequence[Coverage], run_key: str) -> list[Row]:
    """The columns of the reasons in coverage."""
    return [
        _place(item, run_key) | {"reason": reason, "seconds": seconds}
        for item in coverage
        for reason, seconds in item.reasons_s.items()
    ]


def state_row(state: WindowState) -> Row:
    """The columns of a window's state."""
    verdicts = {rule_id: list(verdict) for rule_id, verdict in state.verdicts.items()}
    return {
        "window_id": state.window_id,
        "at_us": to_us(state.at),
        "state": state.state,
        "reason": state.reason,
        "verdicts": verdicts,
        "post_height_px": state.post_height_px,
        "px_per_m": state.px_per_m,
    }


def state_of(row: StateRow) -> WindowState:
    """The window's state that a row holds."""
    verdicts = {
        rule_id: (kind, score, reason) for rule_id, (kind, score, reason) in row.verdicts.items()
    }
    return WindowState(
        row.window_id, from_us(row.at_us), row.state, row.reason, verdicts,
        row.post_height_px, row.px_per_m,
    )  # fmt: skip


def checkpoint_row(checkpoint: Checkpoint) -> Row:
    """The columns of a checkpoint."""
    return {
        "key": checkpoint.key,
        "footage": checkpoint.footage,
        "at_us": us_or_none(checkpoint.at),
        "state": checkpoint.state,
        "done": checkpoint.done,
        "failure": checkpoint.failure and displayable(checkpoint.failure),
    }


def checkpoint_of(row: CheckpointRow) -> Checkpoint:
    """The checkpoint that a row holds."""
    return Checkpoint(
        key=row.key,
        at=time_or_none(row.at_us),
        state=row.state,
        done=row.done,
        failure=row.failure,
        footage=row.footage,
    )
