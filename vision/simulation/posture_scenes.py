"""Random scenes of work, slouching and sleep at three windows, for the evaluation of posture.

Everything is drawn from the seed. Scenes of one seed are for looking at while the rules are
worked on, scenes of another for the figures.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from vision.config.rules import RuleConfig
from vision.simulation.scenario import (
    Action,
    CameraModel,
    HallModel,
    PersonConfig,
    Scenario,
    WindowModel,
)

PERIOD_S = 4.0
"""Between two pictures: how often the product takes pose."""

WARM_UP_S, WORK_S = 26.0, 16.0
"""Ordinary work before the first conduct, and after each."""

DWELL_S = 20.0
LONG_S, SHORT_S = 40.0, 14.0

EVENTS: tuple[dict[str, Any], ...] = (
    {"do": "slump", "degree": 0.75},
    {"do": "head_on_desk", "towards": "left"},
    {"do": "nod_off"},
    {"do": "slump", "degree": 1.0},
    {"do": "head_on_desk", "towards": "right"},
    {"do": "hang_head"},
    {"do": "recline"},
    {"do": "slump", "degree": 1.1},
)
DISTRACTORS: tuple[dict[str, Any], ...] = (
    {"do": "write", "for_s": LONG_S},
    {"do": "turn"},
    {"do": "read", "for_s": LONG_S},
    {"do": "bend_down"},
    {"do": "scratch"},
    {"do": "type", "for_s": LONG_S},
    {"do": "take_document"},
    {"do": "slump", "degree": 0.3, "for_s": LONG_S},
    {"do": "drink"},
    {"do": "handset", "for_s": LONG_S},
)
EVENTS_EACH, DISTRACTORS_EACH = 3, 3
STATURES_M = ((1.50, 1.58), (1.62, 1.74), (1.80, 1.90))


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a camera hangs and looks; three windows are 1.7 m apart around x = 0."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    vertical_fov_deg: float


VIEWS = {
    "frontal-high": Standpoint((0.4, -2.3, 2.6), (0.05, 1.0, 0.90), 44.0),
    "frontal-low": Standpoint((-0.3, -2.5, 1.75), (0.0, 1.0, 0.95), 44.0),
    "oblique-high": Standpoint((3.3, -1.7, 2.7), (0.1, 1.0, 0.85), 43.0),
    "oblique-low": Standpoint((-3.3, -1.6, 1.9), (-0.1, 1.0, 0.90), 43.0),
    "side-high": Standpoint((4.5, 1.2, 2.6), (0.3, 0.9, 0.70), 42.0),
    "side-low": Standpoint((-4.4, 1.7, 1.9), (-0.3, 0.8, 0.75), 40.0),
    "rear-oblique": Standpoint((-4.1, 2.95, 2.7), (-0.3, 0.75, 0.78), 40.0),
}


def posture_scene(seed: int, view: str, number: int) -> Scenario:
    """Scene `number` of a view: three staff, each with conduct that must and must not be found."""
    rng = np.random.default_rng((seed, sorted(VIEWS).index(view), number))
    windows = tuple(WindowModel(id=f"P{place + 1}", x_m=1.7 * (place - 1)) for place in range(3))
    people = [
        _person(rng, window.id, STATURES_M[(number + place) % 3], 3 * number + place)
        for place, window in enumerate(windows)
    ]
    policy = RuleConfig(dwell_s=DWELL_S, window_s=10.0)
    return Scenario(
        name=f"{view}-{seed}-{number}",
        description=f"Posture, {view}",
        seed=int(rng.integers(1 << 31)),
        start=datetime(2026, 7, 6, 1, 0, tzinfo=UTC) + timedelta(hours=number),
        duration_s=max(person.actions[-1].end_s for person in people) + WORK_S,
        fps=1.0,
        hall=_hall(rng),
        camera=_camera(rng, VIEWS[view]),
        windows=windows,
        people=tuple(people),
        rules={"slouching": policy, "sleeping": policy},
    )


def _person(
    rng: np.random.Generator, window: str, stature_m: tuple[float, float], turn: int
) -> PersonConfig:
    """Kinds of conduct go round, so that a few scenes show all of them; their order is random."""
    first = EVENTS_EACH * turn + int(rng.integers(2))
    wanted = [EVENTS[(first + i) % len(EVENTS)] for i in range(EVENTS_EACH)]
    wanted = [{"for_s": LONG_S, "ease_s": 2.0, **event} for event in wanted]
    first = DISTRACTORS_EACH * turn
    wanted += [
        {"for_s": SHORT_S, **DISTRACTORS[(first + i) % len(DISTRACTORS)]}
        for i in range(DISTRACTORS_EACH)
    ]
    actions, at_s = [], WARM_UP_S + float(rng.uniform(0.0, 4.0))
    for index in rng.permutation(len(wanted)):
        hand = str(rng.choice(["left", "right"]))
        action = Action.model_validate(
            {"at_s": round(at_s, 2), "hand": hand, "towards": hand, **wanted[index]}
        )
        actions.append(action)
        at_s = action.end_s + WORK_S
    outfit = {"stature_m": float(rng.uniform(*stature_m))}
    return PersonConfig(id=f"staff-{window}", window=window, outfit=outfit, actions=tuple(actions))


def _hall(rng: np.random.Generator) -> HallModel:
    shades = np.clip(rng.uniform(0.35, 0.85, (3, 1)) + rng.normal(0.0, 0.05, (3, 3)), 0.05, 0.95)
    (r, g, b), (r2, g2, b2), (r3, g3, b3) = shades.tolist()
    return HallModel(
        wall=(0.5 + r / 2, 0.5 + g / 2, 0.5 + b / 2),
        floor=(r2, g2, b2),
        desk=(r3, 0.85 * g3, 0.65 * b3),
        light=float(rng.uniform(0.75, 1.1)),
    )


def _camera(rng: np.random.Generator, view: Standpoint) -> CameraModel:
    x, y, z = (np.array(view.position) + rng.normal(0.0, (0.15, 0.12, 0.06))).tolist()
    return CameraModel(
        position=(x, min(y, 3.4), z),
        target=view.target,
        vertical_fov_deg=view.vertical_fov_deg,
        noise=float(rng.uniform(0.8, 3.0)),
        exposure=float(rng.uniform(0.8, 1.15)),
        blur_px=float(rng.uniform(0.3, 0.8)),
    )
