"""Answers about windows."""

from pydantic import Field

from api.schema import Answer, NextPage, Share, Time


class WindowRule(Answer):
    """One rule at one window."""

    rule_id: str
    enabled: bool
    dwell_s: float
    months: list[int]
    assessable: bool | None = Field(description="Whether this view supports it; null if not known")
    advisory: bool | None = Field(
        description="Whether the rule falls short of its precision target; null if not known"
    )
    explanation: str | None = Field(
        examples=["a cigarette would span 3 px; needs 6 (by size of the post)"]
    )


class WindowBrief(Answer):
    """A service window; what only a site file tells is null without one."""

    id: str
    name: str
    camera_id: str | None
    post: list[tuple[Share, Share]] | None = Field(description="Polygon, normalised")
    public: list[tuple[Share, Share]] | None
    staff_quota: int | None


class WindowDetail(WindowBrief):
    """A window with the rules that its view supports."""

    rules: list[WindowRule]


class WindowPage(Answer):
    """All windows within reach."""

    items: list[WindowBrief]
    next: NextPage


class VerdictAnswer(Answer):
    """Latest verdict of one rule."""

    rule_id: str
    verdict: str
    score: Share
    reason: str


class WindowStateAnswer(Answer):
    """Latest state of a window."""

    window_id: str
    at: Time
    state: str = Field(description="present, absent, unknown or off_duty")
    reason: str
    verdicts: list[VerdictAnswer]
