"""Makes the long clips that the benchmarks run on, out of the project's own sample.

    python tests/benchmarks/footage.py OUT.mp4 [--minutes 10] [--quiet-share 0.75]

1920 x 1080, 25 fps, H.264, a key frame every two seconds. The sample is played over and over; in
``--quiet-share`` of the time its first seconds (everybody at work) stand instead, so that there is
an event every minute or two. 0 gives the sample back to back.
"""

import argparse
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

SAMPLE = Path(__file__).parents[2] / "datasets" / "samples" / "demo-morning" / "clip.mp4"
SIZE_PX = (1920, 1080)
FPS, GOP = 25, 50


def sample_pictures() -> list[np.ndarray]:
    """The sample's pictures, (720, 1280, 3) uint8 BGR."""
    with av.open(str(SAMPLE)) as container:
        return [picture.to_ndarray(format="bgr24") for picture in container.decode(video=0)]


def schedule(minutes: float, quiet_share: float, rate: float, count: int) -> Iterator[int]:
    """Which picture of the sample stands at each 1/``rate`` second."""
    quiet = round(5 * rate)
    number = 0
    wanted = round(minutes * 60 * rate)
    while number < wanted:
        play = list(range(count))
        rest = round(count * quiet_share / max(1e-9, 1 - quiet_share))
        hold = [index % (2 * quiet) for index in range(rest)]
        bounce = [index if index < quiet else 2 * quiet - 1 - index for index in hold]
        for index in [*play, *bounce]:
            if number < wanted:
                yield index
                number += 1


def write(out: Path, minutes: float, quiet_share: float) -> None:
    """Encode the clip."""
    pictures = sample_pictures()
    with av.open(str(SAMPLE)) as container:
        rate = float(container.streams.video[0].average_rate or 5)
    repeat = round(FPS / rate)
    with av.open(str(out), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height = SIZE_PX
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23", "g": str(GOP), "sc_threshold": "0"}
        large = [
            cv2.resize(picture, SIZE_PX, interpolation=cv2.INTER_CUBIC) for picture in pictures
        ]
        for index in schedule(minutes, quiet_share, rate, len(large)):
            frame = av.VideoFrame.from_ndarray(large[index], format="bgr24")
            for _ in range(repeat):
                container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--quiet-share", type=float, default=0.75)
    arguments = parser.parse_args()
    write(arguments.out, arguments.minutes, arguments.quiet_share)


if __name__ == "__main__":
    main()
