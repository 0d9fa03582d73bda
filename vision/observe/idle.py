"""An empty post in which nothing has moved since it was looked into is still empty.

Windows that are not staffed are a good part of a hall, and to detect in them costs as much as
anywhere. A coarse copy of the post tells for a few seconds whether that can be spared.
"""

from dataclasses import dataclass

import numpy as np

from vision.observe.motion import Copy
from vision.types import Detections

LONGEST_S = 6.0
"""After so long it is looked into in any case: what the copy cannot show, such as dark clothes in
the dark, delays a presence by no more than this."""

STILL_LEVELS = 6.0
"""A grey level of the copy, the mean over a block of pixels, may differ by so much of 255: noise of
the sensor is averaged out, and who comes in covers many blocks."""


@dataclass(frozen=True, slots=True)
class Idle:
    """What was found in an empty post; serialisable.

    Attributes:
        copy: The post as it was looked into.
        rows: Left, top, right, bottom in pixels of the crop, confidence and class of each box.
    """

    copy: Copy
    rows: tuple[tuple[float, float, float, float, float, int], ...]

    @classmethod
    def of(cls, copy: Copy, found: Detections) -> "Idle":
        """Keep what was found; boxes in pixels of the crop."""
        columns = (found.xyxy.tolist(), found.confidence.tolist(), found.label.tolist())
        return cls(copy, tuple((*box, *rest) for box, *rest in zip(*columns, strict=True)))

    def again(self, now: Copy) -> Detections | None:
        """The same boxes, if that is what would be found now; None where it must be looked."""
        age_s = (now.at - self.copy.at).total_seconds()
        if not 0 <= age_s <= LONGEST_S or now.size_px != self.copy.size_px:
            return None
        most = float(np.abs(now.grey() - self.copy.grey()).max())
        if not 0 < most <= STILL_LEVELS:  # no difference at all: the same picture says nothing
            return None
        table = np.array(self.rows, np.float32).reshape(-1, 6)
        return Detections(table[:, :4], table[:, 4], table[:, 5].astype(np.int16))
