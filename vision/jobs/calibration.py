"""Looking at one post for a while, to learn what upright is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import Any

from vision.config import (
    SamplingConfig,
    ServiceWindow,
    SiteConfig,
    UprightConfig,
    UprightView,
    post_digest,
)
from vision.errors import CalibrationRefused, UnreadableSource
from vision.observe import ViewMemory, WindowMemory, digest, look, with_pose
from vision.pipeline import CameraPlan
from vision.ports import FrameSource
from vision.posture.calibration import Glimpse, Learnt
from vision.sources.grab import ANYWHERE, grab
from vision.types import POSTURE_FEATURES, Frame, Observation
from vision.wiring import Models, open_camera, open_footage

EACH_SECOND = SamplingConfig(mode="fps", fps=1.0)
PATIENCE_S = 30.0
"""How much longer than asked for a camera may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What was seen of one post.

    Attributes:
        glimpses: One a picture whose view could be used.
        last: The last picture of one person whose posture was seen, with what was observed in it.
        size_px: Width and height of the pictures.
    """

    glimpses: tuple[Glimpse, ...]
    last: tuple[Frame, Observation] | None
    size_px: tuple[int, int]


def footage_of(site: SiteConfig, camera_id: str, path: Path, start: datetime) -> FrameSource:
    """A file or a folder of pictures, a picture a second.

    Raises:
        UnreadableSource: If there is none.
    """
    if not path.exists():
        raise UnreadableSource(f"{path}: there is no such file or folder")
    return open_footage(path, _each_second(site, camera_id), camera_id, start)


def frames_of_camera(
    site: SiteConfig, camera_id: str, environment: Mapping[str, str], for_s: float
) -> Iterable[Frame]:
    """Live pictures, one a second, for so long.

    Raises:
        CameraUnreachable: If it gives no picture.
        UsageError: If it has no URL, or a variable in it is not set.
    """
    grab(site.camera(camera_id).stream_url(environment), camera_id)
    source = open_camera(_each_second(site, camera_id), camera_id, environment, ANYWHERE)
    late = Timer(for_s + PATIENCE_S, source.stop)
    late.start()
    try:
        until: datetime | None = None
        for frame in source.frames():
            until = until or frame.at + timedelta(seconds=for_s)
            if frame.at > until:
                break
            yield frame
    finally:
        late.cancel()
        source.stop()


def watch_post(
    frames: Iterable[Frame], plan: CameraPlan, window_id: str, models: Models
) -> Watched:
    """Look at every picture.

    Raises:
        CalibrationRefused: If there is no picture, or none that shows the post.
    """
    number = [window.window_id for window in plan.windows].index(window_id)
    view, memory = ViewMemory(), WindowMemory()
    glimpses, last, size_px, states = [], None, (0, 0), set[str]()
    for frame in frames:
        posts = [replace(window, upright=None).post(frame.size_px) for window in plan.windows]
        (one,) = look(frame, [posts[number]], [view], models.detector, posts)
        view, size_px = one.view_memory, frame.size_px
        if not one.view.usable:
            states.add(one.view.state.value)
            continue
        (one,) = with_pose(frame, [one], models.pose)
        memory, seen = digest(memory, one, plan.camera_id, frame.at)
        posture = seen.persons[0].posture if len(seen.persons) == 1 else None
        glimpses.append(Glimpse(len(seen.persons), posture))
        if posture is not None and posture.body_yaw_deg is not None:
            last = frame, seen
    if not glimpses:
        why = f"the post cannot be seen: {', '.join(sorted(states))}" if states else "no picture"
        raise CalibrationRefused(f"{why}; expected one person who sits upright in it")
    return Watched(tuple(glimpses), last, size_px)


def upright_config(
    window: ServiceWindow, size_px: tuple[int, int], learnt: Iterable[Learnt], at: datetime
) -> UprightConfig:
    """What is to be kept of it."""
    views = {one.upright.side_view: _view(one) for one in learnt}
    return UprightConfig(
        taken_at=at.replace(microsecond=0),
        camera=window.camera,
        post_digest=post_digest(window.post),
        size_px=size_px,
        front=views.get(False),
        side=views.get(True),
    )


def with_upright(document: Any, window_id: str, upright: UprightConfig | None) -> Any:
    """The document of a site file with the reference at its window; None to take it out."""
    windows = []
    for window in document["windows"]:
        kept = {key: value for key, value in window.items() if key != "upright"}
        if window["id"] == window_id and upright is not None:
            kept["upright"] = upright.model_dump(mode="json", exclude_none=True)
        windows.append(kept if window["id"] == window_id else window)
    return {**document, "windows": windows}


def _view(one: Learnt) -> UprightView:
    upright = one.upright
    measured = {
        name: (round(value, 3), round(getattr(upright.sigma, name), 4))
        for name in POSTURE_FEATURES
        if (value := getattr(upright, name)) is not None
    }
    return UprightView.model_validate(
        {
            "samples": one.samples,
            "yaw_deg": round(upright.body_yaw_deg or 0.0, 1),
            "scale_px": round(upright.scale_px, 1),
            **measured,
        }
    )


def _each_second(site: SiteConfig, camera_id: str) -> SiteConfig:
    cameras = tuple(
        camera.model_copy(update={"sampling": EACH_SECOND}) if camera.id == camera_id else camera
        for camera in site.cameras
    )
    return site.model_copy(update={"cameras": cameras})
