"""Observations written down and judged again, without pictures or models.

One JSON object a line, gzip. A change to a rule or to the temporal logic can be tried on hours of
conduct in seconds, and the same observations must always give the same events.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from vision.errors import ConfigError, Mistake
from vision.pipeline import CameraPlan, Outcome, WindowProgress
from vision.pipeline.judge import account, remembered, verdicts_of, wind_up
from vision.types import Cover, Detections, Observation, Person, Pose, Posture, View

_POSTURE = TypeAdapter(Posture)


def write_recording(file: Path, outcomes: Iterable[Outcome]) -> int:
    """Write the observations of these outcomes, in order; returns how many there were."""
    count = 0
    with gzip.GzipFile(file, "wb", mtime=0) as packed:
        for outcome in outcomes:
            if outcome.observation is not None:
                line = json.dumps(observation_to_json(outcome.observation), separators=(",", ":"))
                packed.write(line.encode() + b"\n")
                count += 1
    return count


def read_recording(file: Path) -> Iterator[Observation]:
    """The observations of a recording.

    Raises:
        ConfigError: If a line is not one; names the line.
    """
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield observation_from_json(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                problem = f"not a recorded observation: {error}"
                raise ConfigError([Mistake(file, number, "", problem)]) from error


def replay(observations: Iterable[Observation], plan: CameraPlan) -> Iterator[Outcome]:
    """Judge recorded observations; ends like footage ends, at the last of them."""
    windows = {window.window_id: window for window in plan.windows}
    states: dict[str, WindowProgress] = {}
    at: datetime | None = None
    for one in observations:
        window, at = windows[one.window_id], one.at
        state, seen = remembered(states.get(one.window_id, WindowProgress()), one)
        verdicts = verdicts_of(tuple(window.in_force(plan.month(at))), seen)
        states[one.window_id], outcome = account(state, window, verdicts, seen)
        yield outcome
    for window_id, state in states.items():
        if at is not None:
            rules = tuple(state.monitors)
            yield wind_up(state, windows[window_id], rules, at, "source_ended")[1]


def observation_to_json(one: Observation) -> dict[str, Any]:
    """All that rules judge by, exactly: floats keep every digit that float32 has.

    The landmarks' world coordinates, which no rule reads, are kept to a tenth of a millimetre:
    enough to take the features of posture from them anew.
    """
    return {
        "window_id": one.window_id,
        "camera_id": one.camera_id,
        "at": one.at.isoformat(),
        "view": [one.view.state.value, one.view.luma, one.view.contrast],
        "post_px": one.post_px.tolist(),
        "persons": [_person_to_json(person) for person in one.persons],
        "doubtful_persons": one.doubtful_persons,
        "pose_run": one.pose_run,
    } | _where_looked(one)


def _where_looked(one: Observation) -> dict[str, Any]:
    """What only windows with a group or a public polygon have; presence is followed anew."""
    cover = {} if one.cover is None else {"cover": asdict(one.cover)}
    return cover | ({} if one.client_wait_s is None else {"client_wait_s": one.client_wait_s})


def observation_from_json(row: dict[str, Any]) -> Observation:
    """Undoes :func:`observation_to_json`."""
    state, luma, contrast = row["view"]
    return Observation(
        window_id=row["window_id"],
        camera_id=row["camera_id"],
        at=datetime.fromisoformat(row["at"]),
        view=TypeAdapter(View).validate_python(
            {"state": state, "luma": luma, "contrast": contrast}
        ),
        post_px=np.array(row["post_px"], np.float32),
        persons=tuple(_person_from_json(person) for person in row["persons"]),
        doubtful_persons=row["doubtful_persons"],
        pose_run=row["pose_run"],
        cover=Cover(**row["cover"]) if "cover" in row else None,
        client_wait_s=row.get("client_wait_s"),
    )


def _person_to_json(one: Person) -> dict[str, Any]:
    items = one.items
    return {
        "track_id": one.track_id,
        "xyxy": one.xyxy.tolist(),
        "confidence": one.confidence,
        "items": [items.xyxy.tolist(), items.confidence.tolist(), items.label.tolist()],
        "pose": None if one.pose is None else _pose_to_json(one.pose),
        "posture": None if one.posture is None else asdict(one.posture),
        "baseline": None if one.baseline is None else asdict(one.baseline),
        "changed_share": one.changed_share,
    }


def _person_from_json(row: dict[str, Any]) -> Person:
    xyxy, confidence, label = row["items"]
    posture, baseline = row["posture"], row["baseline"]
    return Person(
        track_id=row["track_id"],
        xyxy=np.array(row["xyxy"], np.float32),
        confidence=row["confidence"],
        items=Detections(
            np.array(xyxy, np.float32).reshape(-1, 4),
            np.array(confidence, np.float32),
            np.array(label, np.int16),
        ),
        pose=None if row["pose"] is None else _pose_from_json(row["pose"]),
        posture=None if posture is None else _POSTURE.validate_python(posture),
        baseline=None if baseline is None else _POSTURE.validate_python(baseline),
        changed_share=row.get("changed_share"),
    )


def _pose_to_json(pose: Pose) -> list[Any]:
    world = [[round(value, 4) for value in point] for point in pose.world.tolist()]
    return [pose.xy.tolist(), pose.visibility.tolist(), world]


def _pose_from_json(row: list[Any]) -> Pose:
    xy, visibility, *more = (np.array(part, np.float32) for part in row)
    world = more[0] if more else np.zeros((len(xy), 3), np.float32)
    return Pose(xy, visibility, world)
