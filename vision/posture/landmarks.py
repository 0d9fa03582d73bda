"""Which landmarks of a pose may be used, and the points that the features are made of."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vision.types import Landmark, Pose

MIN_VISIBILITY = 0.5
"""Below it a landmark is MediaPipe's guess at something hidden."""

EARS = (Landmark.LEFT_EAR, Landmark.RIGHT_EAR)
SHOULDERS = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
HIPS = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
UPPER_BODY = (Landmark.NOSE, *EARS, *SHOULDERS, *HIPS)

MIN_SHOULDER_WIDTH_M, MAX_SHOULDER_WIDTH_M = 0.2, 0.5
"""Between the shoulder joints of any adult (biacromial breadth 0.28 to 0.46 m, ISO 7250), with
room for MediaPipe's error: outside it the estimate of the body is not to be believed."""

Point = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class UsablePose:
    """A pose with the knowledge of which landmarks may be used.

    Attributes:
        pose: The landmarks.
        usable: (33,) bool: visible enough and inside the picture.
    """

    pose: Pose
    usable: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def within(cls, pose: Pose, bounds_xyxy: ArrayLike) -> Self:
        """Judge the landmarks by visibility and by the (4,) box of the picture they are from."""
        left, top, right, bottom = np.asarray(bounds_xyxy, np.float64)
        x, y = pose.xy[:, 0], pose.xy[:, 1]
        inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
        finite = np.isfinite(pose.xy).all(axis=1) & np.isfinite(pose.world).all(axis=1)
        return cls(pose, inside & finite & (pose.visibility >= MIN_VISIBILITY))

    def all(self, *landmarks: Landmark) -> bool:
        """Whether every one of them may be used."""
        return bool(self.usable[list(landmarks)].all())

    def point(self, *landmarks: Landmark) -> Point | None:
        """(2,) mean position in pixels of those that may be used; None where none may."""
        used = [landmark for landmark in landmarks if self.usable[landmark]]
        return self.pose.xy[used].mean(axis=0, dtype=np.float64) if used else None

    def world(self, *landmarks: Landmark) -> Point | None:
        """(3,) mean position in metres of those that may be used; None where none may."""
        used = [landmark for landmark in landmarks if self.usable[landmark]]
        return self.pose.world[used].mean(axis=0, dtype=np.float64) if used else None

    def visibility(self, *landmarks: Landmark) -> float:
        """Lowest visibility among those that may be used; 0 where none may."""
        used = [landmark for landmark in landmarks if self.usable[landmark]]
        return float(self.pose.visibility[used].min()) if used else 0.0

    def px_per_m(self) -> float | None:
        """Scale of the body: spread of the upper body in the picture over that in the model.

        The world landmarks are turned as the camera sees them, so that their x and y are the
        picture's up to a factor (weak perspective). None where too little is seen.
        """
        used = [landmark for landmark in UPPER_BODY if self.usable[landmark]]
        if len(used) < 3:
            return None
        flat = self.pose.xy[used].astype(np.float64)
        body = self.pose.world[used, :2].astype(np.float64)
        spread_m2 = float(((body - body.mean(axis=0)) ** 2).sum())
        spread_px2 = float(((flat - flat.mean(axis=0)) ** 2).sum())
        return float(np.sqrt(spread_px2 / spread_m2)) if spread_m2 > 0 < spread_px2 else None

    def shoulder_width_m(self) -> float | None:
        """Between the shoulder joints, whichever way they are turned; None if implausible."""
        if not self.all(*SHOULDERS):
            return None
        left, right = self.pose.world[list(SHOULDERS)].astype(np.float64)
        width = float(np.linalg.norm(left - right))
        return width if MIN_SHOULDER_WIDTH_M <= width <= MAX_SHOULDER_WIDTH_M else None
