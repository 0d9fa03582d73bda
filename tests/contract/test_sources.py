"""What every source of frames promises, whatever stands behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.media import numbered, write_pictures, write_video
from vision.config import SamplingConfig
from vision.ports import FrameSource
from vision.sources import FileSource, FolderSource
from vision.testing.sources import ListSource
from vision.types import Frame

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
LAST = START + timedelta(seconds=3.96)


def fake(folder, sampling) -> FrameSource:
    frames = [
        Frame("cam-03", START + timedelta(seconds=number / 25), numbered(number), 0.04)
        for number in range(100)
    ]
    base = [*frames[::50], frames[-1]]
    return ListSource(base, extra=[f for n, f in enumerate(frames) if n % 5 == 0 and n % 50])


def footage(folder, sampling) -> FrameSource:
    path = write_video(folder / "a.mp4", 100, gop=50, b_frames=2)
    return FileSource(path, "cam-03", START, sampling)


def stream(folder, sampling) -> FrameSource:
    path = write_video(folder / "a.ts", 100, gop=500)
    return FileSource(path, "cam-03", START, sampling)


def pictures(folder, sampling) -> FrameSource:
    path = write_pictures(folder / "pictures", [f"{number}.png" for number in range(100)])
    return FolderSource(path, "cam-03", START, sampling, rate_hz=25)


@pytest.fixture(params=[fake, footage, stream, pictures])
def source(request, tmp_path):
    return request.param(tmp_path, SamplingConfig())


def test_frames_strictly_increase_and_end_with_the_last_picture(source):
    times = [frame.at for frame in source.frames()]
    assert times == sorted(set(times))
    assert (times[0], times[-1]) == (START, LAST)


def test_frames_carry_their_camera_utc_and_bgr(source):
    for frame in source.frames():
        assert frame.camera_id == "cam-03"
        assert frame.at.utcoffset() == timedelta(0)
        assert frame.image.shape == (64, 128, 3)
        assert frame.duration_s > 0


def test_looking_back_stays_between_the_last_two_frames(source):
    before = None
    for frame in source.frames():
        between = [seen.at for seen in source.between(before or frame.at, frame.at)]
        assert between == sorted(set(between))
        assert all(before < at < frame.at for at in between)
        before = frame.at


def test_looking_back_does_not_change_what_follows(source, tmp_path, request):
    alone = [frame.at for frame in source.frames()]
    seen, before = [], START
    for frame in source.frames():
        list(source.between(before, frame.at))
        seen.append(frame.at)
        before = frame.at
    assert seen == alone


def test_a_burst_gives_at_least_the_base_rate_and_can_be_ended(source):
    base = [frame.at for frame in source.frames()]
    source.burst(True)
    dense = [frame.at for frame in source.frames()]
    source.burst(False)
    again = [frame.at for frame in source.frames()]
    assert len(dense) >= len(base)
    assert dense == sorted(set(dense))
    assert again == base


def test_looking_back_and_bursts_see_the_same_instants(source):
    source.burst(True)
    dense = {frame.at for frame in source.frames()}
    source.burst(False)
    seen, before = set(), START
    for frame in source.frames():
        seen |= {frame.at} | {between.at for between in source.between(before, frame.at)}
        before = frame.at
    assert seen == dense


def test_a_reader_may_stop_early_and_start_again(source):
    frames = source.frames()
    first = next(frames)
    frames.close()
    assert next(source.frames()).at == first.at
