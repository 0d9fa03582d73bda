"""All that is remembered of one person's posture, and one call to go on with it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from vision.posture.baseline import Baseline, learn
from vision.posture.features import posture_of
from vision.posture.landmarks import EARS, UsablePose
from vision.posture.outline import Outline
from vision.types import Pose, Posture

MOST_BACKWARDS_DEG = -40.0

BOX_SIGMA_NORM = 0.05
BOX_SIGMA_PX = 2.0
"""Scatter of a detector box's upper edge, small movements of somebody at work included."""

MAX_EARS_UNDER_BOX_NORM = 0.8
"""Ears are 0.35 to 0.6 shoulder widths under the top of the head, which is the top of the box."""


@dataclass(frozen=True, slots=True)
class PostureTrack:
    """Memory of one presence of one person; serialisable. A new presence begins a new one.

    Attributes:
        baseline: The upright reference; give a calibrated one where the site has one.
        outline: The upright box, for where there is no other reference.
    """

    baseline: Baseline = field(default_factory=Baseline)
    outline: Outline = field(default_factory=Outline)


@dataclass(frozen=True, slots=True)
class PostureReading:
    """What goes into :class:`vision.types.Person` under the same names.

    Attributes:
        posture: Features of this sample, none of them where the landmarks contradict the box;
            None where pose found nobody.
        baseline: The upright reference as it was before this sample, of the box alone if nothing
            else is known; None before there is one.
    """

    posture: Posture | None
    baseline: Posture | None


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
    usual = track.baseline.usual or track.outline.upright()
    track = replace(track, outline=track.outline.seeing(box_xyxy, at))
    if pose is None:
        return track, PostureReading(None, usual)
    seen = UsablePose.within(pose, bounds_xyxy)
    posture = posture_of(pose, bounds_xyxy)
    if _head_tops_box(seen, posture.scale_px, box_xyxy) and _is_possible(posture):
        posture = _with_box(posture, box_xyxy)
    else:
        posture = Posture()
    known = posture.body_yaw_deg is not None
    baseline = (track.baseline.upright(posture.side_view) if known else None) or usual
    learnt = learn(track.baseline, posture, at)
    return replace(track, baseline=learnt), PostureReading(posture, baseline)


def _with_box(posture: Posture, box_xyxy: ArrayLike) -> Posture:
    if posture.shoulder_y_px is None:
        return posture
    height_px = posture.shoulder_y_px - float(np.asarray(box_xyxy, np.float64)[1])
    sigma = float(np.hypot(BOX_SIGMA_NORM, BOX_SIGMA_PX / posture.scale_px))
    return replace(
        posture,
        box_height_norm=height_px / posture.scale_px,
        sigma=replace(posture.sigma, box_height_norm=sigma),
    )


def _is_possible(posture: Posture) -> bool:
    """Nobody at a desk leans back that far; a model that faces a body the wrong way says so."""
    angles_deg = (posture.neck_flexion_deg, posture.trunk_inclination_deg)
    return all(angle is None or angle >= MOST_BACKWARDS_DEG for angle in angles_deg)


def _head_tops_box(seen: UsablePose, scale_px: float, box_xyxy: ArrayLike) -> bool:
    """Whether the head lies where the person's box ends above, as it must unless it is down.

    MediaPipe lays a whole body over whatever it is shown of a hidden one.
    """
    head = seen.point(*EARS)
    if head is None or scale_px <= 0:
        return True
    _, top, _, _ = np.asarray(box_xyxy, np.float64)
    return bool(0.0 <= (head[1] - top) / scale_px <= MAX_EARS_UNDER_BOX_NORM)
