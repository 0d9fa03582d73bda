"""Attendance (KH 二.(一).5): late arrival and early leaving against the service hours.

The grace is the rule's dwell. Late is who has not come since service began. Early has left who is
not back when it ends, which only the end can tell: until then such a violation is provisional.
"""

from dataclasses import dataclass, replace

from vision.config import Schedule
from vision.intervals import Interval
from vision.rules.base import Target
from vision.rules.presence import SEATED_PERSON, kept_post
from vision.types import Label, Observation, Presence, Verdict

START_SEEN_S = 60.0
"""A watch that begins later than that after service does not know who came and went before."""


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """Judges arrival and leaving.

    Attributes:
        schedule: The service hours; None where there are none, and nothing to be judged.
    """

    schedule: Schedule | None = None
    rule_id: str = "attendance"
    version: int = 1
    every_s: float | None = None
    target: Target = SEATED_PERSON

    @property
    def labels(self) -> frozenset[Label]:
        """Pose adds nothing to presence."""
        return frozenset()

    def judge(self, observation: Observation) -> Verdict | None:
        """COMPLIANT with the post kept, VIOLATION before arrival and, provisionally, after it."""
        shift = self.schedule.shift(observation.at) if self.schedule else None
        if shift is None:
            return Verdict.unknown("no_service_hours")
        found = kept_post(observation)
        if not found.is_violation:
            return found
        if _not_arrived(observation.presence, shift):
            return replace(found, reason="late_arrival")
        return replace(found, reason="left_early", provisional=True)


def _not_arrived(presence: Presence, shift: Interval) -> bool:
    """Whether service was watched from its beginning and nobody has come to stay since."""
    watched = presence.watched_since
    if watched is None or (watched - shift.start).total_seconds() > START_SEEN_S:
        return False
    return presence.settled_at is None or presence.settled_at < shift.start
