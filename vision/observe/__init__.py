"""From a frame to observations: crop the posts, run the models, track the staff."""

from vision.observe.digest import WindowMemory, digest
from vision.observe.fixtures import without_fixtures
from vision.observe.look import Look, look, waits_for_pose, with_pose
from vision.observe.posts import Post, cut, post_of
from vision.observe.view import ViewMemory

__all__ = [
    "Look",
    "Post",
    "ViewMemory",
    "WindowMemory",
    "cut",
    "digest",
    "look",
    "post_of",
    "waits_for_pose",
    "with_pose",
    "without_fixtures",
]
