"""What is to be done for one camera: its windows, their rules, and when they are in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from vision.config import RulePolicy, SamplingConfig, Schedule
from vision.observe import Post, post_of
from vision.rules.base import Rule

SHARP_WINDOW_S = 10.0
"""Rules with a short window of evidence have sharp boundaries."""

BURST_DWELL_S = 5.0
"""Rules with a shorter dwell need more than key frames, 2 s apart, while they are undecided."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One rule at one window, with its settings."""

    rule: Rule
    policy: RulePolicy

    @property
    def is_sharp(self) -> bool:
        """Whether its boundaries are looked back for: those of presence, which needs no pose.

        A hand that comes and goes changes the answer of other rules at every other look; their
        boundaries stay as fine as the base samples, which their dwell does not notice.
        """
        needs_pose = bool(self.rule.labels) or self.rule.every_s is not None
        return self.policy.window_s <= SHARP_WINDOW_S and not needs_pose

    @property
    def pose_every_s(self) -> float | None:
        """How often it wants pose: often enough for its dwell to be made of a few looks."""
        every_s = self.rule.every_s
        return None if every_s is None else min(every_s, self.policy.dwell_s / 4)

    @property
    def is_quick(self) -> bool:
        """Whether it wants a burst while undecided."""
        return self.policy.dwell_s <= BURST_DWELL_S


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """One window: where it is and what is judged there.

    Attributes:
        polygon_norm: The post.
        duties: Every enabled rule.
    """

    window_id: str
    polygon_norm: tuple[tuple[float, float], ...]
    duties: tuple[Duty, ...]

    def post(self, size_px: tuple[int, int]) -> Post:
        """The post in a picture of that size."""
        return post_of(self.window_id, self.polygon_norm, size_px)

    def in_force(self, month: int) -> Iterator[Duty]:
        """The duties of that month."""
        return (duty for duty in self.duties if month in duty.policy.months)

    def duty(self, rule_id: str) -> Duty:
        """The duty of that rule."""
        return next(duty for duty in self.duties if duty.rule.rule_id == rule_id)


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera with its windows."""

    camera_id: str
    windows: Sequence[WindowPlan]
    schedule: Schedule
    sampling: SamplingConfig

    def month(self, at: datetime) -> int:
        """Month of the site at that instant."""
        return self.schedule.month(at)
