"""Single pictures, without time: what the models see and what the rules would say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vision.config import SiteConfig, parse_site
from vision.errors import UnreadableSource
from vision.observe import Look, ViewMemory, WindowMemory, digest, look, with_closeups, with_pose
from vision.pipeline import CameraPlan
from vision.pipeline.judge import verdicts_of
from vision.sources.pictures import read_picture
from vision.types import CLASSES, Frame, Landmark, Observation, Verdict
from vision.wiring import Models

WHOLE_PICTURE = """
site: {id: inspection}
cameras: [{id: picture}]
windows: [{id: picture, camera: picture, post: [[0, 0], [1, 0], [1, 1], [0, 1]]}]
"""


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """One picture with what was seen in every post of it."""

    path: Path
    frame: Frame
    looks: tuple[Look, ...]
    observations: tuple[Observation, ...]
    verdicts: tuple[Mapping[str, Verdict], ...]


def whole_picture() -> SiteConfig:
    """A site in which the whole picture is one post."""
    return parse_site(WHOLE_PICTURE, Path("whole-picture.yaml"))


def inspect_picture(path: Path, plan: CameraPlan, models: Models) -> Inspection:
    """Run detector, pose and rules on one picture.

    Raises:
        UnreadableSource: If it is not a picture.
    """
    try:
        image = read_picture(path)
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror}") from error
    if image is None:
        raise UnreadableSource(f"{path}: not a picture that can be decoded; expected JPEG or PNG")
    frame = Frame(plan.camera_id, datetime(1970, 1, 1, tzinfo=UTC), image, is_key=True)
    posts = [window.post(frame.size_px) for window in plan.windows]
    looks = look(frame, posts, [ViewMemory()] * len(posts), models.detector, posts)
    looks = with_pose(frame, looks, models.pose)
    looks = with_closeups(frame, looks, models.detector)
    seen = [digest(WindowMemory(), one, plan.camera_id, frame.at)[1] for one in looks]
    verdicts = [
        verdicts_of(window.duties, one) for window, one in zip(plan.windows, seen, strict=True)
    ]
    return Inspection(path, frame, tuple(looks), tuple(seen), tuple(verdicts))


def inspection_to_json(one: Inspection, min_confidence: float) -> dict[str, Any]:
    """One line of ``inspect``: boxes and landmarks in pixels of the picture."""
    width, height = one.frame.size_px
    return {
        "path": str(one.path),
        "width": width,
        "height": height,
        "detections": [
            row for found in one.looks for row in _detections(found, min_confidence)
        ],
        "poses": [row for seen in one.observations for row in _poses(seen)],
        "verdicts": [
            {"window_id": seen.window_id, "rule_id": rule_id, "verdict": verdict.kind.value,
             "score": round(verdict.score, 4), "reason": verdict.reason}
            for seen, verdicts in zip(one.observations, one.verdicts, strict=True)
            for rule_id, verdict in verdicts.items()
        ],
    }  # fmt: skip


def _detections(found: Look, min_confidence: float) -> list[dict[str, Any]]:
    boxes = found.found.above(min_confidence).strongest_first()
    return [
        {
            "class": CLASSES[label],
            "confidence": round(float(confidence), 4),
            "xyxy": [round(float(value), 1) for value in xyxy],
        }
        for xyxy, confidence, label in zip(boxes.xyxy, boxes.confidence, boxes.label, strict=True)
    ]


def _poses(seen: Observation) -> list[dict[str, Any]]:
    return [
        {
            "window_id": seen.window_id,
            "person_xyxy": [round(float(value), 1) for value in person.xyxy],
            "landmarks": {
                landmark.name.lower(): [
                    round(float(person.pose.xy[landmark][0]), 1),
                    round(float(person.pose.xy[landmark][1]), 1),
                    round(float(person.pose.visibility[landmark]), 3),
                ]
                for landmark in Landmark
            },
        }
        for person in seen.persons
        if person.pose is not None
    ]
