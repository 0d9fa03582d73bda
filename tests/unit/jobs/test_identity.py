"""Names that stay the same."""

from datetime import timedelta

from ulid import ULID

from tests.builders import T0, at
from vision.jobs.identity import event_id, footage_key, run_key


def test_footage_is_known_by_content_camera_and_time(tmp_path):
    one, copy, other = (tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4"))
    one.write_bytes(b"x" * 3_000_000)
    copy.write_bytes(b"x" * 3_000_000)
    other.write_bytes(b"x" * 2_999_999 + b"y")
    key = footage_key(one, "c", T0)
    assert footage_key(copy, "c", T0) == key
    assert len({key, footage_key(other, "c", T0), footage_key(one, "d", T0),
                footage_key(one, "c", at(1))}) == 4  # fmt: skip


def test_a_folder_is_known_by_what_is_in_it(tmp_path):
    (tmp_path / "1.png").write_bytes(b"1")
    before = footage_key(tmp_path, "c", T0)
    (tmp_path / "2.png").write_bytes(b"2")
    assert footage_key(tmp_path, "c", T0) != before


def test_a_run_depends_on_every_part():
    assert run_key("f", ["a", "b"]) != run_key("f", ["a", "c"])
    assert run_key("f", ["a"]) == run_key("f", ["a"])


def test_event_ids_are_ulids_of_the_confirmation():
    made = event_id("f", "A", "vest", at(0), at(60))
    assert ULID.from_str(made).datetime == T0 + timedelta(seconds=60)
    assert made == event_id("f", "A", "vest", at(0), at(60))
    assert made != event_id("f", "B", "vest", at(0), at(60))
