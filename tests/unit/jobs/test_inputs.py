"""What the user types, and what becomes of it."""

import pytest

from tests.builders import T0
from tests.media import write_pictures, write_video
from vision.config import parse_site
from vision.errors import CaptureTimeUnknown, SourceError, UnreadableSource, UsageError
from vision.jobs.inputs import Given, camera_of, expand, prepare

TWO = parse_site("""
site: {id: s, timezone: Asia/Shanghai}
cameras: [{id: c1, files: "cam1_*"}, {id: c2, files: "*/two/*"}, {id: c3}]
windows:
  - {id: A, camera: c1, post: [[0,0],[1,0],[1,1]]}
""")


def test_files_folders_and_globs_become_single_inputs(tmp_path):
    for name in ("b.mp4", "a.MKV", "notes.txt"):
        (tmp_path / name).touch()
    asked = [str(tmp_path), str(tmp_path / "*.mp4"), str(tmp_path / "gone.mp4")]
    assert [path.name for path in expand(asked)] == ["a.MKV", "b.mp4", "gone.mp4"]


def test_a_folder_without_videos_is_a_folder_of_pictures(tmp_path):
    write_pictures(tmp_path / "stills", ["1.png", "2.png"])
    assert [path.name for path in expand([str(tmp_path / "stills")])] == ["stills"]


def test_a_glob_that_matches_nothing_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"\*\.mp4' matches no file"):
        list(expand([str(tmp_path / "*.mp4")]))


@pytest.mark.parametrize(
    ("name", "asked", "camera"),
    [("cam1_x.mp4", None, "c1"), ("two/x.mp4", None, "c2"), ("x.mp4", "c3", "c3")],
)
def test_the_camera_is_the_one_asked_for_or_the_one_that_fits(tmp_path, name, asked, camera):
    assert camera_of(tmp_path / name, TWO, asked) == camera


@pytest.mark.parametrize("name", ["x.mp4", "two/cam1_x.mp4"])
def test_no_camera_or_two_is_an_error_that_lists_them(tmp_path, name):
    with pytest.raises(SourceError, match="give --camera with one of: c1, c2, c3"):
        camera_of(tmp_path / name, TWO, None)


def test_an_unknown_camera_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no camera 'c9'"):
        camera_of(tmp_path / "x.mp4", TWO, "c9")


def test_prepare_knows_camera_start_and_length(tmp_path):
    clip = write_video(tmp_path / "cam1_20261102_090000.mp4", 50, fps=25)
    ready = prepare(clip, TWO, Given(name_pattern="%Y%m%d_%H%M%S"))
    assert (ready.camera_id, ready.start, ready.duration_s) == ("c1", T0, pytest.approx(2.0))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableSource, match=r"cam1_gone\.mp4: there is no such file"):
        prepare(tmp_path / "cam1_gone.mp4", TWO, Given(start=T0))


def test_footage_without_a_time_says_how_to_give_it(tmp_path):
    clip = write_video(tmp_path / "cam1_x.mp4", 10)
    with pytest.raises(CaptureTimeUnknown, match="--start"):
        prepare(clip, TWO, Given())
