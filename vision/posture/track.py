"""All that is remembered of one person's posture, and one call to go on with it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from numpy.typing import ArrayLike

from vision.posture.baseline import Baseline, learn
from vision.posture.features import posture_of
from vision.posture.landmarks import UsablePose
from vision.posture.stillness import Stillness
from vision.types import Pose, Posture


@dataclass(frozen=True, slots=True)
class PostureTrack:
    """Memory of one presence of one person; serialisable. A new presence begins a new one.

    Attributes:
        baseline: The upright reference; give a calibrated one where the site has one.
        stillness: Rest of head, wrists and box.
    """

    baseline: Baseline = field(default_factory=Baseline)
    stillness: Stillness = field(default_factory=Stillness)


@dataclass(frozen=True, slots=True)
class PostureReading:
    """What goes into :class:`vision.types.Person` under the same names.

    Attributes:
        posture: Features of this sample; None where pose found nobody.
        baseline: The upright reference as it was before this sample; None before there is one.
        still_s: Seconds without movement; None while unknown.
    """

    posture: Posture | None
    baseline: Posture | None
    still_s: float | None


def follow(
    track: PostureTrack,
    pose: Pose | None,
    bounds_xyxy: ArrayLike,
    box_xyxy: ArrayLike,
    at: datetime,
) -> tuple[PostureTrack, PostureReading]:
    """Take one more look at the same presence, whether or not pose found the person.

    Args:
        track: Before it.
        pose: Landmarks in pixels of the frame; None where pose was run and found nobody.
        bounds_xyxy: (4,) part of the frame that was given to the pose estimator.
        box_xyxy: (4,) the person's box.
        at: Capture time, later than the one before.
    """
    usual = track.baseline.usual
    if pose is None:
        scale_px = usual.scale_px if usual is not None else 0.0
        stillness = track.stillness.seeing(None, box_xyxy, scale_px, at)
        return replace(track, stillness=stillness), PostureReading(None, usual, stillness.still_s)
    posture = posture_of(pose, bounds_xyxy)
    seen = UsablePose.within(pose, bounds_xyxy)
    stillness = track.stillness.seeing(seen, box_xyxy, posture.scale_px, at)
    baseline = track.baseline.upright(posture.side_view)
    reading = PostureReading(posture, baseline, stillness.still_s)
    return PostureTrack(learn(track.baseline, posture, at), stillness), reading
