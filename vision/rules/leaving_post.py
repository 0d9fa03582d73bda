"""Leaving the post: nobody there, in a picture that would show somebody."""

from dataclasses import dataclass

from vision.rules.base import Target
from vision.types import Label, Observation, Verdict

_PERSON = Target("seated person", 0.8, 32)


@dataclass(frozen=True, slots=True)
class LeavingPostRule:
    """Judges presence (GL 一.2).

    Attributes:
        doubtful_confidence: A rejected person box of at least this confidence makes the answer
            UNKNOWN: somebody may sit there, half hidden.
        empty_score: Score of an empty post. Presence is a statement about the whole post, not
            about one box, so it has no confidence of its own.
    """

    doubtful_confidence: float = 0.2
    empty_score: float = 0.9
    rule_id: str = "leaving_post"
    version: int = 1
    every_s: float | None = None
    target: Target = _PERSON

    @property
    def labels(self) -> frozenset[Label]:
        """Pose adds nothing to presence."""
        return frozenset()

    def judge(self, observation: Observation) -> Verdict | None:
        """COMPLIANT with anybody in the post, UNKNOWN with a doubtful box, else VIOLATION."""
        doubt = observation.doubtful_persons
        if observation.persons:
            present = max(person.confidence for person in observation.persons)
            return Verdict.compliant("present", confidence=round(present, 4))
        if doubt >= self.doubtful_confidence:
            return Verdict.unknown("person_doubtful", confidence=round(doubt, 4))
        measured = {
            "persons": 0.0, "limit": self.doubtful_confidence,
            "margin": round(self.doubtful_confidence - doubt, 4),
        }  # fmt: skip
        return Verdict.violation(self.empty_score, "post_empty", **measured)
