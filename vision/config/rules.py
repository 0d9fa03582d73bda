"""Settings of the rules: what a site may write, the defaults, and the resolved policy."""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from vision.config.base import Config

Number = Annotated[float, Field(strict=True)]
Share = Annotated[Number, Field(ge=0, le=1)]
Seconds = Annotated[Number, Field(gt=0, le=86_400)]
Month = Annotated[int, Field(ge=1, le=12, strict=True)]


def _some(months: tuple[int, ...]) -> tuple[int, ...]:
    if not months:
        raise ValueError("expected at least one month; 'enabled: false' switches a rule off")
    return months


class RuleConfig(Config):
    """What a site or window writes about one rule; a key left out keeps its default.

    Attributes:
        window_s: Length of the sliding window of evidence. Left out, it follows ``dwell_s``.
        enter_threshold: Violating share of assessable time above which the condition holds.
        exit_threshold: Share below which it has ended.
        dwell_s: How long the condition must last before an event opens.
        gap_s: How long the share must stay below ``exit_threshold`` before the event closes.
        unknown_limit_s: How long the view may be lost before an open event closes.
        months: Months in which the rule is in force; left out, all year.
        deduction: Points that a confirmed event costs on the scorecard.
    """

    enabled: bool | None = None
    window_s: Seconds | None = None
    enter_threshold: Share | None = None
    exit_threshold: Share | None = None
    dwell_s: Annotated[Number, Field(ge=1, le=3600)] | None = None
    gap_s: Seconds | None = None
    unknown_limit_s: Seconds | None = None
    months: Annotated[tuple[Month, ...], AfterValidator(_some)] | None = None
    deduction: Annotated[Number, Field(ge=0, le=100)] | None = None


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """The settings of one rule at one window with every value filled in.

    Attributes:
        absence_s: After nobody was there for so long whoever comes is judged afresh: what was worn
            before says nothing of them. Not configurable.
    """

    enabled: bool
    window_s: float
    enter_threshold: float
    exit_threshold: float
    dwell_s: float
    gap_s: float
    unknown_limit_s: float
    months: tuple[int, ...]
    deduction: float
    absence_s: float = math.inf


@dataclass(frozen=True, slots=True)
class _Default:
    """Defaults of design section 2; the window is ``dwell_s * window_per_dwell``, bounded."""

    dwell_s: float
    window_per_dwell: float
    window_max_s: float
    enter_threshold: float
    exit_threshold: float
    gap_s: float
    unknown_limit_s: float
    deduction: float = 1.0
    absence_s: float = math.inf

    def window_s(self, dwell_s: float) -> float:
        return min(self.window_max_s, max(1.0, dwell_s * self.window_per_dwell))


PRESENCE_ENDS_S = 10.0
"""Whoever was away for longer begins another presence, as for the tracker."""

_GARMENT = _Default(60, 1.0, 60, 0.5, 0.2, 20, 600, absence_s=PRESENCE_ENDS_S)
_DEFAULTS = MappingProxyType(
    {
        "slippers": _GARMENT,
        "vest": _GARMENT,
        "shorts": _GARMENT,
        "smoking": _Default(3, 10 / 3, 60, 0.29, 0.1, 5, 30, deduction=2.0),
        "phone_use": _Default(10, 1.0, 30, 0.5, 0.25, 5, 30),
        # Not sleeping: a head on the desk is often seen by nobody for longer.
        "slouching": _Default(60, 0.5, 20, 0.7, 0.4, 10, 120, absence_s=PRESENCE_ENDS_S),
        "sleeping": _Default(60, 0.5, 20, 0.8, 0.4, 5, 120, deduction=2.0),
        "leaving_post": _Default(300, 0.5, 10, 0.8, 0.5, 1, 120, deduction=2.0),
        "attendance": _Default(300, 0.5, 10, 0.8, 0.5, 10, 120),
        "gathering": _Default(120, 0.5, 20, 0.7, 0.4, 10, 120),
    }
)
RULE_IDS: tuple[str, ...] = tuple(_DEFAULTS)


def resolve_policy(rule_id: str, *layers: RuleConfig | None) -> RulePolicy:
    """Fill the defaults of ``rule_id`` with ``layers``, later ones winning (site, then window)."""
    default = _DEFAULTS[rule_id]
    written: dict[str, object] = {}
    for layer in layers:
        written |= layer.model_dump(exclude_none=True) if layer is not None else {}
    values: dict[str, object] = {
        "enabled": True,
        "dwell_s": default.dwell_s,
        "enter_threshold": default.enter_threshold,
        "exit_threshold": default.exit_threshold,
        "gap_s": default.gap_s,
        "unknown_limit_s": default.unknown_limit_s,
        "months": tuple(range(1, 13)),
        "deduction": default.deduction,
        "absence_s": default.absence_s,
    } | written
    values.setdefault("window_s", default.window_s(float(str(values["dwell_s"]))))
    return RulePolicy(**values)  # type: ignore[arg-type]
