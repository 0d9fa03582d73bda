from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.media import write_pictures, write_video
from vision.errors import CaptureTimeUnknown, UsageError
from vision.sources import capture_start
from vision.sources.capture_time import parse_start, time_in_name

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
NAIVE = datetime(2026, 11, 2, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T09:00:00+08:00", NINE),
        ("2026-11-02T09:00:00", NINE),
        ("2026-11-02 09:00", NINE),
        ("2026-11-02T01:00:00Z", NINE),
        ("20261102T090000", NINE),
    ],
)
def test_a_naive_start_is_in_the_time_zone_of_the_site(text, expected):
    assert parse_start(text, SHANGHAI) == expected
    assert parse_start(text, SHANGHAI).utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01T00:00:00", "9:00"])
def test_a_start_that_is_no_time(text):
    with pytest.raises(UsageError, match="--start: expected a time such as 2026"):
        parse_start(text, SHANGHAI)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("20261102090000.mp4", "%Y%m%d%H%M%S"),
        ("cam-03_20261102_090000.mp4", "cam-03_%Y%m%d_%H%M%S"),
        ("ch01_20261102_090000_0001.mp4", "%Y%m%d_%H%M%S"),
        ("2026-11-02 09.00.00 窗口.mkv", "%Y-%m-%d %H.%M.%S"),
        ("hall+2026-11-02T0100+0000.ts", "%Y-%m-%dT%H%M%z"),
        ("02.11.26 09h 100%.avi", "%d.%m.%y %Hh 100%%"),
    ],
)
def test_the_time_in_a_file_name(name, pattern):
    assert time_in_name(Path("/footage") / name, pattern, SHANGHAI) == NINE


@pytest.mark.parametrize("name", ["hall.mp4", "20261302_090000.mp4", "2026110_090000.mp4"])
def test_a_name_that_does_not_fit_is_named_with_an_example(name):
    with pytest.raises(CaptureTimeUnknown) as raised:
        time_in_name(Path(name), "%Y%m%d_%H%M%S", SHANGHAI)
    assert name in str(raised.value)
    assert "expected something like '20261102_090000'" in str(raised.value)


@pytest.mark.parametrize("pattern", ["", "cam-03", "%Q%m", "%Y%"])
def test_a_pattern_that_is_none(pattern):
    with pytest.raises(UsageError, match="--name-pattern"):
        time_in_name(Path("a.mp4"), pattern, SHANGHAI)


def test_order_of_precedence(tmp_path):
    created = {"creation_time": "2026-11-02T03:00:00Z"}
    path = write_video(tmp_path / "20261102_100000.mp4", 3, metadata=created)
    start = datetime(2026, 11, 2, 9, tzinfo=timezone(timedelta(hours=8)))
    pattern = "%Y%m%d_%H%M%S"
    hours = [
        capture_start(path, SHANGHAI, start, pattern).hour,
        capture_start(path, SHANGHAI, None, pattern).hour,
        capture_start(path, SHANGHAI).hour,
    ]
    assert hours == [1, 2, 3]


@pytest.mark.parametrize(
    "metadata", [{}, {"creation_time": "1904-01-01T00:00:00Z"}, {"creation_time": "1970-01-01"}]
)
def test_where_nothing_says_when_the_error_says_how_to_give_it(tmp_path, metadata):
    path = write_video(tmp_path / "a.mkv", 3, metadata=metadata)
    with pytest.raises(CaptureTimeUnknown) as raised:
        capture_start(path, SHANGHAI)
    assert "--start 2026-11-02T09:00:00+08:00" in str(raised.value)
    assert "--name-pattern" in str(raised.value)


def test_a_naive_start_given_as_a_time(tmp_path):
    assert capture_start(tmp_path / "a.mp4", SHANGHAI, NAIVE) == NINE


def test_a_folder_of_pictures(tmp_path):
    folder = write_pictures(tmp_path / "p", ["20261102_090005.jpg", "20261102_090000.jpg"])
    assert capture_start(folder, SHANGHAI, name_pattern="%Y%m%d_%H%M%S") == NINE
    with pytest.raises(CaptureTimeUnknown, match="nothing says when"):
        capture_start(folder, SHANGHAI)
