"""What decisions and spot checks tell of every rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from api.access import Principal
from api.deps import Services
from api.quality.estimate import Estimate, Seen, false_alarms, is_advisory, precision, recall
from api.quality.standing import Decided, decided
from vision.config import RULE_IDS, QualityConfig
from vision.spotchecks import CheckFilter, Finding, SpotCheck
from vision.types import Coverage

_MOST_CHECKS = 100_000


@dataclass(frozen=True, slots=True)
class RuleQuality:
    """One rule in a period.

    Attributes:
        target: Share of its events that must be right.
        advisory: Whether it falls short of that; None before enough was decided.
    """

    rule_id: str
    seen: Seen
    target: float
    advisory: bool | None
    precision: Estimate | None
    recall: Estimate | None
    false_alarms: Estimate | None


def quality(
    served: Services, principal: Principal, start: datetime, end: datetime
) -> list[RuleQuality]:
    """Every rule, within the reach of who asks."""
    config = config_of(served)
    windows = principal.narrowed(None)
    reviews = decided(served.store, windows, start, end)
    checks: dict[str, list[SpotCheck]] = defaultdict(list)
    wanted = CheckFilter(windows, answered=True, start=start, end=end, limit=_MOST_CHECKS)
    for check in served.store.spot_checks(wanted):
        checks[check.rule_id].append(check)
    hours: dict[str, list[Coverage]] = defaultdict(list)
    for hour in served.store.coverage(windows, None, start, end):
        hours[hour.rule_id].append(hour)
    cameras = {one.id: one.camera for one in served.site.windows} if served.site else {}
    return [
        _rule(config, rule_id, _seen(reviews[rule_id], checks[rule_id], hours[rule_id], cameras))
        for rule_id in RULE_IDS
    ]


def config_of(served: Services) -> QualityConfig:
    """What the site asks of its rules."""
    return served.site.quality if served.site else QualityConfig()


def _seen(
    decisions: Decided,
    checks: list[SpotCheck],
    hours: list[Coverage],
    cameras: dict[str, str],
) -> Seen:
    findings = Counter(check.finding for check in checks)
    told = [check.duration_s for check in checks if check.finding is not Finding.UNCLEAR]
    assessable_s = sum(hour.assessable_s for hour in hours)
    return replace(
        decisions.seen,
        silent=findings[Finding.SILENT],
        missed=findings[Finding.MISSED],
        unclear=findings[Finding.UNCLEAR],
        silent_s=max(0.0, assessable_s - decisions.lasted_s),
        check_s=sum(told) / len(told) if told else 0.0,
        camera_hours=_camera_hours(hours, cameras),
    )


def _camera_hours(hours: Iterable[Coverage], cameras: dict[str, str]) -> float:
    windows: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for hour in hours:
        camera = cameras.get(hour.window_id, f"window {hour.window_id}")
        windows[camera][hour.window_id] += hour.assessable_s / 3600
    return sum(sum(of_camera.values()) / len(of_camera) for of_camera in windows.values())


def _rule(config: QualityConfig, rule_id: str, seen: Seen) -> RuleQuality:
    target = config.target_of(rule_id)
    return RuleQuality(
        rule_id,
        seen,
        target,
        is_advisory(seen, target, config.min_reviewed),
        precision(seen),
        recall(seen),
        false_alarms(seen),
    )
