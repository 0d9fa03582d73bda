"""From counted events to points and a grade: pure, so that anybody can recompute it."""

from collections.abc import Mapping
from dataclasses import dataclass

from vision.config import RulePolicy, ScorecardConfig


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one rule cost one window.

    Attributes:
        events: Confirmed and upheld ones.
        points: Deducted for them, within the cap.
        capped: Whether the cap kept it from being more.
        clauses: What the rule enforces.
        advisory: Whether the rule falls short of its precision target; None if not known.
    """

    rule_id: str
    events: int
    points: float
    capped: bool
    clauses: tuple[str, ...]
    advisory: bool | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One window in one period.

    Attributes:
        pending: Events that nobody has decided on, or whose appeal is open.
        scheduled_s: Seconds in which rules were due, over all rules.
        assessable_s: Of these, seconds that could be judged.
        reserved: Whether too little was seen for the score to stand without reserve.
    """

    window_id: str
    name: str
    base_points: float
    deductions: tuple[Deduction, ...]
    pending: int
    scheduled_s: float
    assessable_s: float
    score: float
    grade: str
    reserved: bool

    @property
    def deducted(self) -> float:
        """Points lost."""
        return round(sum(one.points for one in self.deductions), 2)

    @property
    def coverage(self) -> float | None:
        """Assessable share of the scheduled time; None where none was scheduled."""
        return self.assessable_s / self.scheduled_s if self.scheduled_s else None


def deduction(
    rule_id: str,
    events: int,
    policy: RulePolicy,
    scoring: ScorecardConfig,
    clauses: tuple[str, ...] = (),
) -> Deduction:
    """What ``events`` of a rule cost: a geometric series behind the grace, up to the cap."""
    charged = max(0, events - scoring.grace)
    cap = scoring.cap_of(rule_id)
    points, price = 0.0, policy.deduction
    for _ in range(charged):
        points += price
        price *= scoring.escalation
        if points >= cap:
            break
    return Deduction(rule_id, events, round(min(points, cap), 2), points > cap, clauses)


def grade_of(score: float, scoring: ScorecardConfig) -> str:
    """``excellent`` 优秀, ``competent`` 称职, ``basic`` 基本称职 or ``incompetent`` 不称职."""
    grades = scoring.grades
    if score >= grades.excellent:
        return "excellent"
    if score >= grades.competent:
        return "competent"
    return "basic" if score >= grades.basic else "incompetent"


def scorecard(
    window_id: str,
    name: str,
    counts: Mapping[str, int],
    pending: int,
    policies: Mapping[str, RulePolicy],
    scoring: ScorecardConfig,
    seconds: tuple[float, float],
    clauses: Mapping[str, tuple[str, ...]],
) -> Scorecard:
    """The card of one window.

    Args:
        window_id: The window.
        name: As people call it.
        counts: Rule id to its counted events.
        pending: Events not decided yet.
        policies: Settings of the rules at this window.
        scoring: How points are given.
        seconds: Scheduled and assessable, over all rules.
        clauses: Rule id to what it enforces.
    """
    deductions = tuple(
        deduction(rule_id, events, policies[rule_id], scoring, clauses.get(rule_id, ()))
        for rule_id, events in sorted(counts.items())
        if events and rule_id in policies
    )
    score = round(max(0.0, scoring.base_points - sum(one.points for one in deductions)), 2)
    scheduled_s, assessable_s = seconds
    seen = assessable_s / scheduled_s if scheduled_s else 0.0
    return Scorecard(
        window_id,
        name,
        scoring.base_points,
        deductions,
        pending,
        scheduled_s,
        assessable_s,
        score,
        grade_of(score, scoring),
        seen < scoring.min_coverage,
    )
