"""The one representation of events, coverage and states, over REST and in JSON lines alike.

Times are RFC 3339 in UTC with milliseconds, seconds have three decimals; what is finer is not
shown. ``event_from_json`` undoes ``event_to_json`` up to that.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from vision.ports import WindowState
from vision.types import Coverage, Event, EventStatus, Evidence, Provenance, Review

API_BASE = "/api/v1"
MEDIA_TYPES: Mapping[str, str] = MappingProxyType({"snapshot": "image/jpeg", "clip": "video/mp4"})
"""Media type by kind of evidence; the representation shows the kind only."""


def time_to_json(at: datetime) -> str:
    """``2026-11-02T09:14:03.200Z``, cut (not rounded) to milliseconds.

    Raises:
        ValueError: If ``at`` carries no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a time without zone cannot be shown: {at!r}")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:-6]}Z"  # without its +00:00


def time_from_json(text: str) -> datetime:
    """The UTC time of an RFC 3339 text in any zone.

    Raises:
        ValueError: If it is not one, or names no zone.
    """
    at = datetime.fromisoformat(text.upper())
    if at.tzinfo is None:
        raise ValueError(f"expected a time with zone such as 2026-11-02T09:14:03Z, got '{text}'")
    return at.astimezone(UTC)


def _time_or_none(at: datetime | None) -> str | None:
    return None if at is None else time_to_json(at)


def seconds_to_json(value: float) -> float:
    """Three decimals."""
    return round(value, 3)


def displayable(text: str) -> str:
    """The text with every byte of a file name that is not UTF-8 shown as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def event_to_json(event: Event, base: str = API_BASE) -> dict[str, Any]:
    """An event as a JSON object, its keys in the order of the contract.

    Args:
        event: The event.
        base: Path that the API is mounted at, in front of the evidence addresses.
    """
    return {
        "id": event.id,
        "window_id": event.window_id,
        "camera_id": event.camera_id,
        "rule_id": event.rule_id,
        "status": event.status.value,
        "started_at": time_to_json(event.started_at),
        "confirmed_at": time_to_json(event.confirmed_at),
        "ended_at": _time_or_none(event.ended_at),
        "end_reason": event.end_reason,
        "duration_s": None if event.duration_s is None else seconds_to_json(event.duration_s),
        "score": event.score,
        "severity": event.severity,
        "measured": dict(event.measured),
        "clauses": list(event.clauses),
        "evidence": [
            evidence_to_json(item, evidence_url(base, event.id, number))
            for number, item in enumerate(event.evidence)
        ],
        "review": review_to_json(event.review),
        "provenance": provenance_document(asdict(event.provenance), event.reason, event.audit_id),
    }


def evidence_url(base: str, event_id: str, number: int) -> str:
    """Address of a piece of evidence by its number in the event."""
    return f"{base}/events/{event_id}/evidence/{number}"


def evidence_to_json(item: Evidence, url: str) -> dict[str, Any]:
    """One stored picture or clip; the expiry only where there is one."""
    shown: dict[str, Any] = {
        "kind": item.kind,
        "at": time_to_json(item.at),
        "sha256": item.sha256,
        "url": url,
    }
    if item.expired_at is None:
        return shown
    gone = {"at": time_to_json(item.expired_at), "reason": item.expired_for or ""}
    return shown | {"expired": gone}


def review_to_json(review: Review) -> dict[str, Any]:
    """A review; what nobody has said yet is left out."""
    at = _time_or_none(review.at)
    return review_document(review.state, review.reason, review.reviewer, at)


def review_document(
    state: str, reason: str | None, reviewer: str | None, at: str | None
) -> dict[str, Any]:
    """:func:`review_to_json` of the parts of a review, its time as text."""
    said = {"reason": reason, "reviewer": reviewer, "at": at}
    return {"state": state} | {key: text for key, text in said.items() if text is not None}


def provenance_document(
    provenance: Mapping[str, Any], reason: str, audit_id: str | None
) -> dict[str, Any]:
    """What an event came out of.

    Args:
        provenance: The fields of :class:`vision.types.Provenance`.
        reason: Reason code of the event.
        audit_id: Run that found it; None for live events.
    """
    return {
        "detector_sha256": provenance["detector_sha256"],
        "pose_sha256": provenance["pose_sha256"],
        "config_sha256": provenance["config_sha256"],
        "version": provenance["version"],
        "rule_version": provenance["rule_version"],
        "reason": reason,
        "source": displayable(provenance["source"]),
        "audit_id": audit_id,
    }


def event_from_json(document: Mapping[str, Any]) -> Event:
    """The event that :func:`event_to_json` wrote.

    Raises:
        KeyError: If a key is missing.
        ValueError: If a value is not of its kind.
    """
    provenance = dict(document["provenance"])
    reason, audit_id = provenance.pop("reason"), provenance.pop("audit_id")
    return Event(
        id=document["id"],
        window_id=document["window_id"],
        camera_id=document["camera_id"],
        rule_id=document["rule_id"],
        status=EventStatus(document["status"]),
        started_at=time_from_json(document["started_at"]),
        confirmed_at=time_from_json(document["confirmed_at"]),
        ended_at=_from_time_or_none(document["ended_at"]),
        end_reason=document["end_reason"],
        score=document["score"],
        reason=reason,
        measured=dict(document["measured"]),
        clauses=tuple(document["clauses"]),
        provenance=Provenance(**provenance),
        evidence=tuple(_evidence_from_json(item) for item in document["evidence"]),
        review=review_from_json(document["review"]),
        audit_id=audit_id,
    )


def _from_time_or_none(text: str | None) -> datetime | None:
    return None if text is None else time_from_json(text)


def _evidence_from_json(item: Mapping[str, Any]) -> Evidence:
    kind = item["kind"]
    gone = item.get("expired") or {}
    return Evidence(
        kind, time_from_json(item["at"]), item["sha256"], MEDIA_TYPES[kind],
        _from_time_or_none(gone.get("at")), gone.get("reason"),
    )  # fmt: skip


def review_from_json(document: Mapping[str, Any]) -> Review:
    """The review that :func:`review_to_json` wrote."""
    return Review(
        state=document["state"],
        reason=document.get("reason"),
        reviewer=document.get("reviewer"),
        at=_from_time_or_none(document.get("at")),
    )


def coverage_to_json(coverage: Coverage) -> dict[str, Any]:
    """Coverage of one window, rule and hour."""
    return {
        "window_id": coverage.window_id,
        "rule_id": coverage.rule_id,
        "hour": time_to_json(coverage.hour),
        "scheduled_s": seconds_to_json(coverage.scheduled_s),
        "assessable_s": seconds_to_json(coverage.assessable_s),
        "unknown_s": seconds_to_json(coverage.unknown_s),
        "lost_s": seconds_to_json(coverage.lost_s),
        "reasons_s": {name: seconds_to_json(value) for name, value in coverage.reasons_s.items()},
        "exempt_s": seconds_to_json(coverage.exempt_s),
    }


def state_to_json(state: WindowState) -> dict[str, Any]:
    """The latest state of one window, with the latest verdict of every rule."""
    return {
        "window_id": state.window_id,
        "at": time_to_json(state.at),
        "state": state.state,
        "reason": state.reason,
        "verdicts": [
            {"rule_id": rule_id, "verdict": kind, "score": score, "reason": reason}
            for rule_id, (kind, score, reason) in state.verdicts.items()
        ],
    }
