"""Two streams of one camera as one sequence of pictures."""

import queue
import threading
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.builders import at, seconds
from tests.cameras import needs_rtsp, rtsp_camera
from tests.unit.sources.live_watching import HASTY, Watching, until
from vision.config import SamplingConfig, parse_site
from vision.sources.live import (
    CameraState,
    Health,
    LiveSource,
    PairedSource,
    Reason,
)
from vision.sources.live.paired import both
from vision.sources.live.pairing import Pairing, same_shape
from vision.types import Frame
from vision.wiring import open_camera


def main(second, size=(320, 180)):
    return Frame("c", at(second), np.zeros((size[1], size[0], 3), np.uint8), is_key=True)


def sub(second, size=(160, 90)):
    return Frame("c", at(second), np.zeros((size[1], size[0], 3), np.uint8), 0.2, is_key=True)


def arrived(rows, bursting=False, longest_s=2.0):
    """What is given of a table of ``M`` and ``S`` pictures in order of arrival."""
    pairing = Pairing(longest_s)
    pairing.burst(bursting)
    given = []
    for kind, second in rows:
        {"M": pairing.put_main, "S": pairing.put_sub}[kind]({"M": main, "S": sub}[kind](second))
        while (frame := pairing.next()) is not None:
            given.append(("S" if frame.is_sub else "M", round(seconds(frame.at), 1)))
    return pairing, given


def steady(start, end, step=0.2):
    return [("S", round(start + n * step, 1)) for n in range(round((end - start) / step))]


def mixed(keys, subs, late_s=0.0):
    """In order of arrival, the key pictures later than they were taken."""
    rows = [(second + late_s, ("M", second)) for second in keys]
    rows += [(row[1], row) for row in subs]
    return [row for _, row in sorted(rows)]


def test_key_frames_alone_are_given_while_they_come_in_time():
    _, given = arrived(mixed([0, 2, 4, 6], steady(0, 8)))
    assert given == [("M", 0), ("M", 2), ("M", 4), ("M", 6)]


def test_small_pictures_fill_the_gap_between_rare_key_frames():
    _, given = arrived(mixed([0, 8], steady(0, 9)))
    assert given == [("M", 0), ("S", 2), ("S", 4), ("S", 6), ("M", 8)]


def test_without_a_main_stream_presence_goes_on():
    _, given = arrived(mixed([0], steady(0, 9)))
    assert [row for row in given if row[0] == "S"] == [
        ("S", 2), ("S", 4), ("S", 6), ("S", 8),
    ]  # fmt: skip


@pytest.mark.parametrize("late_s", [0.0, 0.3])
def test_a_burst_gives_every_picture_in_order_and_no_key_frame_is_lost(late_s):
    pairing, given = arrived(mixed([0, 2, 4], steady(0, 6), late_s), bursting=True)
    times = [second for _, second in given]
    assert times == sorted(set(times))
    assert [second for kind, second in given if kind == "M"] == [0, 2, 4]
    assert len(given) > 20
    assert pairing.overtaken == 0


def test_key_frames_that_always_come_too_late_are_let_through_all_the_same():
    pairing, given = arrived(mixed([0, 2, 4, 6, 8, 10], steady(0, 12), 1.5), bursting=True)
    kept = [second for kind, second in given if kind == "M"]
    assert len(kept) >= 3
    assert pairing.overtaken >= 1
    assert all(later[1] > sooner[1] for sooner, later in pairwise(given))


def test_looking_back_is_over_small_pictures():
    pairing, given = arrived(mixed([0, 2], steady(0, 2.2)))
    assert given == [("M", 0), ("M", 2)]
    found = [round(seconds(one.at), 1) for one in pairing.between(at(0), at(2))]
    assert found == [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8]
    assert all(one.is_sub and not one.is_key for one in pairing.between(at(0), at(2)))


def test_a_main_stream_of_key_frames_only_is_thinned():
    _, given = arrived([("M", n / 10) for n in range(50)])
    assert [second for _, second in given] == [0, 0.9, 1.8, 2.7, 3.6, 4.5]


def test_what_is_kept_is_bounded():
    pairing = Pairing(2.0)
    pairing.put_main(main(0, (1280, 720)))
    for number in range(200):
        pairing.put_sub(sub(number / 5, (640, 360)))
    kept = sum(one.image.nbytes for one in pairing.between(at(-1), at(1000)))
    assert 0 < kept <= 32 * 2**20


def test_a_stream_of_another_shape_is_not_used():
    pairing = Pairing(2.0)
    pairing.put_main(main(0))
    pairing.put_sub(sub(1, (160, 120)))
    assert not pairing.fits
    assert list(pairing.between(at(0), at(9))) == []
    pairing.put_sub(sub(1.2))
    assert pairing.fits


def test_nothing_is_given_before_the_shape_of_the_main_stream_is_known():
    _, given = arrived(steady(0, 9))
    assert given == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((1920, 1080), (640, 360), True),
        ((1920, 1080), (640, 352), False),
        ((2560, 1440), (854, 480), True),
        ((1920, 1080), (704, 576), False),
        ((1280, 960), (640, 480), True),
    ],
)
def test_shapes(one, other, same):
    assert same_shape(one, other) is same_shape(other, one) is same


def health(state, reason=Reason.NONE):
    return Health(state, reason)


LIVE, LOST = health(CameraState.LIVE), health(CameraState.LOST, Reason.REFUSED)
STARTS = health(CameraState.CONNECTING)


@pytest.mark.parametrize(
    ("one", "other", "fits", "state", "reason"),
    [
        (LIVE, LIVE, True, "live", ""),
        (LIVE, STARTS, True, "live", ""),
        (LIVE, LOST, True, "degraded", "sub_lost"),
        (LIVE, LIVE, False, "degraded", "sub_shape"),
        (LOST, LIVE, True, "degraded", "main_lost"),
        (LOST, LOST, True, "lost", "refused"),
        (STARTS, LIVE, True, "connecting", ""),
        (health(CameraState.DEGRADED, Reason.OVERLOAD), LOST, True, "degraded", "overload"),
    ],
)
def test_one_state_for_both_streams(one, other, fits, state, reason):
    found = both(one, other, fits)
    assert (found.state.value, found.reason.value) == (state, reason)
    assert found.sub is other


class Listed:
    """A stream of listed pictures that ends, or goes on without any."""

    def __init__(self, frames, error=None, endless=False):
        self._frames, self._error = frames, error
        self._stopped = threading.Event()
        self._endless = endless
        self.health = Health(CameraState.LIVE)
        self.came = queue.Queue()

    def frames(self):
        for frame in self._frames:
            yield frame
            self.came.put(frame)
        if self._error is not None:
            raise self._error
        if self._endless:
            self._stopped.wait()

    def stop(self):
        self._stopped.set()


def test_two_streams_end_together():
    keys = [main(n * 2) for n in range(4)]
    large = Listed(keys)

    def small():
        for key in range(0, 8, 2):
            large.came.get(timeout=5)
            yield from (sub(key + n / 5) for n in range(10))

    camera = PairedSource(large, Listed(small()), "c", 2.0)
    given = list(camera.frames())
    assert [one.at for one in given if not one.is_sub] == [one.at for one in keys]
    assert all(later.at > sooner.at for sooner, later in pairwise(given))


def test_stopping_ends_both_streams_at_once():
    camera = PairedSource(Listed([main(0)], endless=True), Listed([], endless=True), "c", 2.0)
    frames = camera.frames()
    assert next(frames).at == at(0)
    begun_s = time.monotonic()
    camera.stop()
    assert next(frames, None) is None
    assert time.monotonic() - begun_s < 2
    assert not [one for one in threading.enumerate() if one.name.startswith("streams-")]


@pytest.mark.parametrize("failing", ["main", "sub"])
def test_what_a_stream_raises_is_raised(failing):
    streams = {"main": Listed([], endless=True), "sub": Listed([], endless=True)}
    streams[failing] = Listed([], OSError("broken"))
    camera = PairedSource(streams["main"], streams["sub"], "c", 2.0)
    with pytest.raises(OSError, match="broken"):
        list(camera.frames())


SITE = """
site: {{id: s}}
cameras: [{{id: c, url: "{main}", sub_url: "{sub}", sampling: {{burst_fps: 5, max_interval_s: 2}}}}]
windows: [{{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}}]
"""


@needs_rtsp
def test_two_streams_of_a_real_server():
    with rtsp_camera("--size", "640x360") as one, rtsp_camera("--size", "320x180") as other:
        site = parse_site(SITE.format(main=one.url(), sub=other.url()))
        camera = open_camera(site, "c", {}, None)
        camera.burst(True)
        given, healths = [], []
        for frame in camera.frames():
            given.append(frame)
            healths.append(camera.health)
            enough = sum(one.is_sub for one in given) >= 6 and sum(not f.is_sub for f in given) >= 3
            camera.stop() if enough else None
    sizes = {one.size_px for one in given if one.is_sub}, {f.size_px for f in given if not f.is_sub}
    assert sizes == ({(320, 180)}, {(640, 360)})
    assert all(later.at > sooner.at for sooner, later in pairwise(given))
    assert healths[-1].state is CameraState.LIVE
    assert healths[-1].sub.state is CameraState.LIVE
    assert replace(healths[-1], sub=None).packets > 0


def paired(one, other):
    keys, steady_rate = SamplingConfig(mode="keyframes"), SamplingConfig(mode="fps", fps=5)
    large = LiveSource(one, "c", keys, policy=HASTY)
    small = LiveSource(other, "c", steady_rate, policy=HASTY)
    return PairedSource(large, small, "c", 2.0)


@needs_rtsp
@pytest.mark.parametrize(("killed", "reason"), [(0, Reason.MAIN_LOST), (1, Reason.SUB_LOST)])
def test_one_stream_goes_on_without_the_other(killed, reason):
    with (
        rtsp_camera("--size", "640x360") as one,
        rtsp_camera("--size", "320x180") as other,
        Watching(paired(one.url(), other.url())) as watching,
    ):
        assert until(lambda: watching.reader.health.state is CameraState.LIVE, 15)
        assert until(lambda: len(watching.frames) >= 2, 15)
        (one, other)[killed].kill()
        assert until(lambda: watching.reader.health.reason is reason, 15)
        assert watching.reader.health.state is CameraState.DEGRADED
        before = len(watching.frames)
        assert until(lambda: len(watching.frames) >= before + 2, 15)
        assert {frame.is_sub for frame in watching.frames[before:]} == {killed == 0}
