"""What a window's view supports, by what was last seen through it."""

from datetime import UTC, datetime

from api.windows.views import view_report
from vision.config import ServiceWindow
from vision.ports import Batch, WindowState
from vision.testing.stores import MemoryStore

WINDOW = ServiceWindow(id="A", camera="c", post=((0, 0), (1, 0), (1, 1)))
AT = datetime(2026, 11, 2, tzinfo=UTC)


def report(**scale):
    store = MemoryStore()
    store.commit(Batch(states=[WindowState("A", AT, "present", "", {}, **scale)]))
    return view_report(store)(WINDOW)


def test_a_window_never_observed_has_no_report():
    assert view_report(MemoryStore())(WINDOW) == {}


def test_a_near_view_supports_everything():
    assert all(one.supported for one in report(post_height_px=600.0, px_per_m=300.0).values())


def test_a_far_view_names_what_is_too_small():
    found = report(post_height_px=100.0, px_per_m=60.0)
    assert not found["smoking"].supported
    assert found["leaving_post"].supported
    assert found["smoking"].basis == "persons seen"


def test_before_anybody_was_seen_the_posts_size_is_the_basis():
    assert report(post_height_px=600.0)["smoking"].basis == "size of the post"
