"""Leaving the post: nobody there and nobody covering, in a picture that would show somebody."""

from dataclasses import dataclass, replace

from vision.rules.base import Target
from vision.rules.presence import SEATED_PERSON, kept_post
from vision.types import Label, Observation, Verdict
from vision.types.event import CLIENT_WAITS

CLIENT_WAITS_S = 10.0
"""Somebody who has stood at the counter for so long is waiting, and does not walk by."""

WAITING_SCORE = 0.95
LONG_WAIT_S = 300.0
"""From here on a longer wait adds nothing to the score."""


@dataclass(frozen=True, slots=True)
class LeavingPostRule:
    """Judges presence (GL 一.2); an absence is graver while a client waits."""

    rule_id: str = "leaving_post"
    version: int = 2
    every_s: float | None = None
    target: Target = SEATED_PERSON

    @property
    def labels(self) -> frozenset[Label]:
        """Pose adds nothing to presence."""
        return frozenset()

    def judge(self, observation: Observation) -> Verdict | None:
        """COMPLIANT with anybody in the post or cover in its group, VIOLATION with nobody."""
        found = kept_post(observation)
        wait_s = observation.client_wait_s or 0.0
        if not found.is_violation or wait_s < CLIENT_WAITS_S:
            return found
        score = WAITING_SCORE + (1 - WAITING_SCORE) * min(1.0, wait_s / LONG_WAIT_S)
        measured = {**found.measured, "client_wait_s": round(wait_s, 1)}
        return replace(found, score=score, reason=CLIENT_WAITS, measured=measured)
