"""Pictures of cameras for people: one at a time per camera, kept for seconds, never its address."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import ClassVar

import cv2
import numpy as np

from api.live import Live
from vision.config import SiteConfig
from vision.errors import DeportmentError, UsageError
from vision.evidence import veil
from vision.sources.grab import TEXTS, first_frame
from vision.sources.live import Address, CameraState, Reason
from vision.sources.live.health import Refusal
from vision.types import Frame, Image

FRESH_S = 3.0
AT_ONCE = 4
LONGEST_S = 20.0
NEXT_PICTURE_S = 8.0
"""Wait for the next picture of a watched camera; key frames may be seconds apart."""

Look = Callable[[SiteConfig, str], Frame]


class NoPicture(DeportmentError):
    """A camera gave no picture; the message says why, and nothing of the address."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "The camera gives no picture"
    is_told: ClassVar[bool] = True

    def __init__(self, camera_id: str, why: str) -> None:
        super().__init__(camera_id, why)
        self.camera_id, self.why = camera_id, why

    def __str__(self) -> str:
        return f"camera '{self.camera_id}' {self.why}"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a camera.

    Attributes:
        at: When it was taken, UTC.
        jpeg: The picture as it is.
    """

    at: datetime
    jpeg: bytes

    def veiled(self, posts: list[list[tuple[float, float]]]) -> bytes:
        """The picture in which nobody can be recognised.

        Args:
            posts: Normalised polygons that may be seen a little better.
        """
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        image = np.asarray(decoded, np.uint8)
        height, width = image.shape[:2]
        size = np.array([width, height], np.float32)
        return _jpeg(veil(image, [np.array(post, np.float32) * size for post in posts]))


def _jpeg(image: Image) -> bytes:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 88])
    return np.asarray(data, np.uint8).tobytes()


class Eyes:
    """Looks through a camera: through the live run beside, else by connecting to it.

    Args:
        live: The live run beside the service, if there is one.
        media_root: Folder that ``file:`` cameras must lie in; None refuses them.
    """

    def __init__(self, live: Live | None, media_root: Path | None) -> None:
        self._live = live
        self._media_root = media_root

    def __call__(self, site: SiteConfig, camera_id: str) -> Frame:
        """A picture of the camera.

        Raises:
            NoPicture: If there is none to be had.
        """
        health = self._live.health().get(camera_id) if self._live else None
        if self._live is None or health is None:
            return self._connect(site, camera_id)
        if health.state is CameraState.LOST:
            raise NoPicture(camera_id, TEXTS.get(health.reason, f"is lost: {health.reason}"))
        frame = self._live.picture(camera_id, NEXT_PICTURE_S)
        if frame is None:
            raise NoPicture(camera_id, TEXTS[Reason.NO_ANSWER])
        return frame

    def _connect(self, site: SiteConfig, camera_id: str) -> Frame:
        try:
            url = site.camera(camera_id).stream_url(os.environ)
            return first_frame(Address.parse(url, camera_id, self._media_root), camera_id)
        except Refusal as refusal:
            raise NoPicture(camera_id, TEXTS.get(refusal.reason, "failed")) from None
        except UsageError as error:
            why = str(error).partition(": ")[2]
            raise NoPicture(camera_id, f"cannot be opened: {why}") from None


class Snapshots:
    """The latest picture of every camera that somebody asked for.

    Whoever asks while a picture is on its way waits for that one. A failure is kept like a
    picture, so that a dead camera is not tried by every viewer anew.

    Args:
        look: Takes a picture.
        fresh_s: For how long a picture or failure answers further requests, in seconds.
    """

    def __init__(self, look: Look, fresh_s: float = FRESH_S) -> None:
        self._look = look
        self._fresh_s = fresh_s
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE, "snapshot")
        self._flights: dict[str, tuple[float, Future[Shot]]] = {}

    async def shot(self, site: SiteConfig, camera_id: str) -> Shot:
        """A picture of the camera, a few seconds old at most.

        Raises:
            NoPicture: If there is none to be had, or not in time.
        """
        flight = asyncio.shield(asyncio.wrap_future(self._flight(site, camera_id)))
        try:
            return await asyncio.wait_for(flight, LONGEST_S)
        except TimeoutError:
            raise NoPicture(camera_id, TEXTS[Reason.NO_ANSWER]) from None

    def _flight(self, site: SiteConfig, camera_id: str) -> "Future[Shot]":
        now_s = time.monotonic()
        with self._lock:
            self._flights = {
                name: (began_s, flight)
                for name, (began_s, flight) in self._flights.items()
                if not flight.done() or now_s - began_s < self._fresh_s
            }
            if camera_id not in self._flights:
                flight = self._threads.submit(self._take, site, camera_id)
                self._flights[camera_id] = now_s, flight
            return self._flights[camera_id][1]

    def _take(self, site: SiteConfig, camera_id: str) -> Shot:
        try:
            frame = self._look(site, camera_id)
            return Shot(frame.at, _jpeg(frame.image))
        finally:
            with self._lock:  # fresh from now on, however long it took
                if camera_id in self._flights:
                    self._flights[camera_id] = time.monotonic(), self._flights[camera_id][1]
