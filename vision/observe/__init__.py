"""From a frame to observations: crop the posts, run the models, track the staff."""

from vision.observe.clients import clients_waiting
from vision.observe.closeup import with_closeups
from vision.observe.company import cover_from
from vision.observe.digest import WindowMemory, digest
from vision.observe.fixtures import without_fixtures
from vision.observe.look import Look, look, waits_for_pose, with_pose
from vision.observe.posts import Post, cut, post_of
from vision.observe.presence import followed
from vision.observe.scene import Scene, SceneState, watched
from vision.observe.tracker import held_boxes
from vision.observe.view import ViewMemory, view_of

__all__ = [
    "Look",
    "Post",
    "Scene",
    "SceneState",
    "ViewMemory",
    "WindowMemory",
    "clients_waiting",
    "cover_from",
    "cut",
    "digest",
    "followed",
    "held_boxes",
    "look",
    "post_of",
    "view_of",
    "waits_for_pose",
    "watched",
    "with_closeups",
    "with_pose",
    "without_fixtures",
]
