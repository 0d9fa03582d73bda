"""Where a person's box ends above while they sit upright: the reference that needs no landmarks.

From behind, and behind screens, pose often finds nobody while the detector's box is steady. The
upper edge of the box then is all that shows a head going down to the desk.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from vision.types import Posture, PostureSigma

SHOULDERS_PER_BOX_WIDTH = 0.53
"""A shoulder width, by that of a seated person's box: 0.48 to 0.57 in the simulator."""

TOP_OVER_SHOULDERS_NORM = 1.0
TOP_SIGMA_NORM = 0.1
"""How far the top of an upright head is over the shoulder line, in shoulder widths."""

FIRST_SAMPLES, FIRST_S = 3, 8.0
MAX_SCATTER_NORM = 0.25
"""The reference is taken from so many boxes over so long that end at about the same height."""

RAISED_NORM = 0.35
"""A later box that ends higher by less raises the reference: the person was not upright before.
One that ends higher by more shows a person who stands, or a raised hand."""

SAT_DOWN_NORM = 1.0
"""One that ends lower by so much shows that the person stood before: no head on a desk is as low.
The reference is begun anew."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The upright box of one presence.

    Attributes:
        top_px: Upper edge in the frame; None until it is known.
        width_px: Usual width.
        tops_px: Upper edges of the samples that it is being learnt from.
        widths_px: Their widths.
        since: First of these samples.
    """

    top_px: float | None = None
    width_px: float = 0.0
    tops_px: tuple[float, ...] = ()
    widths_px: tuple[float, ...] = ()
    since: datetime | None = None

    def upright(self) -> Posture | None:
        """The reference as a posture, of which only the box is known."""
        if self.top_px is None:
            return None
        scale_px = SHOULDERS_PER_BOX_WIDTH * self.width_px
        return Posture(
            box_height_norm=TOP_OVER_SHOULDERS_NORM,
            shoulder_y_px=self.top_px + TOP_OVER_SHOULDERS_NORM * scale_px,
            scale_px=scale_px,
            sigma=PostureSigma(box_height_norm=TOP_SIGMA_NORM),
        )

    def seeing(self, box_xyxy: ArrayLike, at: datetime) -> "Outline":
        """The outline after one more box (4,), later than the one before."""
        left, top, right, _ = (float(edge) for edge in np.asarray(box_xyxy, np.float64))
        if self.top_px is None:
            return self._learning(top, right - left, at)
        higher = (self.top_px - top) / (SHOULDERS_PER_BOX_WIDTH * self.width_px)
        if higher <= -SAT_DOWN_NORM:
            return Outline()._learning(top, right - left, at)
        if 0.0 < higher <= RAISED_NORM:
            return replace(self, top_px=self.top_px + (top - self.top_px) / 4)
        return self

    def _learning(self, top_px: float, width_px: float, at: datetime) -> "Outline":
        tops, widths = (*self.tops_px, top_px), (*self.widths_px, width_px)
        since = self.since or at
        if max(tops) - min(tops) > MAX_SCATTER_NORM * SHOULDERS_PER_BOX_WIDTH * width_px:
            return Outline(tops_px=(top_px,), widths_px=(width_px,), since=at)
        if len(tops) >= FIRST_SAMPLES and (at - since).total_seconds() >= FIRST_S:
            return Outline(float(np.median(tops)), float(np.median(widths)))
        return Outline(tops_px=tops, widths_px=widths, since=since)
