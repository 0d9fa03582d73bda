"""How much of a person's picture changed since a moment before: who sleeps hardly changes it.

Landmarks are too coarse for this: they scatter by as much as a hand moves that writes. A coarse
grey copy of the post, a few kilobytes, is compared with the one of two to four seconds ago.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

LONG_SIDE_PX = 64
"""Of the copy: a shoulder width is then 8 to 15 px, and breath moves no edge by a whole one."""

MIN_AGE_S, MAX_AGE_S = 1.5, 10.0
"""What is compared must be so far apart: in a burst nobody moves from one picture to the next."""

SPACING_S = 0.75
KEPT = 4
"""Copies are kept so far apart, so many, so that one of the right age is always among them."""

MIN_CHANGE = 12.0
NOISE_FACTOR = 5.0
"""A pixel changed if its grey differs by more than the first, and by more than the second times
the scatter of the whole post. Coding a key frame anew changes the grey of a still picture by up to
the first."""

MIN_ALONE = 0.3
"""Share of a person's picture that must be theirs alone for the rest to be left out."""

_NO_BOXES = np.zeros((0, 4), np.float32)

Grey = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Copy:
    """A coarse grey picture of a post; serialisable.

    Attributes:
        at: When it was taken.
        size_px: Width and height.
        pixels: The grey levels, base64.
    """

    at: datetime
    size_px: tuple[int, int]
    pixels: str

    @classmethod
    def of(cls, crop: Image, at: datetime) -> "Copy":
        """Copy a (h, w, 3) crop."""
        height, width = crop.shape[:2]
        scale = min(1.0, LONG_SIDE_PX / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        grey = cv2.cvtColor(
            cv2.resize(crop, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY
        )
        return cls(at, size, base64.b64encode(grey.tobytes()).decode())

    def grey(self) -> Grey:
        """(h, w) float32."""
        width, height = self.size_px
        flat = np.frombuffer(base64.b64decode(self.pixels), np.uint8)
        return flat.reshape(height, width).astype(np.float32)


def change(copies: tuple[Copy, ...], now: Copy) -> Grey | None:
    """(h, w) differences in units of what counts as a change; None without a copy to compare.

    A picture without any difference at all is the same picture again and says nothing.
    """
    for before in reversed(copies):
        age_s = (now.at - before.at).total_seconds()
        if age_s >= MIN_AGE_S:
            if age_s > MAX_AGE_S or before.size_px != now.size_px:
                return None
            return _in_changes(np.abs(now.grey() - before.grey()))
    return None


def _in_changes(difference: Grey) -> Grey | None:
    if not difference.any():
        return None
    scatter = 1.48 * float(np.median(difference))
    return np.asarray(difference / max(MIN_CHANGE, NOISE_FACTOR * scatter), np.float32)


def with_copy(copies: tuple[Copy, ...], now: Copy) -> tuple[Copy, ...]:
    """The copies to keep after ``now``."""
    if copies and (now.at - copies[-1].at).total_seconds() < SPACING_S:
        return copies
    return (*copies[1 - KEPT :], now)


def changed_share(
    changes: Grey | None,
    box_px: tuple[int, int, int, int],
    xyxy: NDArray[np.float32],
    others: NDArray[np.float32] = _NO_BOXES,
) -> float | None:
    """Share in [0, 1] of a person's picture that changed; None where it is not known.

    What lies in the box of another person, too, may be theirs and is left out, unless hardly
    anything would remain.

    Args:
        changes: Of :func:`change`.
        box_px: The post in the frame.
        xyxy: (4,) the person's box in the frame.
        others: (N, 4) boxes of everybody else in the frame.
    """
    if changes is None:
        return None
    left, top, right, bottom = box_px
    height, width = changes.shape
    scale = np.array([width / (right - left), height / (bottom - top)] * 2)
    corner = np.array([left, top, left, top])
    own = _cells((xyxy - corner) * scale)
    shared = np.zeros(changes.shape, bool)
    for other in others:
        shared[_cells((other - corner) * scale)] = True
    part, alone = changes[own], ~shared[own]
    if not part.size:
        return None
    if alone.mean() >= MIN_ALONE:
        part = part[alone]
    return float((part > 1.0).mean())


def _cells(xyxy: NDArray[np.float64]) -> tuple[slice, slice]:
    x0, y0 = np.floor(np.clip(xyxy[:2], 0, None)).astype(int)
    x1, y1 = np.ceil(np.clip(xyxy[2:], 0, None)).astype(int)
    return slice(y0, y1), slice(x0, x1)
