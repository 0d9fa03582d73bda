"""All that a camera's analysis remembers, as one value that can be written down and taken up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter

from vision.monitor import MonitorState
from vision.observe import Scene, WindowMemory
from vision.types import Presence


@dataclass(frozen=True, slots=True)
class WindowProgress:
    """One window.

    Attributes:
        memory: What its observations build on.
        monitors: Rule id to the state of its monitor.
        seen_at: Time of its last observation.
        presence: Who has been in the post.
        excused: Rule id to the instant up to which its exempt time is accounted for.
        sub_memory: As ``memory``, of the pictures of a sub-stream, which have other pixels.
    """

    memory: WindowMemory = field(default_factory=WindowMemory)
    monitors: Mapping[str, MonitorState] = field(default_factory=dict)
    seen_at: datetime | None = None
    presence: Presence = field(default_factory=Presence)
    excused: Mapping[str, datetime] = field(default_factory=dict)
    sub_memory: WindowMemory = field(default_factory=WindowMemory)


@dataclass(frozen=True, slots=True)
class CameraProgress:
    """All windows of one camera, by window id.

    Attributes:
        at: Time of the last base frame.
        main_at: Time of the last one that was not of a sub-stream.
        scene: What footage shows of the camera's place; a watched camera's is kept elsewhere.
    """

    windows: Mapping[str, WindowProgress] = field(default_factory=dict)
    at: datetime | None = None
    bursting: bool = False
    main_at: datetime | None = None
    scene: Scene | None = None


_ADAPTER = TypeAdapter(CameraProgress)


def dump_progress(state: CameraProgress) -> str:
    """As JSON text."""
    return _ADAPTER.dump_json(state).decode()


def load_progress(text: str) -> CameraProgress:
    """From :func:`dump_progress`."""
    return _ADAPTER.validate_json(text)
