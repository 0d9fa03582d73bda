"""Writes small test videos at test time; every picture carries its own number."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX = 128, 64
_BLOCK_PX = 16
_BITS = 16


def numbered(number: int) -> NDArray[np.uint8]:
    """(64, 128, 3) uint8: the number as 16 black or white blocks in the two upper rows."""
    image = np.full((HEIGHT_PX, WIDTH_PX, 3), 90, np.uint8)
    for bit in range(_BITS):
        row, column = divmod(bit, 8)
        y, x = row * _BLOCK_PX, column * _BLOCK_PX
        image[y : y + _BLOCK_PX, x : x + _BLOCK_PX] = 255 if number >> bit & 1 else 0
    return image


def number_in(image: NDArray[np.uint8]) -> int:
    """The number that :func:`numbered` drew."""
    rows = image[: 2 * _BLOCK_PX, :, 1].reshape(2, _BLOCK_PX, 8, _BLOCK_PX).mean((1, 3))
    return sum(int(level > 128) << bit for bit, level in enumerate(rows.ravel()))


def write_video(
    path: Path,
    count: int = 50,
    *,
    fps: int = 25,
    gop: int = 25,
    b_frames: int = 0,
    codec: str = "libx264",
    times_ms: Sequence[int] | None = None,
    open_gop: bool = False,
    rotation_deg: float = 0,
    first: int = 0,
    metadata: dict[str, str] | None = None,
    muxer: str | None = None,
    muxer_options: dict[str, str] | None = None,
) -> Path:
    """Write numbered pictures.

    Args:
        path: The file; its suffix chooses the container unless ``muxer`` does.
        count: Pictures.
        fps: Rate, per second.
        gop: Pictures from one key frame to the next.
        b_frames: Bidirectional pictures between two others.
        codec: Encoder.
        times_ms: Presentation times instead of a constant rate.
        open_gop: Let bidirectional pictures reach over a key frame.
        rotation_deg: Written as display matrix.
        first: Number of the first picture.
        metadata: Container tags.
        muxer: Container format.
        muxer_options: Options of the container.
    """
    options = muxer_options or {}
    with av.open(str(path), "w", format=muxer, options=options) as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.gop_size, stream.max_b_frames = gop, b_frames
        stream.bit_rate = 2_000_000
        stream.codec_context.time_base = Fraction(1, 1000 if times_ms else fps)
        if codec == "libx264":
            stream.options = {
                "preset": "ultrafast",
                "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}"
                f":b-adapt=0:open-gop={int(open_gop)}",
            }
        if codec == "libx265":
            stream.options = {"x265-params": f"log-level=none:keyint={gop}:bframes={b_frames}"}
        if codec == "mjpeg":
            stream.pix_fmt = "yuvj420p"
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        for index in range(len(times_ms) if times_ms else count):
            frame = av.VideoFrame.from_ndarray(numbered(first + index), format="bgr24")
            frame.pts = times_ms[index] if times_ms else index
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_audio(path: Path, seconds: int = 1) -> Path:
    """Write a file with a silent audio track and nothing else."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        for _ in range(seconds * 8):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1000)
            frame.sample_rate = 8000
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def truncate(path: Path, share: float) -> Path:
    """Cut a file off after a share of its bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def join(path: Path, parts: Iterable[Path]) -> Path:
    """Append files byte by byte, as recorders do with transport streams."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def patch(path: Path, before: bytes, after: bytes) -> Path:
    """Replace bytes in a file."""
    data = path.read_bytes()
    if before not in data:
        raise ValueError(f"{path} does not hold {before!r}")
    path.write_bytes(data.replace(before, after))
    return path


def write_pictures(folder: Path, names: Iterable[str]) -> Path:
    """Write numbered pictures under these names, in that order."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        cv2.imwrite(str(folder / name), numbered(number))
    return folder
