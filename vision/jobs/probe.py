"""Looking through a camera on the day of installation: what can be judged from here?"""

from collections.abc import Mapping, Sequence

from vision.config import CameraConfig, SiteConfig
from vision.observe import ViewMemory, WindowMemory, digest, look, with_closeups, with_pose
from vision.pipeline import CameraPlan
from vision.rules.scale import Assessability, assess, scale_of
from vision.sources.grab import grab
from vision.sources.live.pairing import same_shape
from vision.types import Frame, Observation
from vision.wiring import Models, camera_plan, open_models, rules_with


def probe(site: SiteConfig, camera: CameraConfig, environment: Mapping[str, str]) -> list[str]:
    """Open a camera and say, line by line, what its view supports.

    Raises:
        CameraUnreachable: If it gives no picture.
        UsageError: If it has no URL, or a variable in it is not set.
        ModelError: If the models are missing.
    """
    frame = grab(camera.stream_url(environment), camera.id)
    lines = [f"{frame.size_px[0]} x {frame.size_px[1]} px"]
    if (sub_url := camera.sub_stream_url(environment)) is not None:
        lines.append(_beside(frame, grab(sub_url, camera.id)))
    if not site.windows_of(camera.id):
        return [*lines, "no window is seen by this camera"]
    with open_models() as models:
        plan = camera_plan(site, camera.id, rules_with(models.thresholds))
        for seen in observe_once(frame, plan, models):
            state = "" if seen.view.usable else f", view {seen.view.state.value}"
            lines.append(f"window {seen.window_id}: {len(seen.persons)} in the post{state}")
            lines += [f"  {one}" for one in assessments(plan, seen)]
        lines += _misfits(site, camera, frame.size_px)
    return lines


def _beside(main: Frame, sub: Frame) -> str:
    """What is to be said of the sub-stream."""
    size = f"sub-stream {sub.size_px[0]} x {sub.size_px[1]} px"
    if not same_shape(main.size_px, sub.size_px):
        return f"{size}: not the shape of the main stream, so that the posts do not fit; not used"
    return size


def _misfits(site: SiteConfig, camera: CameraConfig, size_px: tuple[int, int]) -> list[str]:
    """The windows whose upright reference does not apply to this picture."""
    return [
        f"window {window.id}: its upright reference is not applied: {why}"
        for window in site.windows_of(camera.id)
        if (why := window.upright_misfit(size_px)) is not None
    ]


def observe_once(frame: Frame, plan: CameraPlan, models: Models) -> list[Observation]:
    """Observe every window of a camera in one picture, pose included."""
    posts = [window.post(frame.size_px) for window in plan.windows]
    looks = look(frame, posts, [ViewMemory()] * len(posts), models.detector, posts)
    looks = with_pose(frame, looks, models.pose)
    looks = with_closeups(frame, looks, models.detector)
    return [digest(WindowMemory(), one, plan.camera_id, frame.at)[1] for one in looks]


def assessments(plan: CameraPlan, seen: Observation) -> Sequence[Assessability]:
    """What the view of one window supports, rule by rule."""
    window = next(window for window in plan.windows if window.window_id == seen.window_id)
    return [
        assess(duty.rule.rule_id, duty.rule.target, seen.post_height_px, scale_of(seen))
        for duty in window.duties
    ]
