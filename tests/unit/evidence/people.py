"""Builders of persons with a plausible skeleton."""

import numpy as np

from vision.types import Detections, Label, Landmark, Person, Pose


def pose(head_at: tuple[float, float], visibility: float = 0.95) -> Pose:
    """A frontal pose, 80 px from shoulder to shoulder, with the nose at ``head_at``."""
    x, y = head_at
    xy = np.full((33, 2), (x, y + 150), np.float32)
    places = {
        Landmark.NOSE: (0, 0),
        Landmark.LEFT_EYE: (8, -8),
        Landmark.RIGHT_EYE: (-8, -8),
        Landmark.LEFT_EAR: (18, -5),
        Landmark.RIGHT_EAR: (-18, -5),
        Landmark.MOUTH_LEFT: (6, 10),
        Landmark.MOUTH_RIGHT: (-6, 10),
        Landmark.LEFT_SHOULDER: (40, 50),
        Landmark.RIGHT_SHOULDER: (-40, 50),
        Landmark.LEFT_ELBOW: (50, 110),
        Landmark.RIGHT_ELBOW: (-50, 110),
        Landmark.LEFT_WRIST: (40, 150),
        Landmark.RIGHT_WRIST: (-40, 150),
        Landmark.LEFT_HIP: (30, 170),
        Landmark.RIGHT_HIP: (-30, 170),
    }
    for landmark, (dx, dy) in places.items():
        xy[landmark] = x + dx, y + dy
    return Pose(xy, np.full(33, visibility, np.float32), np.zeros((33, 3), np.float32))


def person(
    xyxy: tuple[float, ...],
    *,
    posed: bool = True,
    head_at: tuple[float, float] | None = None,
    items: Detections | None = None,
    track_id: int = 1,
) -> Person:
    """A person; the head is at the top middle of the box unless told otherwise."""
    head_at = head_at or ((xyxy[0] + xyxy[2]) / 2, xyxy[1] + 35)
    return Person(
        track_id,
        np.array(xyxy, np.float32),
        0.9,
        items=items or Detections.empty(),
        pose=pose(head_at) if posed else None,
    )


def thing(label: Label, confidence: float, *xyxy: float) -> Detections:
    """One detection."""
    return Detections.of([(label, confidence, xyxy)])
