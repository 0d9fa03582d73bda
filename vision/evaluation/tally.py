"""Counting answers of three kinds against labels of two."""

from collections.abc import Iterable
from dataclasses import dataclass

from vision.types import VerdictKind

Answer = tuple[bool, VerdictKind]
"""Whether the picture is labelled bad, and what was said of it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers were of which kind; the shares are rounded to 4 places.

    Attributes:
        hits: VIOLATION on bad.
        false_alarms: VIOLATION on good.
        misses: COMPLIANT on bad.
        rejections: COMPLIANT on good.
        unknown_bad: UNKNOWN on bad.
        unknown_good: UNKNOWN on good.
        precision: Among VIOLATION; 0 where there is none.
        recall: Among assessed bad ones; 0 where there is none.
        f1: Of bad against good among the assessed.
        unknown_share: Of all.
    """

    hits: int
    false_alarms: int
    misses: int
    rejections: int
    unknown_bad: int
    unknown_good: int
    precision: float
    recall: float
    f1: float
    unknown_share: float


def tally(answers: Iterable[Answer]) -> Tally:
    """Count the answers."""
    given = list(answers)

    def count(bad: bool, kind: VerdictKind) -> int:
        return given.count((bad, kind))

    hits, false_alarms = count(True, VerdictKind.VIOLATION), count(False, VerdictKind.VIOLATION)
    misses, unknown_bad = count(True, VerdictKind.COMPLIANT), count(True, VerdictKind.UNKNOWN)
    unknown_good = count(False, VerdictKind.UNKNOWN)
    return Tally(
        hits=hits,
        false_alarms=false_alarms,
        misses=misses,
        rejections=count(False, VerdictKind.COMPLIANT),
        unknown_bad=unknown_bad,
        unknown_good=unknown_good,
        precision=_share(hits, hits + false_alarms),
        recall=_share(hits, hits + misses),
        f1=_share(2 * hits, 2 * hits + false_alarms + misses),
        unknown_share=_share(unknown_bad + unknown_good, len(given)),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
