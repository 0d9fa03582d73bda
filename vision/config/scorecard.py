"""How confirmed events become a score: what a site may write under ``scorecard:``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from vision.config.base import Config

Points = Annotated[float, Field(ge=0, le=1000)]


class GradeConfig(Config):
    """From which score on a grade is given; below the lowest it is ``incompetent``."""

    excellent: Points = 90
    competent: Points = 75
    basic: Points = 60

    @model_validator(mode="after")
    def _in_order(self) -> "GradeConfig":
        if not self.excellent > self.competent > self.basic:
            raise ValueError("expected excellent > competent > basic")
        return self


class ScorecardConfig(Config):
    """The scoring of a period; what one event costs stands at the rule, as ``deduction``.

    Attributes:
        base_points: What every window begins a period with (KH 一.(四)).
        grace: How many events of a rule cost nothing, per window and period.
        escalation: Each further event costs this many times the one before; 1 for all alike.
        cap: Most points that one rule can cost; left out, all of them.
        caps: The same for single rules.
        min_coverage: Share of the scheduled time that must have been assessable for a score to
            stand without reserve.
    """

    base_points: Points = 100
    grace: Annotated[int, Field(ge=0, le=100)] = 0
    escalation: Annotated[float, Field(ge=1, le=10)] = 1
    cap: Points | None = None
    caps: Mapping[str, Points] = Field(default_factory=dict)
    grades: GradeConfig = GradeConfig()
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.5

    def cap_of(self, rule_id: str) -> float:
        """Most points that the rule can cost."""
        cap = self.caps.get(rule_id, self.cap)
        return self.base_points if cap is None else cap
