from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.media import number_in, write_pictures
from vision.config import SamplingConfig
from vision.errors import CaptureTimeUnknown, UnreadableSource
from vision.sources import FolderSource
from vision.sources.pictures import natural_key

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
ADAPTIVE = SamplingConfig()


def source(folder, sampling=ADAPTIVE, **options):
    return FolderSource(folder, "cam-03", START, sampling, **options)


def numbers(frames):
    return [number_in(frame.image) for frame in frames]


def seconds(frames):
    return [(frame.at - START).total_seconds() for frame in frames]


def test_natural_order():
    names = ["10.jpg", "a2.jpg", "2.jpg", "A10.jpg", "1b.jpg", "1.jpg"]
    expected = ["1.jpg", "1b.jpg", "2.jpg", "10.jpg", "a2.jpg", "A10.jpg"]
    assert sorted(names, key=lambda name: natural_key(Path(name))) == expected


def test_pictures_of_every_kind_in_natural_order(tmp_path):
    names = ["1.jpg", "2.PNG", "10.bmp", "11.webp", "12.jpeg"]
    folder = write_pictures(tmp_path / "p", names)
    (folder / "notes.txt").write_text("no picture")
    frames = list(source(folder, rate_hz=2).frames())
    assert numbers(frames) == [0, 1, 2, 3, 4]
    assert seconds(frames) == [0, 0.5, 1, 1.5, 2]
    assert [frame.duration_s for frame in frames] == [0.5] * 5


def test_times_from_names_in_the_time_zone_of_the_site(tmp_path):
    names = ["090010_x.jpg", "090000_y.jpg", "090002_z.jpg"]
    folder = write_pictures(tmp_path / "p", [f"20261102_{name}" for name in names])
    reader = FolderSource(
        folder,
        "cam-03",
        None,
        ADAPTIVE,
        name_pattern="%Y%m%d_%H%M%S",
        zone=ZoneInfo("Asia/Shanghai"),
    )
    frames = list(reader.frames())
    assert seconds(frames) == [0, 2, 10]
    assert numbers(frames) == [1, 2, 0]
    assert [frame.duration_s for frame in frames] == [2, 8, 1]


def test_a_name_that_does_not_fit(tmp_path):
    folder = write_pictures(tmp_path / "p", ["hall.jpg"])
    with pytest.raises(CaptureTimeUnknown, match=r"hall\.jpg"):
        source(folder, name_pattern="%Y%m%d")


def test_fps_takes_the_first_of_each_period_and_the_last(tmp_path):
    folder = write_pictures(tmp_path / "p", [f"{n}.png" for n in range(12)])
    reader = source(folder, SamplingConfig(mode="fps", fps=1), rate_hz=5)
    assert numbers(reader.frames()) == [0, 5, 10, 11]


def test_resuming(tmp_path):
    folder = write_pictures(tmp_path / "p", [f"{n}.png" for n in range(12)])
    sampling = SamplingConfig(mode="fps", fps=1)
    reader = source(folder, sampling, rate_hz=5, after=START + timedelta(seconds=1))
    assert numbers(reader.frames()) == [10, 11]


def test_two_pictures_of_one_instant_count_once(tmp_path):
    names = ["20261102_a.jpg", "20261102_b.jpg", "20261103_a.jpg"]
    folder = write_pictures(tmp_path / "p", names)
    frames = list(source(folder, name_pattern="%Y%m%d").frames())
    assert numbers(frames) == [0, 2]


def test_broken_pictures_are_named_and_passed_over(tmp_path):
    folder = write_pictures(tmp_path / "p", ["1.jpg", "4.jpg"])
    (folder / "2.jpg").write_bytes(b"")
    (folder / "3.jpg").write_bytes(b"no picture")
    reader = source(folder)
    assert numbers(reader.frames()) == [0, 1]
    assert [path.name for path in reader.broken] == ["2.jpg", "3.jpg"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "no such folder"),
        (lambda folder: folder.mkdir(), "holds no picture; expected bmp jpeg jpg png webp files"),
    ],
)
def test_folders_without_pictures(tmp_path, make, message):
    make(tmp_path / "hall")
    with pytest.raises(UnreadableSource, match=f"hall.*{message}"):
        source(tmp_path / "hall")


def test_a_folder_of_broken_pictures_only(tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"no picture")
    with pytest.raises(UnreadableSource, match="none of its pictures"):
        list(source(tmp_path).frames())
