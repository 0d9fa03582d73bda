"""All that is remembered of one person's posture, and one call to go on with it."""

from dataclasses import dataclass, field
from datetime import datetime

from numpy.typing import ArrayLike

from vision.posture.baseline import Baseline, learn
from vision.posture.features import posture_of
from vision.posture.stillness import Stillness
from vision.types import Pose, Posture


@dataclass(frozen=True, slots=True)
class PostureTrack:
    """Memory of one presence of one person; serialisable. A new presence begins a new one.

    Attributes:
        baseline: The upright reference; give a calibrated one where the site has one.
        stillness: Rest of head and wrists.
    """

    baseline: Baseline = field(default_factory=Baseline)
    stillness: Stillness = field(default_factory=Stillness)


@dataclass(frozen=True, slots=True)
class PostureReading:
    """What goes into :class:`vision.types.Person` under the same names.

    Attributes:
        posture: Features of this sample.
        baseline: The upright reference for this kind of view, as it was before this sample.
        still_s: Seconds without movement; None while unknown.
    """

    posture: Posture
    baseline: Posture | None
    still_s: float | None


def follow(
    track: PostureTrack, pose: Pose, bounds_xyxy: ArrayLike, at: datetime
) -> tuple[PostureTrack, PostureReading]:
    """Take one more pose of the same presence.

    Args:
        track: Before it.
        pose: Landmarks in pixels of the frame.
        bounds_xyxy: (4,) part of the frame that was given to the pose estimator.
        at: Capture time, later than the one before.
    """
    posture = posture_of(pose, bounds_xyxy)
    stillness = track.stillness.seeing(pose, bounds_xyxy, posture.scale_px, at)
    reading = PostureReading(posture, track.baseline.upright(posture.side_view), stillness.still_s)
    return PostureTrack(learn(track.baseline, posture, at), stillness), reading
