"""Cameras that would send their viewers elsewhere: no connection, no file, no login goes there."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cameras import http_camera, needs_rtsp, rtsp_camera, rtsp_redirector
from tests.media import write_video
from tests.unit.sources.live_watching import Watching, source, take, until
from vision.errors import UsageError
from vision.sources.live import Address, CameraState, Reason
from vision.sources.live.greeting import Greeting, greeted
from vision.sources.live.health import Refusal

DIGEST = 'Digest realm="hall", nonce="5f0c", qop="auth", opaque="7"'


@contextmanager
def listener():
    """A place where nobody may call: yields its port and tells whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def called():
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], called


@pytest.mark.parametrize(
    ("at", "challenge", "login"),
    [
        ("OPTIONS", "", ""),
        ("DESCRIBE", "", "admin:secret@"),
        ("DESCRIBE", 'Basic realm="hall"', "admin:secret@"),
        ("DESCRIBE", DIGEST, "admin:secret@"),
    ],
)
def test_an_rtsp_camera_that_redirects_is_refused(at, challenge, login):
    with listener() as (port, called):
        elsewhere = f"rtsp://127.0.0.1:{port}/cam"
        with rtsp_redirector(elsewhere, at, challenge) as camera:
            with Watching(source(f"rtsp://{login}127.0.0.1:{camera.port}/cam")) as watching:
                assert watching.reaches(CameraState.LOST, Reason.REDIRECTED)
            assert [head.split(" ")[0] for head in camera.heard][-1] == at
        assert not called()
    assert watching.frames == []


@needs_rtsp
@pytest.mark.parametrize("login", ["admin:secret", "admin:wrong", ""])
def test_a_camera_that_answers_for_itself_is_not_held_up(login):
    with rtsp_camera("--login", "admin:secret") as camera, greeted(camera.url(login), 3.0):
        frames = take(source(camera.url("admin:secret")), 1)
    assert len(frames) == 1


@needs_rtsp
@pytest.mark.parametrize(
    ("login", "status"), [("admin:secret", 200), ("admin:wrong", 401), ("", 401)]
)
def test_what_lies_behind_a_login_is_asked_for_with_it(login, status):
    with (
        rtsp_camera("--login", "admin:secret") as camera,
        Greeting(camera.url(login), 3.0) as greeting,
    ):
        assert greeting.ask("DESCRIBE") == status


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", Reason.FAILED),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", Reason.FAILED),
        (b"RTSP/1.0 200 OK\r\n" + b"A: b\r\n" * 101, Reason.FAILED),
        (b"RTSP/1.0 200", Reason.NO_ANSWER),
        (b"", Reason.NO_ANSWER),
    ],
)
def test_nonsense_is_no_answer(answer, reason):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"rtsp://127.0.0.1:{server.getsockname()[1]}/cam"
        with ThreadPoolExecutor(1) as threads:
            served = threads.submit(answer_once, server, answer)
            with pytest.raises(Refusal) as refused, greeted(url, 2.0):
                pass
        served.result()
    assert refused.value.reason is reason


def answer_once(server, answer):
    caller, _ = server.accept()
    with caller:
        caller.recv(4096)
        caller.sendall(answer)


def test_a_camera_that_is_silent_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as server:
        started_s = time.monotonic()
        url = f"rtsp://127.0.0.1:{server.getsockname()[1]}/cam"
        with pytest.raises(Refusal) as refused, greeted(url, 0.3):
            pass
    assert refused.value.reason is Reason.NO_ANSWER
    assert time.monotonic() - started_s < 2


PLAYLISTS = {
    "a segment": "#EXTINF:2,\n{elsewhere}\n",
    "a key": '#EXT-X-KEY:METHOD=AES-128,URI="{elsewhere}"\n#EXTINF:2,\ncam0.ts\n',
    "a header": '#EXT-X-MAP:URI="{elsewhere}"\n#EXTINF:2,\ncam0.ts\n',
    "another playlist": "#EXT-X-STREAM-INF:BANDWIDTH=1\n{elsewhere}\n",
    "other sound": (
        '#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="a",NAME="a",URI="{elsewhere}"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,VIDEO="a"\n{elsewhere}\n'
    ),
}


@pytest.mark.parametrize("through", PLAYLISTS)
@pytest.mark.parametrize("form", ["{host}", "file://{file}", "concat:{file}", "subfile,,:{file}"])
def test_a_playlist_that_points_elsewhere_is_refused(tmp_path, through, form):
    secret = write_video(tmp_path / "secret.ts", 30)
    folder = tmp_path / "camera"
    folder.mkdir()
    write_video(folder / "cam0.ts", 30)
    with listener() as (port, called):
        elsewhere = form.format(host=f"http://127.0.0.1:{port}/cam0.ts", file=secret)
        text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + PLAYLISTS[through].format(elsewhere=elsewhere)
        (folder / "cam.m3u8").write_text(text)
        with http_camera(str(folder)) as base:
            url = f"{base.replace('//', '//admin:secret@')}/hls/cam.m3u8"
            with Watching(source(url)) as watching:
                assert until(lambda: watching.reader.health.state is CameraState.LOST)
        assert not called()
    assert watching.frames == []


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://cam/a\r\nX-Header: secret",
        "rtsp://cam\n@secret/a",
        "http://cam/a secret",
        "http://cam/\x7fsecret",
        "concat:rtsp://secret|file:/etc/secret",
        "subfile,,start,0,end,9,,:/etc/secret",
        "crypto:file:/etc/secret",
        "async:rtsp://secret/",
        "rtsp+http://secret/",
        "data:video/mp2t;base64,secret",
        "gopher://secret/",
        "rtmp://secret/live",
    ],
)
def test_tricks_with_urls_are_refused_without_being_repeated(url):
    with pytest.raises(UsageError, match="camera cam-1") as raised:
        Address.parse(url, "cam-1", Path("/"))
    assert not re.search("secret", str(raised.value))


@pytest.mark.parametrize("name", ["concat:a.ts|b.ts", "subfile,,start,0,end,9,,:a.ts", "list.m3u8"])
def test_a_file_is_that_file_and_no_trick(tmp_path, name):
    """FFmpeg reads tricks out of names; one that is no file, or names others, gives nothing."""
    write_video(tmp_path / "a.ts", 30)
    write_video(tmp_path / "b.ts", 30)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n")
    with Watching(source(f"file:{tmp_path}/{name}", media_root=tmp_path)) as watching:
        assert until(lambda: watching.reader.health.state is CameraState.LOST)
    assert watching.frames == []
