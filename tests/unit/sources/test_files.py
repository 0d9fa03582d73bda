from collections import deque
from datetime import UTC, datetime, timedelta

import pytest

from tests.media import join, number_in, patch, truncate, write_audio, write_video
from vision.config import SamplingConfig
from vision.errors import DamagedSource, UnreadableSource
from vision.sources import FileSource

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
KEYS = SamplingConfig(mode="keyframes")
EVERY = SamplingConfig(mode="fps", fps=25)


def source(path, sampling=EVERY, **options):
    return FileSource(path, "cam-03", START, sampling, **options)


def numbers(frames):
    return [number_in(frame.image) for frame in frames]


def seconds(frames):
    return [round((frame.at - START).total_seconds(), 3) for frame in frames]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", {}),
        ("b.mp4", {"b_frames": 3}),
        ("open.mp4", {"b_frames": 3, "open_gop": True}),
        ("plain.mkv", {}),
        ("b.mkv", {"b_frames": 2}),
        ("plain.ts", {}),
        ("b.ts", {"b_frames": 2}),
        ("mpeg4.avi", {"codec": "mpeg4"}),
        ("b.avi", {"b_frames": 2}),
        ("mjpeg.avi", {"codec": "mjpeg"}),
        ("plain.h264", {"muxer": "h264"}),
        ("b.h264", {"muxer": "h264", "b_frames": 2}),
        ("hevc.mp4", {"codec": "libx265", "b_frames": 2}),
        ("plain.flv", {}),
        ("program_stream.mpg", {"codec": "mpeg2video"}),
        ("vp9.webm", {"codec": "libvpx-vp9"}),
        ("one_key.mp4", {"gop": 1000}),
        ("fragmented.mp4", {"muxer_options": {"movflags": "frag_keyframe+empty_moov"}}),
    ],
)
def test_every_picture_at_its_time(tmp_path, name, options):
    frames = list(source(write_video(tmp_path / name, 60, **options)).frames())
    assert numbers(frames) == list(range(60))
    assert seconds(frames) == [round(index / 25, 3) for index in range(60)]


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr.mkv"])
def test_variable_frame_rate(tmp_path, name):
    times_ms = [0, 40, 400, 1000, 1040, 1500, 3000, 3040, 3500, 6000]
    frames = list(source(write_video(tmp_path / name, times_ms=times_ms)).frames())
    assert seconds(frames) == [ms / 1000 for ms in times_ms]
    assert numbers(frames) == list(range(10))


@pytest.mark.parametrize(
    ("rotation_deg", "size_px", "corner"),
    [
        (0, (128, 64), "top left"),
        (90, (64, 128), "bottom left"),
        (180, (128, 64), "bottom right"),
        (-90, (64, 128), "top right"),
    ],
)
def test_rotated_pictures_are_turned_upright(tmp_path, rotation_deg, size_px, corner):
    path = write_video(tmp_path / "rotated.mp4", 1, first=1, rotation_deg=rotation_deg)
    (frame,) = source(path).frames()
    white = {
        "top left": frame.image[4, 4],
        "bottom left": frame.image[-4, 4],
        "bottom right": frame.image[-4, -4],
        "top right": frame.image[4, -4],
    }
    assert frame.size_px == size_px
    assert [name for name, pixel in white.items() if pixel.min() > 200] == [corner]


def test_restarted_timestamps_go_on_and_are_counted(tmp_path):
    parts = [
        write_video(tmp_path / "1.ts", 50),
        write_video(tmp_path / "2.ts", 50, first=50),
    ]
    reader = source(join(tmp_path / "joined.ts", parts))
    frames = list(reader.frames())
    assert numbers(frames) == list(range(100))
    assert seconds(frames)[-1] == 3.96
    assert reader.stats.repaired == 1


def test_zero_timestamps_are_repaired_by_the_frame_duration(tmp_path):
    path = write_video(tmp_path / "zero.mp4", 10)
    one_run = b"stts" + bytes(7) + b"\x01" + (10).to_bytes(4, "big") + (512).to_bytes(4, "big")
    patch(path, one_run, one_run[:-4] + bytes(4))
    reader = source(path)
    frames = list(reader.frames())
    assert numbers(frames) == list(range(10))
    assert reader.stats.repaired == 9
    assert seconds(frames) == sorted(set(seconds(frames)))


def test_keyframes_then_the_last_picture(tmp_path):
    reader = source(write_video(tmp_path / "a.mp4", 110, gop=25, b_frames=2), KEYS)
    frames = list(reader.frames())
    assert numbers(frames) == [0, 25, 50, 75, 100, 109]
    assert [frame.is_key for frame in frames] == [True] * 5 + [False]
    assert reader.stats.decoded < 30


def test_the_last_picture_reaches_to_the_end(tmp_path):
    *_, last = source(write_video(tmp_path / "a.mp4", 55)).frames()
    end = last.at + timedelta(seconds=last.duration_s)
    assert end == START + timedelta(seconds=55 / 25)


def test_the_last_picture_is_given_once_where_it_is_a_key_frame(tmp_path):
    assert numbers(source(write_video(tmp_path / "a.mp4", 51), KEYS).frames()) == [0, 25, 50]


def test_fps_skips_groups_of_pictures(tmp_path):
    sampling = SamplingConfig(mode="fps", fps=0.5)
    reader = source(write_video(tmp_path / "a.mp4", 260, gop=25, b_frames=2), sampling)
    assert numbers(reader.frames()) == [0, 50, 100, 150, 200, 250, 259]
    assert reader.stats.decoded < 80


@pytest.mark.parametrize(
    ("name", "share", "last", "options"),
    [
        ("cut.mp4", 0.6, 103, {"muxer_options": {"movflags": "faststart"}}),
        ("cut.mkv", 0.6, 113, {}),
        ("cut.avi", 0.6, 106, {"codec": "mpeg4"}),
    ],
)
def test_truncated_files_give_their_good_part_then_say_where_it_ends(
    tmp_path, name, share, last, options
):
    path = truncate(write_video(tmp_path / name, 200, **options), share)
    frames = []
    with pytest.raises(DamagedSource, match=rf"{name}: damaged after second 4\.\d+ of 8\.00"):
        deque(map(frames.append, source(path).frames()), maxlen=0)
    assert numbers(frames)[:5] == [0, 1, 2, 3, 4]
    assert abs(number_in(frames[-1].image) - last) <= 8


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("none.mp4", lambda path: path, "no such file"),
        ("empty.mp4", lambda path: path.write_bytes(b""), "empty"),
        ("text.mp4", lambda path: path.write_text("no video" * 999), "expected a video file"),
        ("list.m3u8", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\na.ts\n"), "expected a"),
        ("sound.m4a", write_audio, "expected a video stream, found audio only"),
        ("cut.mp4", lambda path: truncate(write_video(path, 50), 0.6), "without its index"),
        ("codec.mp4", lambda path: patch(write_video(path, 9), b"avc1", b"zzz1"), "codec"),
    ],
)
def test_unreadable_files_are_named_in_one_line(tmp_path, name, make, message):
    path = tmp_path / name
    make(path)
    with pytest.raises(UnreadableSource) as raised:
        list(source(path).frames())
    assert name in str(raised.value)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_recording_that_starts_within_a_group_of_pictures(tmp_path):
    path = write_video(tmp_path / "a.ts", 150, gop=50)
    data = path.read_bytes()
    path.write_bytes(data[188 * (len(data) // 188 // 4) :])
    reader = source(path)
    frames = list(reader.frames())
    assert numbers(frames) == list(range(50, 150))
    assert 0 < seconds(frames)[0] < 1.5


def test_a_hole_in_a_recording(tmp_path):
    path = write_video(tmp_path / "a.ts", 150, gop=50)
    data = path.read_bytes()
    cut = 188 * (len(data) // 188 // 3)
    path.write_bytes(data[:cut] + data[cut + 6 * 188 :])
    frames = list(source(path).frames())
    assert numbers(frames)[:30] == list(range(30))
    assert numbers(frames)[-50:] == list(range(100, 150))
    assert seconds(frames) == [number / 25 for number in numbers(frames)]


def test_undecodable_packets_are_counted_and_passed_over(tmp_path):
    path = write_video(tmp_path / "a.avi", 60, codec="mjpeg")
    data = bytearray(path.read_bytes())
    place = data.index(b"\xff\xd8", len(data) // 2)
    data[place : place + 600] = bytes(600)
    path.write_bytes(data)
    reader = source(path)
    frames = list(reader.frames())
    assert reader.stats.undecodable == 1
    assert len(frames) == 59


def test_stats_before_reading_are_zero(tmp_path):
    stats = source(tmp_path / "none.mp4").stats
    assert (stats.packets, stats.decoded, stats.repaired, stats.undecodable) == (0, 0, 0, 0)


def test_duration(tmp_path):
    assert source(write_video(tmp_path / "a.mp4", 50)).duration_s == 2.0


def test_start_must_be_utc(tmp_path):
    with pytest.raises(ValueError, match="UTC"):
        FileSource(tmp_path / "a.mp4", "cam-03", START.replace(tzinfo=None), EVERY)


def test_the_file_is_closed_when_the_reader_stops_early(tmp_path):
    reader = source(write_video(tmp_path / "a.mp4", 50))
    frames = reader.frames()
    next(frames)
    frames.close()
    assert list(reader.between(START, START + timedelta(seconds=1))) == []
