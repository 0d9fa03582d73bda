"""Short ways to make values for tests."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from vision.config import RuleConfig, RulePolicy, resolve_policy
from vision.monitor import MonitorState, finish, step
from vision.types import (
    Detections,
    Frame,
    Label,
    Landmark,
    Observation,
    Person,
    Pose,
    Transition,
    Verdict,
    View,
    ViewState,
)

T0 = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
OK = Verdict.compliant("ok")
BAD = Verdict.violation(0.9, "bad")
HIDDEN = Verdict.unknown("hidden")
NOBODY = Verdict.unknown("nobody")


def at(seconds: float) -> datetime:
    """``seconds`` after T0."""
    return T0 + timedelta(seconds=seconds)


def seconds(moment: datetime | None) -> float | None:
    """The other way round."""
    return None if moment is None else (moment - T0).total_seconds()


def policy(rule_id: str = "phone_use", **written: object) -> RulePolicy:
    """Defaults of a rule with some of them overridden."""
    return resolve_policy(rule_id, RuleConfig.model_validate(written))


def replay(
    rows: Iterable[tuple[float, Verdict]], settings: RulePolicy, end: float | None = None
) -> list[Transition]:
    """Run a table of ``(second, verdict)`` through the monitor."""
    state, transitions = MonitorState(), []
    for second, verdict in rows:
        state, changes = step(state, verdict, at(second), settings)
        transitions += changes
    if end is not None:
        transitions += finish(state, at(end), settings, "source_ended")[1]
    return transitions


def told(transitions: Sequence[Transition]) -> list[tuple[object, ...]]:
    """Transitions as rows: opened ``(start, confirmed)`` and closed ``(start, end, reason)``."""
    rows: list[tuple[object, ...]] = []
    for one in transitions:
        if one.kind == "opened":
            rows.append(("opened", seconds(one.started_at), seconds(one.confirmed_at)))
        elif one.kind == "closed":
            rows.append(("closed", seconds(one.started_at), seconds(one.ended_at), one.end_reason))
    return rows


def pose(points: Mapping[Landmark, tuple[float, float]], visibility: float = 0.95) -> Pose:
    """A pose with these landmarks visible (pixels) and all others hidden."""
    xy, seen = np.zeros((33, 2), np.float32), np.zeros(33, np.float32)
    for landmark, point in points.items():
        xy[landmark], seen[landmark] = point, visibility
    return Pose(xy, seen, np.zeros((33, 3), np.float32))


def person(
    xyxy: Sequence[float] = (100, 100, 300, 500),
    items: Sequence[tuple[Label, float, Sequence[float]]] = (),
    track_id: int = 1,
    **fields: object,
) -> Person:
    """A staff person of 400 px with things at hand."""
    box = np.array(xyxy, np.float32)
    return Person(track_id, box, 0.9, Detections.of(items), **fields)  # type: ignore[arg-type]


def observation(
    *persons: Person, second: float = 0.0, view: ViewState = ViewState.OK, **fields: object
) -> Observation:
    """An observation of window A in a post of 600 x 600 px."""
    post = np.array([[0, 0], [600, 0], [600, 600], [0, 600]], np.float32)
    return Observation("A", "c", at(second), View(view), post, persons, **fields)  # type: ignore[arg-type]


def frame(second: float = 0.0, value: int = 128, size_px: tuple[int, int] = (200, 100)) -> Frame:
    """A picture with some texture; ``value`` sets its brightness."""
    width, height = size_px
    noise = np.random.default_rng(int(second * 1000)).integers(-40, 40, (height, width, 3))
    image = np.clip(noise + value, 0, 255).astype(np.uint8)
    return Frame("c", at(second), image, duration_s=0.2, is_key=True)
