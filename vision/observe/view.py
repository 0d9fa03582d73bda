"""Whether a post can be seen: dark, covered and frozen pictures judge nobody."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from vision.observe.idle import Idle
from vision.observe.motion import Copy
from vision.types import Image, View, ViewState

DARK_LUMA = 16.0
"""Below the black level of video, 16 of 255 (ITU-R BT.601), nothing is to be made out."""

BLANK_CONTRAST = 6.0
"""Standard deviation of brightness under which a picture holds no edges: covered, or a wall."""

FROZEN_S = 20.0
"""How long pixels must not change at all; sensor noise alone changes a live picture."""

_STRIDE_PX = 8


@dataclass(frozen=True, slots=True)
class ViewMemory:
    """What is remembered of a post's picture.

    Attributes:
        checksum: Of the pixels, which tells a frozen picture.
        since: Since when it has stood.
        copies: Coarse copies of the last seconds, which tell movement.
        idle: What was found last, if the post was empty; None where it was not.
    """

    checksum: int = 0
    since: datetime | None = None
    copies: tuple[Copy, ...] = ()
    idle: Idle | None = None


def view_of(
    crop: Image, at: datetime, memory: ViewMemory, inside: NDArray[np.uint8] | None = None
) -> tuple[View, ViewMemory]:
    """Judge the view of a (h, w, 3) crop taken at ``at``; the memory is that of the same post.

    Only pixels at which ``inside``, (h, w), is not 0 count: the grey around a post is neither
    bright nor an edge.
    """
    sample = crop[::_STRIDE_PX, ::_STRIDE_PX]
    if inside is not None and inside[::_STRIDE_PX, ::_STRIDE_PX].any():
        sample = sample[inside[::_STRIDE_PX, ::_STRIDE_PX] > 0]
    memory = _remembered(zlib.crc32(sample.tobytes()), at, memory)
    luma, contrast = float(sample.mean()), float(sample.std())
    return View(_state(luma, contrast, at, memory), round(luma, 1), round(contrast, 1)), memory


def _remembered(checksum: int, at: datetime, memory: ViewMemory) -> ViewMemory:
    if memory.since is not None and memory.checksum == checksum:
        return memory
    return replace(memory, checksum=checksum, since=at)


def _state(luma: float, contrast: float, at: datetime, memory: ViewMemory) -> ViewState:
    if luma < DARK_LUMA:
        return ViewState.DARK
    if contrast < BLANK_CONTRAST:
        return ViewState.BLANK
    if memory.since is not None and (at - memory.since).total_seconds() >= FROZEN_S:
        return ViewState.FROZEN
    return ViewState.OK
