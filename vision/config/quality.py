"""How good a rule must be found to be: what a site may write under ``quality:``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from vision.config.base import Config

Target = Annotated[float, Field(gt=0, lt=1)]


class QualityConfig(Config):
    """When a rule counts as advisory: too many of its events were dismissed or overturned.

    Attributes:
        precision_target: Share of the decided events that must have been right.
        precision_targets: The same for single rules.
        min_reviewed: Nothing is said of a rule before so many of its events were decided.
        days: How far back decisions are looked at.
    """

    precision_target: Target = 0.9
    precision_targets: Mapping[str, Target] = Field(default_factory=dict)
    min_reviewed: Annotated[int, Field(ge=1, le=10_000)] = 20
    days: Annotated[int, Field(ge=1, le=400)] = 90

    def target_of(self, rule_id: str) -> float:
        """What share of a rule's events must be right."""
        return self.precision_targets.get(rule_id, self.precision_target)
