"""From a look to an observation: pure, and all memory of a post in one value."""

from dataclasses import dataclass, field
from datetime import datetime

from vision.observe.look import Look
from vision.observe.tracker import TrackerState, associate
from vision.observe.view import ViewMemory
from vision.types import Observation, Person


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """What is remembered of one post between looks; serialisable.

    Attributes:
        view: For the frozen-picture check.
        tracker: The presences.
        pose_at: When pose was last run; None before the first time.
    """

    view: ViewMemory = field(default_factory=ViewMemory)
    tracker: TrackerState = field(default_factory=TrackerState)
    pose_at: datetime | None = None


def digest(
    memory: WindowMemory, look: Look, camera_id: str, at: datetime
) -> tuple[WindowMemory, Observation]:
    """Match the look with what is known, and build the observation."""
    staff = look.staff
    tracker, ids = associate(memory.tracker, staff.present.xyxy, at)
    posed = look.poses is not None
    poses = look.poses or (None,) * len(ids)
    persons = tuple(
        Person(
            track_id=track_id,
            xyxy=staff.present.xyxy[number],
            confidence=float(staff.present.confidence[number]),
            items=look.items(number),
            pose=poses[number],
        )
        for number, track_id in enumerate(ids)
    )
    observation = Observation(
        window_id=look.post.window_id,
        camera_id=camera_id,
        at=at,
        view=look.view,
        post_px=look.post.polygon_px,
        persons=persons,
        doubtful_persons=staff.doubtful,
        pose_run=posed,
    )
    pose_at = at if posed else memory.pose_at
    return WindowMemory(look.view_memory, tracker, pose_at), observation
