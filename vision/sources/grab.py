"""One picture of a camera, for setting it up."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import av
import numpy as np

from vision.errors import CameraUnreachable
from vision.types import Frame

TIMEOUT_S = 10.0


def grab(url: str, camera_id: str) -> Frame:
    """Open a camera and take its first picture.

    Args:
        url: With credentials if it needs any; they appear in no error.
        camera_id: Named in errors.

    Raises:
        CameraUnreachable: If no picture came within :data:`TIMEOUT_S`.
    """
    parts = urlsplit(url)
    options = {"rtsp_transport": "tcp"} if parts.scheme.startswith("rtsp") else {}
    address = parts.path if parts.scheme == "file" else url
    try:
        with av.open(address, options=options, timeout=TIMEOUT_S) as container:
            for picture in container.decode(video=0):
                image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                return Frame(camera_id, datetime.now(UTC), image, is_key=True)
    except (av.FFmpegError, IndexError) as error:
        reason = error.strerror if isinstance(error, av.FFmpegError) else "no video in it"
        place = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        raise CameraUnreachable(f"camera {camera_id}: {place}: {reason}") from None
    raise CameraUnreachable(f"camera {camera_id}: the stream holds no picture")
