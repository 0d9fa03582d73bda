import pytest

from tests.cameras import http_camera, needs_rtsp, rtsp_camera
from tests.media import number_in, write_audio, write_video
from vision.errors import CameraUnreachable, UsageError
from vision.sources.grab import grab


@needs_rtsp
def test_the_first_picture_of_a_camera():
    with rtsp_camera("--size", "640x360") as camera:
        frame = grab(camera.url(), "cam-1")
    assert (frame.camera_id, frame.size_px) == ("cam-1", (640, 360))


def test_the_first_picture_over_http_and_of_a_file(tmp_path):
    path = write_video(tmp_path / "a.mp4", 10, first=7)
    with http_camera() as base:
        assert number_in(grab(f"{base}/mjpeg", "cam-1").image) == 0
    assert number_in(grab(f"file:{path}", "cam-1").image) == 7


@needs_rtsp
@pytest.mark.parametrize(
    ("login", "path", "text"),
    [
        ("admin:wrong", "cam", "refused the login"),
        ("", "cam", "refused the login"),
        ("admin:secret", "other", "no stream at that path"),
    ],
)
def test_why_a_camera_gives_no_picture(login, path, text):
    with (
        rtsp_camera("--login", "admin:secret") as camera,
        pytest.raises(CameraUnreachable) as raised,
    ):
        grab(camera.url(login, path), "cam-1")
    message = str(raised.value)
    assert f"camera cam-1: rtsp://127.0.0.1:{camera.port} " in message
    assert text in message
    assert "secret" not in message
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_nobody_there_and_no_video(tmp_path):
    with pytest.raises(CameraUnreachable, match="refused the connection"):
        grab("rtsp://admin:secret@127.0.0.1:9/cam", "cam-1")
    with pytest.raises(CameraUnreachable, match="no video"):
        grab(f"file:{write_audio(tmp_path / 'a.m4a')}", "cam-1")
    with pytest.raises(UsageError, match="expected a URL"):
        grab("ftp://admin:secret@127.0.0.1/cam", "cam-1")
