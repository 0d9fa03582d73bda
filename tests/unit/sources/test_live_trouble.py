"""What a camera may do in the middle of a stream, over a real RTSP server."""

import gc
import time
from itertools import pairwise

import pytest
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext

from tests.cameras import http_camera, needs_rtsp, rtsp_camera
from tests.media import write_video
from tests.unit.sources.live_watching import Watching, source, until
from vision.config import SamplingConfig
from vision.sources.live import CameraState, LivePolicy, Reason
from vision.sources.live.session import Session
from vision.sources.timeline import TimedPacket

PATIENT = LivePolicy(
    open_timeout_s=8, stall_s=1.5, lost_s=5, retry_s=0.1, longest_retry_s=0.3, settle_s=0.1
)
OFTEN = SamplingConfig(mode="fps", fps=5)
CODECS = pytest.mark.parametrize("codec", ["h264", "h265"])


def steps_s(frames):
    return [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(frames)]


@needs_rtsp
@CODECS
def test_a_camera_that_changes_its_resolution_in_mid_stream_goes_on(codec):
    with rtsp_camera("--codec", codec, "--other-size", "640x368") as camera:
        with Watching(source(camera.url(), OFTEN, PATIENT)) as watching:
            assert until(lambda: len(watching.frames) > 3, 15)
            camera.resize()
            assert until(lambda: watching.frames[-1].size_px == (640, 368), 15)
            count = len(watching.frames)
            assert until(lambda: len(watching.frames) > count + 5, 15)
            assert watching.reaches(CameraState.LIVE, Reason.NONE, 15)
        assert watching.reader.health.attempts == 1
    sizes = [frame.size_px for frame in watching.frames]
    assert sizes == sorted(sizes)
    assert set(sizes) == {(320, 240), (640, 368)}
    assert min(steps_s(watching.frames)) > 0


@needs_rtsp
@CODECS
@pytest.mark.parametrize("mode", ["keyframes", "fps"])
def test_a_camera_that_stalls_between_key_pictures_comes_back_with_sound_ones(codec, mode):
    sampling = SamplingConfig(mode=mode, fps=5, max_interval_s=1)
    with (
        rtsp_camera("--codec", codec, "--gop", "50") as camera,
        Watching(source(camera.url(), sampling, PATIENT)) as watching,
    ):
        assert watching.reaches(CameraState.LIVE, Reason.NONE, 15)
        packets = watching.reader.health.packets
        assert until(lambda: watching.reader.health.packets > packets + 5, 15)
        camera.stall()
        assert until(lambda: watching.reader.health.state is CameraState.DEGRADED, 15)
        assert until(lambda: watching.reader.health.attempts > 1, 15)
        assert watching.reader.health.reason in (Reason.NO_FRAMES, Reason.NO_ANSWER)
        before = len(watching.frames)
        camera.go_on()
        assert until(lambda: len(watching.frames) > before + 1, 12)
        assert watching.reaches(CameraState.LIVE, Reason.NONE, 15)
    assert watching.frames[before].is_key
    assert watching.reader.health.undecodable == 0
    assert steps_s(watching.frames)[before - 1] > PATIENT.stall_s


@needs_rtsp
def test_a_pause_that_is_shorter_than_a_stall_breaks_nothing():
    with (
        rtsp_camera("--gop", "50") as camera,
        Watching(source(camera.url(), OFTEN, PATIENT)) as watching,
    ):
        assert until(lambda: len(watching.frames) > 3, 15)
        camera.stall()
        time.sleep(PATIENT.stall_s / 3)
        camera.go_on()
        count = len(watching.frames)
        assert until(lambda: len(watching.frames) > count + 5, 15)
    health = watching.reader.health
    assert (health.attempts, health.undecodable) == (1, 0)
    assert max(steps_s(watching.frames)) < 1


@needs_rtsp
def test_an_h265_stream_is_followed_through_a_restart():
    arguments = ("--codec", "h265")
    with (
        rtsp_camera(*arguments) as camera,
        Watching(source(camera.url(), OFTEN, PATIENT)) as watching,
    ):
        assert until(lambda: len(watching.frames) > 3, 15)
        camera.kill()
        assert until(lambda: watching.reader.health.state is not CameraState.LIVE, 15)
        before = len(watching.frames)
        with rtsp_camera(*arguments, "--port", str(camera.port)):
            assert until(lambda: len(watching.frames) > before + 3, 12)
    assert watching.reader.health.undecodable == 0


def held():
    """Live objects of the kinds that a connection brings."""
    gc.collect()
    kinds = (Session, InputContainer, VideoCodecContext, TimedPacket)
    return [sum(isinstance(one, kind) for one in gc.get_objects()) for kind in kinds]


def connect_often(url, times):
    """Watch a stream that ends again and again: packets that came, and what was held meanwhile."""
    with Watching(source(url)) as watching:
        assert until(lambda: watching.reader.health.attempts > times, 60)
        return watching.reader.health.packets, held()


def test_connections_that_end_leave_nothing_behind(tmp_path):
    write_video(tmp_path / "hall.ts", 20, gop=10)
    before = held()
    with http_camera(str(tmp_path)) as base:
        url = f"{base.replace('//', '//admin:secret@')}/hls/hall.ts"
        packets, meanwhile = connect_often(url, 20)
    more = [now - old for now, old in zip(meanwhile, before, strict=True)]
    assert packets > 10 * 20
    # at most one connection that is read, one that waits and one that is analysed
    assert all(one <= most for one, most in zip(more, (3, 3, 9, 3 * 20), strict=True))
    assert held() == before
