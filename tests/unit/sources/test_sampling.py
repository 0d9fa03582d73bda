"""Adaptive sampling: gaps, looking back, bursts, and that an interrupted run goes on alike."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.media import join, number_in, write_video
from vision.config import SamplingConfig
from vision.sources import FileSource

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
ADAPTIVE = SamplingConfig()

CLIPS = {
    "gop_2s": ("a.mp4", {"gop": 50}),
    "b_frames": ("b.mp4", {"gop": 50, "b_frames": 3}),
    "open_gop": ("open.mp4", {"gop": 50, "b_frames": 3, "open_gop": True}),
    "one_key": ("one.mp4", {"gop": 1000, "b_frames": 2}),
    "short_gop": ("short.mkv", {"gop": 7}),
    "gop_3s": ("three.mkv", {"gop": 75, "b_frames": 2}),
    "all_intra": ("intra.avi", {"codec": "mjpeg"}),
    "no_times": ("raw.h264", {"gop": 50, "b_frames": 2, "muxer": "h264"}),
}


@pytest.fixture(scope="module", params=CLIPS)
def clip(request, tmp_path_factory):
    """250 pictures, 10 s."""
    name, options = CLIPS[request.param]
    return write_video(tmp_path_factory.mktemp("clips") / name, 250, **options)


def source(path, sampling=ADAPTIVE, **options):
    return FileSource(path, "cam-03", START, sampling, **options)


def at(seconds):
    return START + timedelta(seconds=seconds)


def numbers(frames):
    return [number_in(frame.image) for frame in frames]


def watch(reader, bursting, last=None, active=False, limit=None):
    """Run as the pipeline does: look back before a burst, burst where the picture asks for it.

    Returns the numbers of all pictures seen, those of looking back included, and the last frame's
    time with the burst state after it.
    """
    seen = []
    reader.burst(active)
    for frame in islice(reader.frames(), limit):
        wanted = bursting(number_in(frame.image))
        looking_back = wanted and not active and last is not None
        seen += numbers(reader.between(last, frame.at)) if looking_back else []
        seen.append(number_in(frame.image))
        reader.burst(wanted)
        last, active = frame.at, wanted
    return seen, last, active


@pytest.mark.parametrize(
    ("sampling", "gop", "expected"),
    [
        ({}, 25, [0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 249]),
        ({}, 50, [0, 50, 100, 150, 200, 249]),
        ({}, 54, [0, 54, 108, 162, 216, 249]),
        ({}, 100, [0, 50, 100, 150, 200, 249]),
        ({}, 1000, [0, 50, 100, 150, 200, 249]),
        ({}, 5, [0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 249]),
        ({"max_interval_s": 4}, 1000, [0, 100, 200, 249]),
        ({"max_interval_s": 1}, 50, [0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 249]),
        ({"base": "fps", "fps": 0.5}, 25, [0, 50, 100, 150, 200, 249]),
        ({"mode": "keyframes"}, 100, [0, 100, 200, 249]),
    ],
)
def test_base_samples(tmp_path, sampling, gop, expected):
    path = write_video(tmp_path / "a.mp4", 250, gop=gop)
    assert numbers(source(path, SamplingConfig(**sampling)).frames()) == expected


def test_sparse_pictures_leave_no_longer_gap_than_they_must(tmp_path):
    path = write_video(tmp_path / "a.mp4", times_ms=[0, 1500, 3000, 3500, 9000, 9040])
    frames = source(path).frames()
    assert [(frame.at - START).total_seconds() for frame in frames] == [0, 1.5, 3.5, 9.0, 9.04]


def test_keyframes_alone_are_decoded_while_nothing_happens(tmp_path):
    reader = source(write_video(tmp_path / "a.mp4", 250, gop=50))
    list(reader.frames())
    assert reader.stats.decoded == 5 + 50  # and the last group, for the last picture


def test_looking_back_gives_the_burst_grid_strictly_between(clip):
    reader = source(clip)
    frames = reader.frames()
    first, second = next(frames), next(frames)
    between = list(reader.between(first.at, second.at))
    before = number_in(second.image)
    assert numbers(between) == list(range(5, before, 5))
    assert numbers(reader.between(first.at, second.at)) == numbers(between)
    assert numbers(frames) == numbers(source(clip).frames())[2:]


def test_a_burst_gives_the_grid_of_media_time(clip):
    reader = source(clip)
    reader.burst(True)
    assert numbers(reader.frames()) == [*range(0, 250, 5), 249]


def test_a_burst_that_starts_off_the_grid_returns_to_it(tmp_path):
    reader = source(write_video(tmp_path / "a.mp4", 100, gop=33))
    frames = reader.frames()
    assert numbers([next(frames), next(frames)]) == [0, 33]
    reader.burst(True)
    assert numbers([next(frames) for _ in range(4)]) == [35, 40, 45, 50]


def test_after_a_burst_the_next_key_frame_follows(tmp_path):
    reader = source(write_video(tmp_path / "a.mp4", 250, gop=50, b_frames=2))
    reader.burst(True)
    frames = reader.frames()
    assert numbers([next(frames) for _ in range(4)]) == [0, 5, 10, 15]
    reader.burst(False)
    given = [next(frames)]
    assert numbers(given) == [50]
    assert numbers(reader.between(at(0.6), given[0].at)) == [20, 25, 30, 35, 40, 45]
    assert numbers(frames) == [100, 150, 200, 249]


@pytest.mark.parametrize("sampling", [{"mode": "keyframes"}, {"mode": "fps", "fps": 1}])
def test_fixed_sampling_neither_looks_back_nor_bursts(tmp_path, sampling):
    path = write_video(tmp_path / "a.mp4", 60, gop=25)
    reader = source(path, SamplingConfig(**sampling))
    reader.burst(True)
    frames = reader.frames()
    first, second = next(frames), next(frames)
    assert list(reader.between(first.at, second.at)) == []
    assert numbers([first, second, *frames]) == [0, 25, 50, 59]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bursts=st.lists(st.tuples(st.integers(0, 249), st.integers(1, 60)), max_size=3),
    stop=st.integers(1, 30),
)
def test_a_run_in_two_parts_sees_what_one_run_sees(clip, bursts, stop):
    def bursting(number):
        return any(first <= number < first + length for first, length in bursts)

    whole, _, _ = watch(source(clip), bursting)
    head, last, active = watch(source(clip), bursting, limit=stop)
    tail, _, _ = watch(source(clip, after=last), bursting, last, active)
    assert head + tail == whole


@pytest.mark.parametrize("sampling", [{}, {"mode": "fps", "fps": 2}, {"mode": "keyframes"}])
def test_resuming_after_every_sample(clip, sampling):
    config = SamplingConfig(**sampling)
    whole = list(source(clip, config).frames())
    for index in range(0, len(whole), 3):
        rest = source(clip, config, after=whole[index].at)
        assert numbers(rest.frames()) == numbers(whole[index + 1 :])


def test_resuming_in_joined_files_counts_from_the_beginning(tmp_path):
    parts = [write_video(tmp_path / f"{n}.ts", 100, gop=50, first=100 * n) for n in range(2)]
    path = join(tmp_path / "joined.ts", parts)
    whole = list(source(path).frames())
    rest = list(source(path, after=at(5)).frames())
    assert numbers(rest) == [number for number in numbers(whole) if number > 125]
    assert [frame.at for frame in rest] == [frame.at for frame in whole if frame.at > at(5)]


def test_resuming_an_indexed_file_does_not_read_its_beginning(tmp_path):
    path = write_video(tmp_path / "a.mp4", 500, gop=25)
    reader = source(path, after=at(18))
    assert numbers(reader.frames()) == [475, 499]
    assert reader.stats.packets < 130
