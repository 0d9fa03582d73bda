"""``evaluate posture --simulated``: events of posture on recorded scenes, by camera view.

A folder per scene, as ``deportment simulate --postures`` renders and ``deportment record``
observes them: ``site.yaml``, ``truth.jsonl``, ``observations.jsonl.gz``. Postures are taken from
the recorded landmarks anew, so that a change of a feature or a rule is judged without pictures.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from vision.config import SiteConfig, load_site
from vision.errors import UnreadableSource
from vision.evaluation.events import EventCase, Outcome, judge_case
from vision.evaluation.recording import read_recording, replay
from vision.evaluation.redigest import fresh_tracks, redigest
from vision.evaluation.truth import read_truth
from vision.pipeline import CameraPlan, Duty, WindowPlan
from vision.pipeline.upright import upright_of
from vision.rules.base import Rule
from vision.rules.sleeping import SleepingRule
from vision.rules.slouching import SlouchingRule
from vision.types import Event, EventStatus, Provenance, Transition

RECORDING = "observations.jsonl.gz"
_NUMBERS = re.compile(r"(-\d+)+$")
_NOBODY = Provenance("", "", "", "", 0, "")


@dataclass(frozen=True, slots=True)
class SceneFigures:
    """What was found in the scenes of one view.

    Attributes:
        due: Rule and conduct to the number of alarms that were due.
        found: The same, of those that came in time.
        false_alarms: Rule and what it was mistaken for to the number of false alarms.
        scenes: How many there were.
        hours: Of footage, all windows together.
    """

    due: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    false_alarms: Counter[tuple[str, str]] = field(default_factory=Counter)
    scenes: int = 0
    hours: float = 0.0


def evaluate_scenes(folder: Path) -> dict[str, SceneFigures]:
    """The figures of every view, by its name; a scene's folder is ``VIEW-SEED-NUMBER``.

    Raises:
        UnreadableSource: If there is no recorded scene.
    """
    recordings = sorted(folder.glob(f"*/{RECORDING}"))
    if not recordings:
        raise UnreadableSource(f"{folder}: expected folders with {RECORDING} in them")
    figures: dict[str, SceneFigures] = {}
    for recording in recordings:
        view = _NUMBERS.sub("", recording.parent.name)
        figures[view] = _with_scene(figures.get(view, SceneFigures()), recording.parent)
    return figures


def _with_scene(before: SceneFigures, scene: Path) -> SceneFigures:
    case, hours = scene_case(scene)
    due, found, wrong = Counter(before.due), Counter(before.found), Counter(before.false_alarms)
    for outcome in judge_case(case):
        due.update(_conduct(outcome.rule_id, outcome))
        found.update((outcome.rule_id, one.truth.note) for one in outcome.matches)
        wrong.update((outcome.rule_id, one.mistaken_for or "-") for one in outcome.false_alarms)
    return SceneFigures(due, found, wrong, before.scenes + 1, before.hours + hours)


def _conduct(rule_id: str, outcome: Outcome) -> Iterator[tuple[str, str]]:
    for truth in (*(one.truth for one in outcome.matches), *outcome.missed):
        yield rule_id, truth.note


def scene_case(scene: Path) -> tuple[EventCase, float]:
    """One scene judged, and how many hours of window time it has."""
    site = load_site(scene / "site.yaml")
    recorded, plan = list(read_recording(scene / RECORDING)), _plan(site)
    observations = list(redigest(recorded, fresh_tracks(recorded, plan.windows)))
    changes = [
        (outcome.window_id, rule_id, change)
        for outcome in replay(observations, plan)
        for rule_id, change in outcome.transitions
        if change.kind == "closed"
    ]
    times = [one.at for one in observations]
    length_s = (max(times) - min(times)).total_seconds()
    case = EventCase(
        name=scene.name,
        truths=read_truth(scene / "truth.jsonl"),
        events=[_event(number, *change) for number, change in enumerate(changes)],
        dwell_s={
            (window.id, rule.rule_id): site.policies(window)[rule.rule_id].dwell_s
            for window in site.windows
            for rule in _rules()
        },
        camera_of={window.id: window.camera for window in site.windows},
    )
    return case, length_s * len(site.windows) / 3600


def _rules() -> Sequence[Rule]:
    return SlouchingRule(), SleepingRule()


def _plan(site: SiteConfig) -> CameraPlan:
    camera = site.cameras[0]
    windows = [
        WindowPlan(
            window.id,
            window.post,
            tuple(Duty(rule, site.policies(window)[rule.rule_id]) for rule in _rules()),
            upright=upright_of(window),
        )
        for window in site.windows_of(camera.id)
    ]
    return CameraPlan(camera.id, windows, site.schedule(), camera.sampling)


def _event(number: int, window_id: str, rule_id: str, change: Transition) -> Event:
    return Event(
        id=f"{number:026d}",
        window_id=window_id,
        camera_id="",
        rule_id=rule_id,
        status=EventStatus.CLOSED,
        started_at=change.started_at,
        confirmed_at=change.confirmed_at,
        ended_at=change.ended_at,
        end_reason=change.end_reason,
        score=change.score,
        reason=change.reason,
        measured=change.measured,
        clauses=(),
        provenance=_NOBODY,
    )


def scenes_to_json(figures: dict[str, SceneFigures]) -> dict[str, Any]:
    """Plain dictionaries: by view, rule and conduct."""
    return {
        view: {
            "scenes": one.scenes,
            "hours": round(one.hours, 3),
            "events": [
                {"rule_id": rule_id, "conduct": note, "due": due, "found": one.found[rule_id, note]}
                for (rule_id, note), due in sorted(one.due.items())
            ],
            "false_alarms": [
                {"rule_id": rule_id, "mistaken_for": note, "count": count}
                for (rule_id, note), count in sorted(one.false_alarms.items())
            ],
        }
        for view, one in figures.items()
    }


def scenes_table(figures: dict[str, SceneFigures]) -> Table:
    """Found of due by view and conduct, with what was falsely alarmed."""
    table = Table(box=SIMPLE)
    for heading in ("view", "hours", "slouching", "sleeping", "false alarms"):
        table.add_column(heading)
    for view, one in figures.items():
        false = ", ".join(
            f"{rule_id} {note} x{count}" for (rule_id, note), count in one.false_alarms.items()
        )
        found = (_found(one, rule.rule_id) for rule in _rules())
        table.add_row(view, f"{one.hours:.2f}", *found, false or "none")
    return table


def _found(one: SceneFigures, rule_id: str) -> str:
    return "\n".join(
        f"{note} {one.found[key]}/{due}"
        for key, due in sorted(one.due.items())
        for note in (key[1],)
        if key[0] == rule_id
    )
