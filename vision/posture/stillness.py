"""For how long a person has hardly moved, from samples seconds apart. Pure and serialisable."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from vision.posture.landmarks import EARS, WRISTS, Point, UsablePose
from vision.types import Landmark, Pose

HEAD_MOVED_NORM = 0.2
"""How far, in shoulder widths (about 7 cm), the head may stray from where it came to rest. Breath
and the scatter of the landmarks stay within; looking from the screen to the desk does not."""

WRIST_MOVED_NORM = 0.35
"""The same for a wrist: larger, since hidden wrists are guessed more coarsely."""

MAX_GAP_S = 30.0
"""After a longer gap nothing is known of what happened in between."""

STRAY_MEMORY_S = 30.0
"""One sample elsewhere is an error of the landmarks; a second one within this time is not."""

_HEAD = (Landmark.NOSE, *EARS)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a part of the body came to rest.

    Attributes:
        xy_px: Position in pixels of the frame.
        since: First sample at about that place.
        strayed_at: Last sample that was elsewhere and was taken for an error; None if none was.
    """

    xy_px: tuple[float, float]
    since: datetime
    strayed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stillness:
    """Rest of the head and of the wrists that are seen.

    Attributes:
        head: None before the head was seen.
        wrists: Left and right; None before they were seen.
        at: Last sample that showed the head.
    """

    head: Anchor | None = None
    wrists: tuple[Anchor | None, Anchor | None] = (None, None)
    at: datetime | None = None

    @property
    def still_s(self) -> float | None:
        """Seconds for which neither head nor wrists moved; None before the head was seen."""
        if self.head is None or self.at is None:
            return None
        parts = [self.head, *(wrist for wrist in self.wrists if wrist is not None)]
        return min((self.at - part.since).total_seconds() for part in parts)

    def seeing(
        self, pose: Pose, bounds_xyxy: ArrayLike, scale_px: float, at: datetime
    ) -> "Stillness":
        """The stillness after one more sample.

        Args:
            pose: Landmarks in pixels of the frame.
            bounds_xyxy: (4,) part of the frame that they were found in.
            scale_px: Shoulder width in pixels, as in :class:`vision.types.Posture`.
            at: Capture time, later than the sample before.
        """
        seen = UsablePose.within(pose, bounds_xyxy)
        head = seen.point(*_HEAD)
        if head is None or scale_px <= 0:
            return self
        before = self
        if self.at is not None and (at - self.at).total_seconds() > MAX_GAP_S:
            before = Stillness()
        left, right = (
            _rest(anchor, seen.point(wrist), WRIST_MOVED_NORM * scale_px, at)
            for anchor, wrist in zip(before.wrists, WRISTS, strict=True)
        )
        return Stillness(
            head=_rest(before.head, head, HEAD_MOVED_NORM * scale_px, at),
            wrists=(left, right),
            at=at,
        )


def _rest(anchor: Anchor | None, xy: Point | None, limit_px: float, at: datetime) -> Anchor | None:
    if xy is None:
        return anchor
    here = (float(xy[0]), float(xy[1]))
    if anchor is None:
        return Anchor(here, at)
    if float(np.hypot(here[0] - anchor.xy_px[0], here[1] - anchor.xy_px[1])) <= limit_px:
        return anchor
    strayed_at = anchor.strayed_at
    if strayed_at is None or (at - strayed_at).total_seconds() > STRAY_MEMORY_S:
        return replace(anchor, strayed_at=at)
    return Anchor(here, at)
