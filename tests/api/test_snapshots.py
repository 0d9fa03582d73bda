"""Pictures of cameras: who sees whom, how often a camera is asked, and what is told of a failure."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from api.cameras.snapshots import Eyes, NoPicture, Snapshots
from tests.api.support import T0, Hall, assert_problem, bearer, site
from tests.media import write_video
from vision.sources.live import CameraState, Health, Reason
from vision.testing.live import StillCamera
from vision.types import Frame

ADDRESS = "/api/v1/cameras/cam-1/snapshot"
NOISE = np.random.default_rng(3).integers(0, 255, (240, 320, 3), np.uint8)


class Camera:
    """Counts how often it is looked through."""

    def __init__(self, image: Any = NOISE, takes_s: float = 0.0) -> None:
        self.image, self.takes_s, self.looks = image, takes_s, 0

    def __call__(self, _site: object, camera_id: str) -> Frame:
        self.looks += 1
        time.sleep(self.takes_s)
        return Frame(camera_id, T0, self.image)


class DeadCamera(Camera):
    def __call__(self, _site: object, camera_id: str) -> Frame:
        self.looks += 1
        raise NoPicture(camera_id, "cannot be reached")


def seen_by(hall: Hall, camera: Any, fresh_s: float = 60) -> Camera:
    served = hall.app.state.services
    hall.app.state.services = replace(served, snapshots=Snapshots(camera, fresh_s))
    return camera  # type: ignore[no-any-return]


def picture(hall: Hall, key: str) -> Any:
    answer = hall.client.get(ADDRESS, headers=bearer(key))
    assert answer.status_code == 200
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)


def detail(image: Any, left: float, right: float) -> float:
    """How much neighbouring pixels differ between two shares of the width."""
    part = image[60:200, int(left * 320) : int(right * 320)].astype(float)
    return float(np.abs(np.diff(part, axis=1)).mean())


def test_only_an_administrator_of_all_windows_sees_sharply(hall: Hall) -> None:
    seen_by(hall, Camera())
    sharp, veiled, own = (picture(hall, key) for key in ("all", "reader", "one"))
    assert detail(sharp, 0.1, 0.4) > 8 * detail(veiled, 0.1, 0.4)
    assert detail(sharp, 0.0, 0.1) > 20 * detail(veiled, 0.0, 0.1)
    assert detail(own, 0.55, 0.85) > 2 * detail(own, 0.1, 0.4)  # A02 is its own, A01 is not


def test_each_sharp_view_is_logged(hall: Hall) -> None:
    seen_by(hall, Camera())
    for key in ("reader", "all"):
        hall.client.get(ADDRESS, headers=bearer(key))
    views = [line for line in hall.log if line["event"] == "camera_viewed"]
    assert [line["principal"] for line in views] == ["all"]


def test_headers(hall: Hall) -> None:
    seen_by(hall, Camera())
    answer = hall.client.get(ADDRESS, headers=bearer("all"))
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-captured-at"] == "2026-11-02T09:00:00.000Z"
    again = bearer("all") | {"If-None-Match": answer.headers["etag"]}
    assert hall.client.get(ADDRESS, headers=again).status_code == 304


def test_many_viewers_are_one_look(hall: Hall) -> None:
    camera = seen_by(hall, Camera(takes_s=0.2))
    with ThreadPoolExecutor(8) as viewers:
        answers = list(viewers.map(lambda _: picture(hall, "reader") is None, range(8)))
    assert answers == [False] * 8
    assert camera.looks == 1


def test_an_old_picture_is_taken_anew(hall: Hall) -> None:
    camera = seen_by(hall, Camera(), fresh_s=0.0)
    for _ in range(2):
        picture(hall, "reader")
    assert camera.looks == 2


def test_a_dead_camera_is_not_tried_by_everyone(hall: Hall) -> None:
    camera = seen_by(hall, DeadCamera())
    for _ in range(3):
        body = assert_problem(hall.client.get(ADDRESS, headers=bearer("reader")), 503)
        assert body["detail"] == "camera 'cam-1' cannot be reached"
    assert camera.looks == 1


@pytest.mark.parametrize(("camera_id", "key"), [("cam-9", "all"), ("cam-9", "one")])
def test_no_such_camera(hall: Hall, camera_id: str, key: str) -> None:
    address = f"/api/v1/cameras/{camera_id}/snapshot"
    assert_problem(hall.client.get(address, headers=bearer(key)), 404)


def with_url(url: str) -> Any:
    config = site()
    camera = config.cameras[0].model_copy(update={"url": type(config.cameras[0].url)(url)})
    return config.model_copy(update={"cameras": (camera,)})


def test_without_a_live_run_the_camera_is_opened(tmp_path: Path) -> None:
    video = write_video(tmp_path / "c.mp4")
    frame = Eyes(None, tmp_path)(with_url(f"file:{video}"), "cam-1")
    assert frame.camera_id == "cam-1"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rtsp://admin:secret@127.0.0.1:9/live", "refused the connection"),
        ("file:/etc/passwd", "expected a file inside the media folder"),
        ("${NO_SUCH_VARIABLE}", "environment variable NO_SUCH_VARIABLE is not set"),
    ],
)
def test_failures_tell_no_address(url: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(NoPicture, match=words) as raised:
        Eyes(None, tmp_path)(with_url(url), "cam-1")
    assert not any(secret in str(raised.value) for secret in ("secret", "127.0.0.1", "passwd"))


def test_beside_a_live_run_its_pictures_are_taken() -> None:
    live = StillCamera({"cam-1": Health(CameraState.LIVE)}, Frame("cam-1", T0, NOISE))
    assert Eyes(live, None)(site(), "cam-1").image is NOISE


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Health(CameraState.LOST, Reason.UNAUTHORISED), "refused the login"),
        (Health(CameraState.LOST, Reason.NO_FRAMES), "is lost: no_frames"),
        (Health(CameraState.LIVE), "did not answer in time"),
    ],
)
def test_a_watched_camera_is_not_opened_again(health: Health, words: str) -> None:
    with pytest.raises(NoPicture, match=words):
        Eyes(StillCamera({"cam-1": health}, None), None)(site(), "cam-1")


def test_health_of_watched_cameras(hall: Hall) -> None:
    lost = StillCamera({"cam-1": Health(CameraState.LOST, Reason.NO_FRAMES)}, None)
    hall.app.state.services = replace(hall.app.state.services, live=lost)
    found = hall.client.get("/api/v1/cameras/cam-1", headers=bearer("reader")).json()
    assert (found["state"], found["reason"]) == ("lost", "no_frames")
