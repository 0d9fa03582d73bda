"""From decisions and spot checks to precision, recall and false alarms: pure.

Shares get the score interval of Wilson (E. B. Wilson, "Probable inference, the law of succession,
and statistical inference", JASA 22, 1927), which keeps close to its level for small numbers and
shares near 0 or 1 (Brown, Cai, DasGupta, "Interval estimation for a binomial proportion",
Statistical Science 16, 2001). With no event in H hours the upper bound of a rate is 3/H.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
JOINT_LEVEL = 1 - (1 - LEVEL) / 2
"""Level of each of two shares that are to hold together at :data:`LEVEL` (Bonferroni)."""
RULE_OF_THREE = 3.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the interval that holds it at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one rule in a period.

    Attributes:
        events: All that began in the period.
        right: Of these, confirmed and upheld ones.
        wrong: Of these, dismissed and overturned ones.
        silent: Spot checks in which nothing began.
        missed: Spot checks in which a violation began that the rule did not report.
        unclear: Spot checks that could not be decided.
        silent_s: Assessable seconds in service hours without an event, over all windows.
        check_s: Mean length of the decided spot checks, in seconds.
        camera_hours: Assessable hours in service time, mean over a camera's windows, summed.
    """

    events: int = 0
    right: int = 0
    wrong: int = 0
    silent: int = 0
    missed: int = 0
    unclear: int = 0
    silent_s: float = 0.0
    check_s: float = 0.0
    camera_hours: float = 0.0

    @property
    def decided(self) -> int:
        """Events that people have decided on."""
        return self.right + self.wrong

    @property
    def checked(self) -> int:
        """Spot checks that tell something."""
        return self.silent + self.missed


def wilson(hits: int, trials: int, level: float = LEVEL) -> Estimate:
    """A share with its score interval.

    Args:
        hits: How often it happened, 0 to ``trials``.
        trials: How often it could have; at least 1.
        level: Of the interval.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = hits / trials, z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    low = 0.0 if hits == 0 else centre - half
    high = 1.0 if hits == trials else centre + half
    return Estimate(share, low, high)


def precision(seen: Seen) -> Estimate | None:
    """Share of the decided events that were right; None where none was decided."""
    return wilson(seen.right, seen.decided) if seen.decided else None


def recall(seen: Seen) -> Estimate | None:
    """Share of the violations that became events; None without decisions or spot checks.

    Violations that were missed are counted up from the share of spot checks in which one began;
    both shares stand at the joint level, so that the interval holds at 95 %.
    """
    if not seen.checked or not seen.check_s or (seen.events and not seen.decided):
        return None
    spans = seen.silent_s / seen.check_s
    missed = wilson(seen.missed, seen.checked, JOINT_LEVEL)
    found = wilson(seen.right, seen.decided, JOINT_LEVEL) if seen.events else Estimate(0, 0, 0)
    shares = (
        _share(seen.events * found.value, spans * missed.value),
        _share(seen.events * found.low, spans * missed.high),
        _share(seen.events * found.high, spans * missed.low),
    )
    value, low, high = shares
    return None if value is None else Estimate(value, low or 0.0, 1.0 if high is None else high)


def false_alarms(seen: Seen) -> Estimate | None:
    """Wrong events per camera-hour; None without hours, or while none was decided."""
    hours = seen.camera_hours
    if not hours or (seen.events and not seen.decided):
        return None
    if not seen.events:
        return Estimate(0.0, 0.0, RULE_OF_THREE / hours)
    wrong = wilson(seen.wrong, seen.decided)
    rates = (seen.events * share / hours for share in (wrong.value, wrong.low, wrong.high))
    return Estimate(*rates)


def is_advisory(seen: Seen, target: float, min_reviewed: int) -> bool | None:
    """Whether the rule fell short of its target; None before enough events were decided."""
    if seen.decided < min_reviewed:
        return None
    return seen.right / seen.decided < target


def _share(part: float, rest: float) -> float | None:
    return part / (part + rest) if part + rest else None
