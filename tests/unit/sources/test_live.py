"""Live sources against real servers on loopback."""

import gc
import shlex
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest

from tests.cameras import http_camera, needs_rtsp, rtsp_camera
from tests.media import join, number_in, write_video
from tests.unit.sources.live_watching import HASTY, KEYS, Watching, source, take, until
from vision.config import SamplingConfig
from vision.sources import FileSource
from vision.sources.live import Address, CameraState, LivePolicy, LiveSource, Reason
from vision.sources.live.session import Session, told_time


@needs_rtsp
@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
def test_key_frames_of_a_stream(codec):
    with rtsp_camera("--codec", codec) as camera:
        reader = source(camera.url())
        frames = take(reader, 3)
    gaps_s = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(frames)]
    assert all(frame.is_key for frame in frames)
    assert all(0.4 < gap_s <= 1.1 for gap_s in gaps_s)
    assert abs(frames[-1].at - datetime.now(UTC)) < timedelta(seconds=3)
    assert (reader.health.dropped, reader.health.undecodable) == (0, 0)


@needs_rtsp
def test_a_camera_tells_when_its_pictures_were_taken():
    with rtsp_camera() as camera:
        address = Address.parse(camera.url(), "cam-1")
        session = Session(address, HASTY, lambda: datetime.now(UTC))
        try:
            packets = (told_time(one.packet) for one in islice(session.packets(), 250))
            told = next(filter(None, packets))
            behind_s = (datetime.now(UTC) - told).total_seconds()
        finally:
            session.close()
    assert -0.01 < behind_s < 2


@needs_rtsp
def test_a_stream_over_udp():
    with rtsp_camera() as camera:
        assert len(take(source(camera.url(), transport="udp"), 2)) == 2


@needs_rtsp
def test_an_encrypted_stream(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=camera"
    command = [*shlex.split(make), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    both = join(tmp_path / "both.pem", [key, certificate])
    with rtsp_camera("--certificate", str(both)) as camera:
        assert len(take(source(camera.url().replace("rtsp:", "rtsps:")), 2)) == 2


@needs_rtsp
def test_bursts_and_looking_back_on_a_stream():
    with rtsp_camera() as camera:
        reader = source(camera.url())
        frames = reader.frames()
        first, second = next(frames), next(frames)
        between = [frame.at for frame in reader.between(first.at, second.at)]
        reader.burst(True)
        burst = [next(frames).at for _ in range(5)]
        frames.close()
    assert len(between) == 4
    assert first.at < between[0] < between[-1] < second.at
    assert {round((later - earlier).total_seconds(), 3) for earlier, later in pairwise(burst)} == {
        0.2
    }


@needs_rtsp
def test_a_stream_is_sampled_as_its_recording_is(tmp_path):
    path = write_video(tmp_path / "hall.mp4", 150, gop=25)
    recorded = FileSource(path, "cam-1", datetime(2026, 11, 2, tzinfo=UTC), KEYS)
    expected = [number_in(frame.image) for frame in recorded.frames()]
    with rtsp_camera("--file", str(path)) as camera:
        live = [number_in(frame.image) for frame in take(source(camera.url()), 4)]
    assert live == expected[:4]


@needs_rtsp
def test_a_login_is_used_and_never_shown(caplog, capfd):
    with rtsp_camera("--login", "admin:secret") as camera:
        good, bad = source(camera.url("admin:secret")), source(camera.url("admin:wrong"))
        assert len(take(good, 1)) == 1
        with Watching(bad) as watching:
            assert watching.reaches(CameraState.LOST, Reason.UNAUTHORISED)
    shown = f"{good!r} {good.health} {bad.health} {caplog.text} {capfd.readouterr()}"
    assert "secret" not in shown
    assert "wrong" not in shown


@needs_rtsp
def test_a_camera_that_is_restarted_with_another_size_goes_on():
    with rtsp_camera() as camera, Watching(source(camera.url())) as watching:
        assert until(lambda: watching.frames)
        camera.kill()
        assert watching.reaches(CameraState.LOST, Reason.REFUSED)
        before = len(watching.frames)
        with rtsp_camera("--port", str(camera.port), "--size", "640x360"):
            assert until(lambda: len(watching.frames) > before)
            assert watching.reaches(CameraState.LIVE, Reason.NONE)
    times = [frame.at for frame in watching.frames]
    assert times == sorted(set(times))
    assert (watching.frames[0].size_px, watching.frames[-1].size_px) == ((320, 240), (640, 360))


@needs_rtsp
def test_a_stalled_camera_is_degraded_then_lost_then_live():
    with rtsp_camera() as camera, Watching(source(camera.url())) as watching:
        assert watching.reaches(CameraState.LIVE, Reason.NONE)
        camera.stall()
        assert until(lambda: watching.reader.health.state is CameraState.DEGRADED)
        assert until(lambda: watching.reader.health.state is CameraState.LOST)
        frames = len(watching.frames)
        camera.go_on()
        assert watching.reaches(CameraState.LIVE, Reason.NONE)
        assert until(lambda: len(watching.frames) > frames)


@needs_rtsp
def test_what_waits_is_bounded_and_drops_are_counted():
    policy = LivePolicy(settle_s=0.1, buffer_s=1.0)
    with rtsp_camera() as camera:
        reader = LiveSource(camera.url(), "cam-1", KEYS, policy=policy)
        frames = reader.frames()
        next(frames)
        assert until(lambda: reader.health.dropped > 0)
        health = reader.health
        after = next(frames)
        frames.close()
    assert health.waiting_s <= 1.04
    assert (health.state, health.reason) == (CameraState.DEGRADED, Reason.OVERLOAD)
    assert after.is_key


def test_nobody_there():
    with Watching(source("rtsp://admin:secret@127.0.0.1:9/cam")) as watching:
        assert watching.reaches(CameraState.LOST, Reason.REFUSED)
        assert until(lambda: watching.reader.health.attempts > 2)
    assert watching.frames == []


@needs_rtsp
def test_a_path_that_is_not_there():
    with rtsp_camera() as camera, Watching(source(camera.url(path="other"))) as watching:
        assert watching.reaches(CameraState.LOST, Reason.NOT_FOUND)


def test_pictures_over_http():
    with http_camera() as base:
        frames = take(source(f"{base}/mjpeg"), 3)
    numbers = [number_in(frame.image) for frame in frames]
    assert numbers == sorted(set(numbers))


def test_a_playlist_with_a_login(tmp_path):
    options = {"hls_time": "1", "hls_list_size": "0"}
    write_video(tmp_path / "cam.m3u8", 75, gop=25, muxer="hls", muxer_options=options)
    with http_camera(str(tmp_path)) as base:
        frames = take(source(f"{base.replace('//', '//admin:secret@')}/hls/cam.m3u8"), 3)
        refused = source(f"{base}/hls/cam.m3u8")
        missing = source(f"{base.replace('//', '//admin:secret@')}/hls/other.m3u8")
        with Watching(refused) as one, Watching(missing) as other:
            assert one.reaches(CameraState.LOST, Reason.UNAUTHORISED)
            assert other.reaches(CameraState.LOST, Reason.NOT_FOUND)
    assert [number_in(frame.image) for frame in frames] == [0, 25, 50]


@pytest.mark.parametrize("path", ["redirect", "list.m3u8", "redirect.m3u8"])
def test_redirects_and_playlists_are_refused(tmp_path, path):
    secret = write_video(tmp_path / "secret.ts", 30)
    with http_camera() as other:
        for elsewhere in (f"{other}/mjpeg", f"file://{secret}"):
            with http_camera(elsewhere) as base, Watching(source(f"{base}/{path}")) as watching:
                assert until(lambda: watching.reader.health.state is CameraState.LOST)
            assert watching.frames == []


def test_a_file_is_an_endless_camera(tmp_path):
    path = write_video(tmp_path / "hall.mp4", 20, gop=10)
    reader = source(f"file:{path}", SamplingConfig(max_interval_s=0.4), media_root=tmp_path)
    started = datetime.now(UTC)
    frames = take(reader, 6)
    assert [number_in(frame.image) for frame in frames] == [0, 10, 0, 10, 0, 10]
    assert (frames[-1].at - frames[0].at).total_seconds() == pytest.approx(2.0, abs=0.1)
    assert datetime.now(UTC) - started > timedelta(seconds=1.8)


def test_stopping_while_nothing_comes_is_quick():
    reader = source("rtsp://127.0.0.1:9/cam")
    threading.Timer(0.3, reader.stop).start()
    started_s = time.monotonic()
    assert list(reader.frames()) == []
    assert time.monotonic() - started_s < 2


def test_no_thread_and_no_file_is_left_behind(tmp_path):
    path = write_video(tmp_path / "hall.mp4", 20, gop=10)

    def once():
        take(source(f"file:{path}", media_root=tmp_path), 1)
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    first = once()
    assert [once() for _ in range(3)] == [first] * 3
