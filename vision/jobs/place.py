"""Whether a watched camera still sees its posts, over restarts, and until a person has looked."""

import base64
import hashlib
import json
import zlib
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from vision.errors import Conflict
from vision.observe import Scene, SceneState, ViewMemory, view_of, watched
from vision.pipeline import CameraPlan
from vision.ports import Batch, Checkpoint
from vision.sources.live import Reason
from vision.types import Frame, ViewState

REASONS = {
    ViewState.DARK: Reason.BLACK,
    ViewState.BLANK: Reason.COVERED,
    ViewState.FROZEN: Reason.FROZEN,
    SceneState.COVERED: Reason.COVERED,
    SceneState.MOVED: Reason.MOVED,
}
_SCALE = 127


class Notes(Protocol):
    """Where it is written down."""

    def commit(self, batch: Batch) -> None:
        """Write all of it."""
        ...

    def checkpoint(self, key: str) -> Checkpoint | None:
        """The stored checkpoint of that key."""
        ...


class _Saved(BaseModel):
    model_config = ConfigDict(frozen=True)

    posts: str
    edges: str


class Place:
    """Looks at whole pictures of one camera; used by its thread, read by others.

    Args:
        posts: Identifies the posts that were drawn for this view.
        scene: Of an earlier run, or fresh.
        moved_at: When it was found to have moved, if it was.

    Attributes:
        reason: What is wrong with the picture; ``NONE`` if nothing is.
        moved_at: When the camera was found to have moved; None if it was not.
    """

    def __init__(
        self, posts: str, scene: Scene | None = None, moved_at: datetime | None = None
    ) -> None:
        self._posts = posts
        self._scene = scene or Scene()
        self._view = ViewMemory()
        self._forgiven = False
        self._told: tuple[SceneState, datetime | None] = (self._scene.state, moved_at)
        self.moved_at = moved_at
        self.reason = REASONS.get(self._scene.state, Reason.NONE)

    def look(self, frame: Frame) -> str:
        """Look at a picture; why its windows cannot be judged, empty if they can."""
        if self._forgiven:
            self._scene, self._forgiven, self.moved_at = Scene(), False, None
        view, self._view = view_of(frame.image, frame.at, self._view)
        self._scene = watched(self._scene, frame.image, frame.at, is_usable=view.usable)
        state = self._scene.state
        if state is SceneState.MOVED and self.moved_at is None:
            self.moved_at = frame.at
        self.reason = REASONS.get(state) or REASONS.get(view.state, Reason.NONE)
        return self.blind

    @property
    def blind(self) -> str:
        """Why the windows cannot be judged, by the last picture; empty if they can."""
        return self._scene.blind

    def let_go(self) -> None:
        """A person has looked: from the next picture on what is seen then is what is right."""
        self._forgiven = True

    def news(self, camera_id: str) -> Checkpoint | None:
        """What is to be written down; None if that has not changed since the last call."""
        scene, now = self._scene, (self._scene.state, self.moved_at)
        if now == self._told or scene.state in (SceneState.LEARNING, SceneState.COVERED):
            return None
        self._told = now
        levels = np.round(scene.edges * _SCALE).astype(np.int8)
        edges = base64.b85encode(zlib.compress(levels.tobytes())).decode()
        text = _Saved(posts=self._posts, edges=edges).model_dump_json()
        return Checkpoint(view_key(camera_id), self.moved_at, text)


def view_key(camera_id: str) -> str:
    """What the checkpoint of a camera's view is called."""
    return f"view:{camera_id}"


def posts_key(plan: CameraPlan) -> str:
    """Identifies the posts of a camera: drawn anew, they belong to a new view."""
    posts = sorted((window.window_id, window.polygon_norm) for window in plan.windows)
    return hashlib.sha256(json.dumps(posts).encode()).hexdigest()


def place_of(plan: CameraPlan, notes: Notes) -> Place:
    """What is known of a camera's view; nothing, if posts were drawn anew or someone has looked."""
    posts = posts_key(plan)
    found = notes.checkpoint(view_key(plan.camera_id))
    if found is None:
        return Place(posts)
    try:
        saved = _Saved.model_validate_json(found.state)
        levels = np.frombuffer(zlib.decompress(base64.b85decode(saved.edges)), np.int8)
        edges = np.divide(levels.reshape(Scene().edges.shape), _SCALE, dtype=np.float32)
    except (ValidationError, ValueError, zlib.error):
        return Place(posts)
    if saved.posts != posts or is_acknowledged(plan.camera_id, found.at, notes):
        return Place(posts)
    state = SceneState.FITS if found.at is None else SceneState.MOVED
    return Place(posts, replace(Scene(), state=state, edges=edges), found.at)


def _acknowledgement_key(camera_id: str) -> str:
    return f"view-seen:{camera_id}"


def is_acknowledged(camera_id: str, moved_at: datetime | None, notes: Notes) -> bool:
    """Whether a person has looked after the camera since it moved."""
    if moved_at is None:
        return False
    found = notes.checkpoint(_acknowledgement_key(camera_id))
    return found is not None and found.at is not None and found.at >= moved_at


def moved_since(camera_id: str, notes: Notes) -> datetime | None:
    """When a camera was found to have moved; None if it was not, or a person has looked since."""
    found = notes.checkpoint(view_key(camera_id))
    moved_at = found.at if found is not None else None
    return None if is_acknowledged(camera_id, moved_at, notes) else moved_at


def acknowledge(camera_id: str, by: str, now: datetime, notes: Notes) -> None:
    """A person says that the posts of a camera that has moved fit what it sees now.

    Raises:
        Conflict: If the camera has not moved, or somebody has looked already.
    """
    moved_at = moved_since(camera_id, notes)
    if moved_at is None:
        raise Conflict(f"camera '{camera_id}' is not known to have moved")
    state = json.dumps({"by": by})
    key = _acknowledgement_key(camera_id)
    notes.commit(Batch(checkpoint=Checkpoint(key, max(now, moved_at), state)))
