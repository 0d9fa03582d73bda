"""Shows rendered pictures to a COCO detector and to MediaPipe. A program of its own.

`python -m vision.simulation.sightings FOLDER COCO.pt POSE.task` reads `persons.jsonl` and writes
`sightings.jsonl`: the best IoU of a detected person, and the estimated landmarks.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.pose.mediapipe import MediaPipePose
from vision.simulation.extra import need
from vision.simulation.linear import Array

CONFIDENCE = 0.25
INPUT_PX = 640
MARGIN = 0.15


def best_iou(box: Array, others: Array) -> float:
    """Highest IoU of a box (4,) with any of `others` (N, 4), xyxy; 0 where there are none."""
    if not len(others):
        return 0.0
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=1)
    union = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(axis=1) - shared
    return float((shared / union).max())


def crop_of(box: Array, width: int, height: int) -> tuple[int, int, int, int]:
    """The box with a margin, inside the picture."""
    left, upper, right, lower = box
    dx, dy = MARGIN * (right - left), MARGIN * (lower - upper)
    return (
        max(int(left - dx), 0),
        max(int(upper - dy), 0),
        min(int(right + dx), width),
        min(int(lower + dy), height),
    )


def main(folder: Path, weights: Path, pose_model: Path) -> None:
    """Write `sightings.jsonl`."""
    need("ultralytics")
    detector: Any = import_module("ultralytics").YOLO(weights)
    rows = [json.loads(line) for line in (folder / "persons.jsonl").read_text().splitlines()]
    with MediaPipePose(pose_model) as poser, (folder / "sightings.jsonl").open("w") as out:
        for name in sorted({row["picture"] for row in rows}):
            picture = np.asarray(cv2.imread(str(folder / name)))
            found = _persons(detector, picture)
            for row in (row for row in rows if row["picture"] == name):
                row["best_iou"] = round(best_iou(np.array(row["xyxy"], dtype=float), found), 3)
                row["estimate"] = _landmarks(poser, picture, np.array(row["xyxy"], dtype=float))
                out.write(json.dumps(row) + "\n")


def _persons(detector: Any, picture: Any) -> Array:
    result = detector.predict(picture, imgsz=INPUT_PX, conf=CONFIDENCE, classes=[0], verbose=False)[
        0
    ]
    return np.asarray(result.boxes.xyxy.cpu().numpy(), dtype=np.float64)


def _landmarks(poser: MediaPipePose, picture: Any, box: Array) -> list[list[float]] | None:
    left, upper, right, lower = crop_of(box, picture.shape[1], picture.shape[0])
    pose = poser.estimate([np.ascontiguousarray(picture[upper:lower, left:right])])[0]
    if pose is None:
        return None
    points = pose.shifted(left, upper)
    return [
        [round(float(x), 1), round(float(y), 1), round(float(seen), 2)]
        for (x, y), seen in zip(points.xy, points.visibility, strict=True)
    ]


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
