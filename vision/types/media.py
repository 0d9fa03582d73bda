"""A picture and the instant at which it was taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, BGR as OpenCV has it."""


def require_utc(at: datetime, name: str) -> None:
    """Raise ValueError unless ``at`` carries UTC: media time is never naive, never local."""
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be a UTC time, got {at!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of one camera.

    Attributes:
        camera_id: The camera that took it.
        at: Capture time, UTC: for a file its start plus the presentation timestamp. Never the
            wall clock of the machine that reads it.
        image: (H, W, 3) uint8, BGR.
        duration_s: How long the picture stands until the next one of the stream, in seconds;
            0 where unknown. It lets the last picture of a file count up to the file's end.
        is_key: Whether the codec could decode it alone.
        is_sub: Whether it is a small picture of a sub-stream: it tells presence, nothing else.
    """

    camera_id: str
    at: datetime
    image: Image
    duration_s: float = 0.0
    is_key: bool = False
    is_sub: bool = False

    def __post_init__(self) -> None:
        require_utc(self.at, "Frame.at")
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"Frame.image must be (H, W, 3) uint8, got {self.image.shape}")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]
