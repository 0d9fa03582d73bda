"""Everything seen of one window at one instant."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vision.types.media import require_utc
from vision.types.models import Detections, Pose
from vision.types.presence import Cover, Presence


class ViewState(StrEnum):
    """Whether the post can be seen at all. Anything but ``OK`` makes every verdict UNKNOWN."""

    OK = "ok"
    DARK = "dark"
    BLANK = "blank"
    FROZEN = "frozen"
    MOVED = "moved"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class View:
    """How good the view of a post was.

    Attributes:
        state: Usable, or why not.
        luma: Mean brightness of the post's pixels in [0, 255].
        contrast: Standard deviation of their brightness.
    """

    state: ViewState
    luma: float = 128.0
    contrast: float = 50.0

    @property
    def usable(self) -> bool:
        """Whether rules may judge from it."""
        return self.state is ViewState.OK


@dataclass(frozen=True, slots=True)
class PostureSigma:
    """One standard deviation of the feature of the same name in :class:`Posture`.

    For a measurement the scatter of one picture, for a baseline that of the reference.
    """

    head_height_norm: float = 0.0
    neck_flexion_deg: float = 0.0
    head_inclination_deg: float = 0.0
    trunk_inclination_deg: float = 0.0
    lateral_tilt_deg: float = 0.0
    box_height_norm: float = 0.0


POSTURE_FEATURES = tuple(one.name for one in fields(PostureSigma))
"""Names of the features that a posture is judged by."""


@dataclass(frozen=True, slots=True)
class Posture:
    """Posture features of one person; None where the view does not show them.

    Attributes:
        head_height_norm: Height of the ears (else the nose) above the shoulder line, in shoulder
            widths; falls when the head drops.
        neck_flexion_deg: Ear over shoulder against the vertical of the picture, forward positive;
            only where the person is seen from the side.
        head_inclination_deg: Nose below the ears, seen from the ears, against the horizontal.
        trunk_inclination_deg: Shoulders over hips against the vertical of the picture, forward
            positive; only where the person is seen from the side.
        lateral_tilt_deg: Shoulder line against the horizontal, positive where the picture's right
            end is lower; only where the person is seen from the front.
        box_height_norm: Height of the upper edge of the person's box, which is the top of the head
            or a raised hand, above the shoulder line, in shoulder widths.
        body_yaw_deg: How far the shoulders are turned away from the camera: 0 from the front (or
            behind), 90 from the side; None where they are not seen.
        shoulder_y_px: Where the shoulder line is in the frame, counted downwards.
        scale_px: Shoulder width in pixels as it would be from the front; the ``_norm`` features
            are divided by it.
        side_view: Whether the person is seen more from the side than from the front.
        confidence: Lowest visibility among the landmarks used, in [0, 1].
        sigma: Uncertainty of the features.
    """

    head_height_norm: float | None = None
    neck_flexion_deg: float | None = None
    head_inclination_deg: float | None = None
    trunk_inclination_deg: float | None = None
    lateral_tilt_deg: float | None = None
    box_height_norm: float | None = None
    body_yaw_deg: float | None = None
    shoulder_y_px: float | None = None
    scale_px: float = 0.0
    side_view: bool = False
    confidence: float = 0.0
    sigma: PostureSigma = PostureSigma()


FIRM_CONFIDENCE = 0.4
"""Of a person box to count as somebody present, whatever was there before."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One staff person in a post.

    Attributes:
        track_id: Stable over the presence of that person in the post; never an identity.
        xyxy: (4,) float32, pixels of the frame.
        confidence: Of the person box, in [0, 1]; of a weak one, see :attr:`is_firm`, the person is
            believed only because they were seen there a moment ago.
        items: Detections inside the person's box (persons excluded), pixels of the frame.
        pose: Landmarks in pixels of the frame; None where pose was not run or found nobody.
        posture: Features of ``pose``; None without it.
        baseline: The upright reference of this person at this window, once it is known; of the
            other kind of view (``side_view``) if there is none for this one.
        changed_share: Share in [0, 1] of the person's picture that changed within the last two
            to four seconds: who works changes some of it, who sleeps hardly any; None while
            unknown.
    """

    track_id: int
    xyxy: NDArray[np.float32]
    confidence: float
    items: Detections = field(default_factory=Detections.empty)
    pose: Pose | None = None
    posture: Posture | None = None
    baseline: Posture | None = None
    changed_share: float | None = None

    @property
    def is_firm(self) -> bool:
        """Whether the box alone says that somebody is there, and not what was there before."""
        return self.confidence >= FIRM_CONFIDENCE

    @property
    def height_px(self) -> float:
        """Height of the box in pixels."""
        return float(self.xyxy[3] - self.xyxy[1])


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """Everything seen of one window at one instant; coordinates are pixels of the frame.

    Attributes:
        window_id: The window.
        camera_id: The camera that sees it.
        at: Capture time, UTC.
        view: How good the view was.
        post_px: (N, 2) float32, the post's polygon.
        persons: The staff in the post, by track id.
        doubtful_persons: Highest confidence of a person box that was too weak, small or marginal
            to count as present by itself; 0 where there was none.
        pose_run: Whether pose was looked at; where not, rules that need it abstain.
        cover: Who sits at the other windows of its group; None without a group.
        client_wait_s: For how long a client has been waiting while nobody is in the post, in
            seconds; 0 for nobody, None where it was not looked.
        presence: Who has been in the post, up to and with this observation.
        is_sub: Whether it was seen in a small picture of a sub-stream.
    """

    window_id: str
    camera_id: str
    at: datetime
    view: View
    post_px: NDArray[np.float32]
    persons: tuple[Person, ...] = ()
    doubtful_persons: float = 0.0
    pose_run: bool = True
    cover: Cover | None = None
    client_wait_s: float | None = None
    presence: Presence = field(default_factory=Presence)
    is_sub: bool = False

    def __post_init__(self) -> None:
        require_utc(self.at, "Observation.at")

    @property
    def post_height_px(self) -> float:
        """Height of the post in the picture, in pixels."""
        return float(np.ptp(self.post_px[:, 1]))
