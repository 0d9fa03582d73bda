"""Sums of coverage."""

from collections.abc import Iterable
from dataclasses import replace

from vision.types import Coverage


def totals(hours: Iterable[Coverage]) -> list[Coverage]:
    """One coverage per window and rule; its hour is the first that was summed."""
    sums: dict[tuple[str, str], Coverage] = {}
    for item in hours:
        key = (item.window_id, item.rule_id)
        sums[key] = _sum(sums[key], item) if key in sums else item
    return list(sums.values())


def _sum(one: Coverage, other: Coverage) -> Coverage:
    reasons = dict(one.reasons_s)
    for reason, seconds in other.reasons_s.items():
        reasons[reason] = reasons.get(reason, 0.0) + seconds
    return replace(
        one,
        hour=min(one.hour, other.hour),
        scheduled_s=one.scheduled_s + other.scheduled_s,
        assessable_s=one.assessable_s + other.assessable_s,
        unknown_s=one.unknown_s + other.unknown_s,
        lost_s=one.lost_s + other.lost_s,
        reasons_s=reasons,
        exempt_s=one.exempt_s + other.exempt_s,
    )
