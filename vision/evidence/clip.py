"""Clips in which nobody can be recognised: the surroundings of a post, as H.264 for browsers."""

import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from vision.errors import EvidenceError
from vision.evidence.drawing import draw_post
from vision.evidence.privacy import protect
from vision.types import Image, Label, Observation

AROUND = 0.15
"""Of the post's size, what is shown around it; it is blurred like everything outside."""

LONGEST_PX = 960
_MUXING = {"movflags": "+faststart"}
_CODING = {"preset": "veryfast", "crf": "25", "threads": "1"}
_MILLISECOND = Fraction(1, 1000)


def surroundings(
    box_px: tuple[int, int, int, int], size_px: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what a clip shows of a picture: the post with some room."""
    left, top, right, bottom = box_px
    room_x, room_y = round(AROUND * (right - left)), round(AROUND * (bottom - top))
    return (
        max(0, left - room_x), max(0, top - room_y),
        min(size_px[0], right + room_x), min(size_px[1], bottom + room_y),
    )  # fmt: skip


def clip_picture(image: Image, observation: Observation, labels: frozenset[Label]) -> Image:
    """What a clip shows of a picture: the post's outline, and nobody's head.

    Args:
        image: (H, W, 3) uint8 BGR.
        observation: Made of that very picture, in its pixels.
        labels: Classes of the things that the finding is about; small ones stay visible.
    """
    boxes = [person.items.only(*labels).xyxy for person in observation.persons if labels]
    items: NDArray[np.float32] = np.concatenate(boxes) if boxes else np.zeros((0, 4), np.float32)
    shown = protect(image, observation.post_px, observation.persons, items)
    draw_post(shown, observation.post_px)
    return shown


def encode_clip(pictures: Iterable[tuple[datetime, Image]]) -> bytes | None:
    """An mp4 that browsers play while it loads; None without pictures.

    Args:
        pictures: Capture time, and (H, W, 3) uint8 BGR, all of one size.

    Raises:
        EvidenceError: If it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="clip-") as folder:
            path = Path(folder) / "clip.mp4"
            return path.read_bytes() if _encode(path, pictures) else None
    except (FFmpegError, OSError) as error:
        raise EvidenceError(f"a clip could not be written: {error.strerror}") from error


def _encode(path: Path, pictures: Iterable[tuple[datetime, Image]]) -> int:
    count = 0
    first: datetime | None = None
    with av.open(str(path), "w", options=_MUXING) as output:
        stream = output.add_stream("libx264", options=_CODING)
        stream.pix_fmt, stream.codec_context.time_base = "yuv420p", _MILLISECOND
        for at, image in pictures:
            small = _fitting(image)
            if first is None:
                first = at
                stream.height, stream.width = small.shape[:2]
            frame = VideoFrame.from_ndarray(small, format="bgr24")
            frame.pts = (at - first) // timedelta(milliseconds=1)
            frame.time_base = _MILLISECOND
            output.mux(stream.encode(frame))
            count += 1
        if count:
            output.mux(stream.encode(None))
    return count


def _fitting(image: Image) -> Image:
    """At most so large, and of even size, as the codec needs it."""
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST_PX / max(height, width))
    size = (max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2))
    if size == (width, height):
        return np.ascontiguousarray(image)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
