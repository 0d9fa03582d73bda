"""Gathering (SZ 一.(三), 一.(八); FG 三): more persons in a post than belong there."""

from dataclasses import dataclass

from vision.rules.base import Target
from vision.rules.presence import DOUBTFUL_CONFIDENCE, SEATED_PERSON
from vision.types import Label, Observation, Verdict


@dataclass(frozen=True, slots=True)
class GatheringRule:
    """Counts the persons of a post.

    Attributes:
        quota: How many belong in the post.
    """

    quota: int = 1
    rule_id: str = "gathering"
    version: int = 1
    every_s: float | None = None
    target: Target = SEATED_PERSON

    @property
    def labels(self) -> frozenset[Label]:
        """Pose adds nothing to a count."""
        return frozenset()

    def judge(self, observation: Observation) -> Verdict | None:
        """VIOLATION above the quota; its score is the confidence of the person too many."""
        count, cover = sum(person.is_firm for person in observation.persons), observation.cover
        measured = {
            "persons": float(count), "limit": float(self.quota),
            "margin": float(count - self.quota),
        }  # fmt: skip
        if count > self.quota:
            if cover is not None and count + cover.persons <= cover.quota:
                return Verdict.compliant("relief_of_group", **measured)
            surest = sorted((person.confidence for person in observation.persons), reverse=True)
            return Verdict.violation(round(surest[self.quota], 4), "above_quota", **measured)
        if count == self.quota and observation.doubtful_persons >= DOUBTFUL_CONFIDENCE:
            return Verdict.unknown("person_doubtful", **measured)
        return Verdict.compliant("within_quota", **measured)
