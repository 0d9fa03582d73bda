"""Which events and distractors a scenario contains, from its actions and outfits alone."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from vision.simulation.actions import ASLEEP, State
from vision.simulation.hall import SEAT_Y_M
from vision.simulation.outfit import Outfit
from vision.simulation.scenario import Action, PersonConfig, Scenario

AT_POST_M = 0.85
"""A pelvis further than this from the seat is no longer at the post."""

STEP_S = 0.1
CLEAR = 0.15
"""A thing of which less is in sight cannot be made out."""

SEEN_ENOUGH = 0.2
LOOKED_FOR = {
    "slippers": "slippers",
    "vest": "vest",
    "shorts": "shorts",
    "phone_use": "phone",
    "smoking": "cigarette",
}
"""The detector class that a rule looks for."""

MIN_SLUMP = 0.6
"""A slump below this degree is an everyday posture."""

EVENTS: dict[str, str] = {
    "phone_front": "phone_use",
    "phone_lap": "phone_use",
    "phone_ear": "phone_use",
    "smoke": "smoking",
    "slump": "slouching",
    "recline": "slouching",
    "head_on_desk": "sleeping",
    "nod_off": "sleeping",
    "hang_head": "sleeping",
}
DISTRACTORS: dict[str, tuple[str, ...]] = {
    "phone_desk": ("phone_use",),
    "handset": ("phone_use",),
    "calculator": ("phone_use",),
    "card": ("phone_use",),
    "scratch": ("phone_use",),
    "drink": ("smoking",),
    "pen_mouth": ("smoking",),
    "write": ("slouching", "sleeping"),
    "read": ("slouching", "sleeping"),
    "turn": ("slouching",),
    "take_document": ("slouching",),
    "bend_down": ("sleeping", "leaving_post"),
}
GARMENT_EVENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("slippers", "footwear", ("slides", "flip_flops", "house_slippers")),
    ("vest", "top", ("vest", "camisole")),
    ("shorts", "bottom", ("shorts",)),
)
GARMENT_DISTRACTORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("slippers", "footwear", ("sandals", "bare")),
    ("vest", "top", ("tshirt",)),
    ("shorts", "bottom", ("skirt",)),
)


@dataclass(frozen=True, slots=True)
class TruthRow:
    """A condition at a window between two moments of the clip.

    `kind` is `event` (must be found), `distractor` (must raise nothing) or `ignore`. `seen` is
    the share of the pictures in which the thing that the rule looks for is in sight; None where
    the rule looks for no thing.
    """

    kind: str
    window_id: str
    rule_id: str
    start_s: float
    end_s: float
    note: str
    seen: float | None = None


def truth_rows(scenario: Scenario, states: dict[str, Callable[[float], State]]) -> list[TruthRow]:
    """All rows of a scenario, by start time. `states` gives every staff member's motion."""
    rows: list[TruthRow] = []
    spans: dict[str, list[tuple[float, float]]] = {}
    for person in scenario.people:
        if person.role != "staff" or person.window is None:
            continue
        present = presence(states[person.id], scenario, person.window)
        outfit = scenario.outfit(person)
        rows += _garment_rows(person.window, outfit, present)
        rows += _action_rows(person, present, scenario.duration_s)
        spans.setdefault(person.window, []).extend(present)
    rows += [
        TruthRow("event", window_id, "leaving_post", start, end, "nobody at the post")
        for window_id, present in spans.items()
        for start, end in gaps(united(present), scenario.duration_s)
    ]
    rows += _fault_rows(scenario)
    return sorted(rows, key=lambda row: (row.start_s, row.window_id, row.rule_id))


def presence(
    state: Callable[[float], State], scenario: Scenario, window_id: str
) -> list[tuple[float, float]]:
    """Spans in seconds during which the person is at the post."""
    seat = np.array([scenario.window(window_id).x_m, SEAT_Y_M])
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for step in range(round(scenario.duration_s / STEP_S) + 1):
        t_s = round(step * STEP_S, 3)
        now = state(t_s)
        here = now.present and float(np.linalg.norm(now.place[:2, 3] - seat)) < AT_POST_M
        if here and since is None:
            since = t_s
        if not here and since is not None:
            spans.append((since, t_s))
            since = None
    if since is not None:
        spans.append((since, scenario.duration_s))
    return spans


def united(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The union of spans, sorted: a post with two staff is empty when both have left."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def gaps(spans: list[tuple[float, float]], duration_s: float) -> list[tuple[float, float]]:
    """What lies between sorted `spans` in [0, duration_s]."""
    edges = [0.0, *(edge for span in spans for edge in span), duration_s]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if end - start > STEP_S]


def held_span(action: Action) -> tuple[float, float]:
    """When an action is more than half blended in."""
    half = min(action.ease_s, action.for_s / 2.0) / 2.0
    return action.at_s + half, action.end_s - half


def _garment_rows(
    window: str, outfit: Outfit, present: list[tuple[float, float]]
) -> list[TruthRow]:
    rows = []
    for kind, table in (("event", GARMENT_EVENTS), ("distractor", GARMENT_DISTRACTORS)):
        for rule_id, field, values in table:
            worn = getattr(outfit, field)
            if worn in values:
                rows += [
                    TruthRow(kind, window, rule_id, *span, f"wears {worn}") for span in present
                ]
    return rows


def _action_rows(
    person: PersonConfig, present: list[tuple[float, float]], duration_s: float
) -> list[TruthRow]:
    rows: list[TruthRow] = []
    window = str(person.window)
    for action in person.actions:
        start, end = held_span(action)
        end = min(end, duration_s)
        if start >= end:
            continue
        rule_id = EVENTS.get(action.do)
        slight = action.do in ("slump", "recline") and action.degree < MIN_SLUMP
        if rule_id is not None:
            kind = "distractor" if slight else "event"
            rows.append(TruthRow(kind, window, rule_id, start, end, action.do))
        rows += [
            TruthRow("distractor", window, other, start, end, action.do)
            for other in DISTRACTORS.get(action.do, ())
        ]
        if action.do in ASLEEP:
            rows.append(TruthRow("ignore", window, "slouching", start, end, action.do))
    return rows


def _fault_rows(scenario: Scenario) -> list[TruthRow]:
    return [
        TruthRow("ignore", window.id, "*", fault.at_s, fault.at_s + fault.for_s, fault.kind)
        for fault in scenario.camera.faults
        for window in scenario.windows
    ]


def with_view(
    rows: list[TruthRow], scenario: Scenario, labels: Iterable[dict[str, Any]]
) -> list[TruthRow]:
    """The rows with `seen` from the pictures' labels.

    What a camera never shows no audit of it can find: such events are turned to `ignore`.
    """
    posts = {p.id: str(p.window) for p in scenario.people if p.role == "staff"}
    times: list[float] = []
    shown: dict[tuple[str, str], list[float]] = {}
    for line in labels:
        times.append(line["t_s"])
        clear = (box for box in line["boxes"] if box["visibility"] >= CLEAR)
        for key in {(posts.get(box["person"], ""), box["class"]) for box in clear}:
            shown.setdefault(key, []).append(line["t_s"])
    return [_viewed(row, times, shown) for row in rows]


def _viewed(
    row: TruthRow, times: list[float], shown: dict[tuple[str, str], list[float]]
) -> TruthRow:
    label = LOOKED_FOR.get(row.rule_id)
    pictures = _within(row, times)
    if label is None or row.kind != "event" or pictures == 0:
        return row
    seen = round(_within(row, shown.get((row.window_id, label), [])) / pictures, 3)
    if seen >= SEEN_ENOUGH:
        return replace(row, seen=seen)
    return replace(row, kind="ignore", note=f"{row.note}, out of view", seen=seen)


def _within(row: TruthRow, times: list[float]) -> int:
    return sum(row.start_s <= t_s < row.end_s for t_s in times)


def write_truth(rows: list[TruthRow], scenario: Scenario, path: Path) -> None:
    """One JSON object a line, with seconds into the clip and the moments themselves."""
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            line = {
                "kind": row.kind,
                "window_id": row.window_id,
                "camera_id": scenario.camera.id,
                "rule_id": row.rule_id,
                "start_s": round(row.start_s, 2),
                "end_s": round(row.end_s, 2),
                "started_at": _moment(scenario, row.start_s),
                "ended_at": _moment(scenario, row.end_s),
                "note": row.note,
            } | ({} if row.seen is None else {"seen": row.seen})
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _moment(scenario: Scenario, t_s: float) -> str:
    at = (scenario.start + timedelta(seconds=t_s)).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
