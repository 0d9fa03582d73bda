"""What is to be done for one camera: its windows, their rules, and when they are in force."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vision.config import RulePolicy, SamplingConfig, Schedule
from vision.observe import Post, post_of
from vision.pipeline.upright import Upright
from vision.rules.base import Rule
from vision.rules.presence import SEATED_PERSON
from vision.rules.scale import POST_HEIGHT_M
from vision.types import ExemptionKind, Exemptions

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
    def needs_detail(self) -> bool:
        """Whether it judges things, clothes or posture, and not presence alone."""
        return self.rule.target != SEATED_PERSON

    def shows(self, post_height_px: float) -> bool:
        """Whether its target is large enough in a post of that height."""
        target = self.rule.target
        return post_height_px * target.size_m / POST_HEIGHT_M >= target.min_px

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
        """How often it wants pose: often enough for its dwell to be made of a few looks.

        Rules about things look closely at every frame once they suspect something.
        """
        every_s = self.rule.every_s
        if every_s is None or self.rule.labels:
            return every_s
        return min(every_s, self.policy.dwell_s / 4)

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
        public_norm: Where its clients stand; None where that is not looked at.
        quota: How many staff belong in the post.
        upright: Explicit upright reference; None where it is learnt as people work.
    """

    window_id: str
    polygon_norm: tuple[tuple[float, float], ...]
    duties: tuple[Duty, ...]
    public_norm: tuple[tuple[float, float], ...] | None = None
    quota: int = 1
    upright: Upright | None = None

    def public(self, size_px: tuple[int, int]) -> Post | None:
        """The public polygon in a picture of that size, if there is one."""
        if self.public_norm is None:
            return None
        return post_of(self.window_id, self.public_norm, size_px)

    def post(self, size_px: tuple[int, int]) -> Post:
        """The post in a picture of that size."""
        post = post_of(self.window_id, self.polygon_norm, size_px)
        return post if self.upright is None else replace(post, fresh=self.upright.track(size_px))

    def in_force(self, month: int) -> Iterator[Duty]:
        """The duties of that month."""
        return (duty for duty in self.duties if month in duty.policy.months)

    def duty(self, rule_id: str) -> Duty:
        """The duty of that rule."""
        return next(duty for duty in self.duties if duty.rule.rule_id == rule_id)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Windows that cover for each other.

    Attributes:
        window_ids: Its windows.
        quota: How many staff must be at them together.
    """

    window_ids: frozenset[str]
    quota: int


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera with its windows.

    Attributes:
        groups: Of its windows.
        exemptions: Gives those that are known by now; a running analysis asks at every turn.
        has_sub: Whether bursts come from a sub-stream, in which nothing but presence is judged.
    """

    camera_id: str
    windows: Sequence[WindowPlan]
    schedule: Schedule
    sampling: SamplingConfig
    groups: tuple[GroupPlan, ...] = ()
    exemptions: Callable[[], Exemptions] = Exemptions
    has_sub: bool = False

    def roster(self) -> "Roster":
        """What is in force, by the exemptions of this moment."""
        return Roster(self, self.exemptions())

    def group_of(self, window_id: str) -> GroupPlan | None:
        """The group that a window is in."""
        return next((group for group in self.groups if window_id in group.window_ids), None)

    def month(self, at: datetime) -> int:
        """Month of the site at that instant."""
        return self.schedule.month(at)


@dataclass(frozen=True, slots=True)
class Roster:
    """A plan less what is exempt.

    Attributes:
        plan: The camera.
        exemptions: Those that are known.
    """

    plan: CameraPlan
    exemptions: Exemptions

    def exempt(self, window_id: str, at: datetime) -> ExemptionKind | None:
        """What is allowed at a window at that instant."""
        return self.exemptions.kind_at(window_id, at)

    def is_closed(self, window_id: str, at: datetime) -> bool:
        """Whether the window has no duty at all, so that nobody looks at it."""
        return self.exempt(window_id, at) is ExemptionKind.CLOSED

    def in_force(self, window: WindowPlan, at: datetime) -> tuple[Duty, ...]:
        """The duties of a window at that instant."""
        kind = self.exempt(window.window_id, at)
        return tuple(
            duty
            for duty in window.in_force(self.plan.month(at))
            if kind is None or not kind.covers(duty.rule.rule_id)
        )

    def excused(self, window: WindowPlan, at: datetime) -> frozenset[str]:
        """The rules that would be in force but for an exemption."""
        kind = self.exempt(window.window_id, at)
        due = {duty.rule.rule_id for duty in window.in_force(self.plan.month(at))}
        return frozenset(rule_id for rule_id in due if kind is not None and kind.covers(rule_id))

    def required(self, group: GroupPlan, at: datetime) -> int:
        """How many staff a group needs: those of exempt windows are not missed."""
        quotas = {window.window_id: window.quota for window in self.plan.windows}
        expected = sum(
            quotas[window_id]
            for window_id in group.window_ids
            if self.exempt(window_id, at) is None
        )
        return min(group.quota, expected)
