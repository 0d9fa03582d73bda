"""What the service keeps beside events, in memory: audits, and who did what."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from vision import audits
from vision.access import Activity
from vision.audits import AuditPart, AuditRecord, AuditStatus, Report
from vision.errors import NotFound


class MemoryAudits:
    """``AuditQueue`` in a dictionary."""

    def __init__(self) -> None:
        self._audits: dict[str, AuditRecord] = {}
        self._audit_lock = Lock()

    def save_audit(self, record: AuditRecord) -> None:
        """Store an audit, or replace the one with its id."""
        self._audits[record.id] = record

    def audit(self, audit_id: str) -> AuditRecord:
        """One audit.

        Raises:
            NotFound: If there is none with that id.
        """
        if audit_id not in self._audits:
            raise NotFound("audit", audit_id)
        return self._audits[audit_id]

    def audits(
        self, limit: int = 50, after: tuple[datetime, str] | None = None
    ) -> list[AuditRecord]:
        """Audits, newest first, from behind the one of that time and id."""
        found = [one for one in self._audits.values() if after is None or _place(one) < after]
        return sorted(found, key=_place, reverse=True)[:limit]

    def free_audits(self, now: datetime) -> int:
        """How many wait for somebody to run them."""
        return sum(one.is_free(now) for one in self._audits.values())

    def claim_audit(self, now: datetime, lease_until: datetime) -> AuditRecord | None:
        """Take the oldest free audit for oneself; None where there is none."""
        with self._audit_lock:
            for record in sorted(self._audits.values(), key=_place):
                if record.is_free(now):
                    claimed = audits.claimed(record, now, lease_until)
                    self._audits[record.id] = claimed
                    if claimed.status is AuditStatus.RUNNING:
                        return claimed
        return None

    def report_audit(self, audit_id: str, report: Report) -> bool:
        """Store how far it came and keep it; False where it is to stop."""
        changed = self._audit_changed(audit_id, lambda record: audits.reported(record, report))
        return not changed.cancelling

    def release_audit(self, audit_id: str) -> None:
        """Put a running audit back into the queue."""
        self._audit_changed(audit_id, audits.released)

    def end_audit(
        self,
        audit_id: str,
        status: AuditStatus,
        at: datetime,
        parts: Sequence[AuditPart] | None = None,
        failure: str | None = None,
    ) -> None:
        """Store how it ended."""
        self._audit_changed(
            audit_id, lambda record: audits.ended(record, status, at, parts, failure)
        )

    def cancel_audit(self, audit_id: str, at: datetime) -> AuditRecord:
        """Cancel it: at once while it waits, soon while it runs.

        Raises:
            NotFound: If there is none with that id.
            Conflict: If it has ended.
        """
        return self._audit_changed(audit_id, lambda record: audits.cancelled(record, at))

    def _audit_changed(
        self, audit_id: str, change: Callable[[AuditRecord], AuditRecord]
    ) -> AuditRecord:
        with self._audit_lock:
            self._audits[audit_id] = change(self.audit(audit_id))
            return self._audits[audit_id]


def _place(record: AuditRecord) -> tuple[datetime, str]:
    return record.created_at, record.id


class MemoryActivity:
    """``ActivityLog`` in a list."""

    def __init__(self) -> None:
        self._activity: list[Activity] = []

    def note_activity(self, done: Activity) -> None:
        """Add an entry; there is no way to change one."""
        self._activity.append(done)

    def activity(
        self,
        who: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[tuple[int, Activity]]:
        """Numbered entries, the latest first, with numbers below ``before``."""
        numbered = reversed(list(enumerate(self._activity, 1)))
        found = [
            (number, one)
            for number, one in numbered
            if who in (None, one.who)
            and action in (None, one.action)
            and subject in (None, one.subject)
            and (start is None or one.at >= start)
            and (end is None or one.at < end)
            and (before is None or number < before)
        ]
        return found[:limit]
