"""For how long a person has hardly moved, from samples seconds apart. Pure and serialisable."""

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from vision.posture.landmarks import EARS, WRISTS, Point, UsablePose
from vision.types import Landmark

HEAD_MOVED_NORM = 0.2
"""How far, in shoulder widths (about 7 cm), the head may stray from where it came to rest. Breath
and the scatter of the landmarks stay within; looking from the screen to the desk does not."""

WRIST_MOVED_NORM = 0.35
"""The same for a wrist: larger, since hidden wrists are guessed more coarsely."""

BOX_MOVED_NORM = 0.3
"""The same for the upper edge of the box, which follows head and shoulders together."""

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
        strayed_xy_px: Where that was; None once it is back.
    """

    xy_px: tuple[float, float]
    since: datetime
    strayed_at: datetime | None = None
    strayed_xy_px: tuple[float, float] | None = None

    def rest_s(self, at: datetime) -> float:
        """Seconds of rest up to ``at``; 0 while it is elsewhere."""
        return 0.0 if self.strayed_xy_px is not None else (at - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class Stillness:
    """Rest of the head, of the wrists that are seen, and of the person's box.

    Attributes:
        head: None before the head was seen.
        wrists: Left and right; None before they were seen.
        box: Middle of the upper edge of the box; None before the first box.
        head_at: Last sample that showed the head.
        at: Last sample.
    """

    head: Anchor | None = None
    wrists: tuple[Anchor | None, Anchor | None] = (None, None)
    box: Anchor | None = None
    head_at: datetime | None = None
    at: datetime | None = None

    @property
    def still_s(self) -> float | None:
        """Seconds without movement up to the last sample; None before the first.

        Of head and wrists where the last sample showed the head, else of the box.
        """
        if self.at is None:
            return None
        parts = (self.head, *self.wrists) if self.head_at == self.at else (self.box,)
        return min((part.rest_s(self.at) for part in parts if part is not None), default=None)

    def seeing(
        self, seen: UsablePose | None, box_xyxy: ArrayLike, scale_px: float, at: datetime
    ) -> "Stillness":
        """The stillness after one more sample.

        Args:
            seen: The landmarks, in pixels of the frame; None where pose found nobody.
            box_xyxy: (4,) the person's box.
            scale_px: Shoulder width in pixels; not positive where it is unknown.
            at: Capture time, later than the sample before.
        """
        if scale_px <= 0:
            return self
        lost = self.at is None or (at - self.at).total_seconds() > MAX_GAP_S
        before = Stillness() if lost else self
        left, _, right, _ = top = np.asarray(box_xyxy, np.float64)
        middle = np.array([(left + right) / 2, top[1]])
        box = _rest(before.box, middle, BOX_MOVED_NORM * scale_px, at)
        head = seen.point(*_HEAD) if seen is not None else None
        if seen is None or head is None:
            return replace(before, box=box, at=at)
        wrists = (
            _rest(anchor, seen.point(wrist), WRIST_MOVED_NORM * scale_px, at)
            for anchor, wrist in zip(before.wrists, WRISTS, strict=True)
        )
        return Stillness(
            head=_rest(before.head, head, HEAD_MOVED_NORM * scale_px, at),
            wrists=(next(wrists), next(wrists)),
            box=box,
            head_at=at,
            at=at,
        )


def _rest(anchor: Anchor | None, xy: Point | None, limit_px: float, at: datetime) -> Anchor | None:
    if xy is None:
        return None if anchor is None else replace(anchor, strayed_xy_px=None)
    here = (float(xy[0]), float(xy[1]))
    if anchor is None:
        return Anchor(here, at)
    if math.dist(here, anchor.xy_px) <= limit_px:
        return replace(anchor, strayed_xy_px=None)
    strayed_at, strayed_xy_px = anchor.strayed_at, anchor.strayed_xy_px
    if strayed_at is None or (at - strayed_at).total_seconds() > STRAY_MEMORY_S:
        return replace(anchor, strayed_at=at, strayed_xy_px=here)
    if strayed_xy_px is not None and math.dist(here, strayed_xy_px) <= limit_px:
        return Anchor(strayed_xy_px, strayed_at)
    return Anchor(here, at)
