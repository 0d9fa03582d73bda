"""Answers about coverage."""

from pydantic import Field

from api.schema import Answer, NextPage, Time


class CoverageAnswer(Answer):
    """How much of the schedule of one window and rule could be judged."""

    window_id: str
    rule_id: str
    hour: Time = Field(description="Start of the UTC hour; in totals, of the first one")
    scheduled_s: float
    assessable_s: float
    unknown_s: float
    lost_s: float
    reasons_s: dict[str, float] = Field(description="Seconds per reason of what is unknown")
    exempt_s: float = Field(description="Seconds not scheduled because of an exemption")


class CoveragePage(Answer):
    """A page of coverage, by window, rule and hour."""

    items: list[CoverageAnswer]
    next: NextPage
