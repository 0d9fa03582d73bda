"""What a real camera does to the picture: exposure, blur, noise, infra-red, faults, the clock."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vision.simulation.linear import Array
from vision.simulation.optics import View
from vision.simulation.scenario import CameraModel, Fault, Scenario

Picture = NDArray[np.uint8]

KNOCK_DEG = 17.0


@dataclass(frozen=True, slots=True)
class Puff:
    """A ball of smoke: centre (3,) and radius in metres, opacity in [0, 1]."""

    centre: Array
    radius_m: float
    opacity: float


def active(faults: tuple[Fault, ...], kind: str, t_s: float) -> Fault | None:
    """The fault of that kind at a moment."""
    for fault in faults:
        if fault.kind == kind and fault.at_s <= t_s < fault.at_s + fault.for_s:
            return fault
    return None


def knocked(view: View, camera: CameraModel, t_s: float) -> View:
    """The view, turned aside while the camera is knocked."""
    if active(camera.faults, "knocked", t_s) is None:
        return view
    x, y, z = view.target
    shift = np.radians(KNOCK_DEG)
    dx, dy = x - view.position[0], y - view.position[1]
    turned = (dx * np.cos(shift) - dy * np.sin(shift), dx * np.sin(shift) + dy * np.cos(shift))
    target = (view.position[0] + float(turned[0]), view.position[1] + float(turned[1]), z - 0.5)
    return View(
        view.position, target, view.vertical_fov_deg, view.width, view.height, view.roll_deg + 9.0
    )


def expose(picture: Picture, camera: CameraModel, frame: int, seed: int, t_s: float) -> Picture:
    """The picture as this camera takes it. Deterministic for `seed` and `frame`."""
    import cv2

    rng = np.random.default_rng((seed, frame))
    gain = camera.exposure * (1.0 + 0.006 * np.sin(0.9 * t_s))
    if active(camera.faults, "dark", t_s) is not None:
        gain *= 0.07
    light: NDArray[np.float32] = picture.astype(np.float32)
    if camera.blur_px > 0.05:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), camera.blur_px), dtype=np.float32)
    if camera.infrared:
        grey = light @ np.array([0.50, 0.35, 0.15], dtype=np.float32)
        light = np.repeat((255.0 * (grey / 255.0) ** 0.85)[:, :, None], 3, axis=2)
    light = light * gain * _vignette(camera.width, camera.height)
    noise = camera.noise * (1.0 + 0.5 * (gain < 0.3))
    if noise > 0.0:
        grain = rng.standard_normal(light.shape[:2], dtype=np.float32)
        light = light + noise * grain[:, :, None]
    light = _covered(light, camera, t_s)
    return np.clip(light, 0.0, 255.0).astype(np.uint8)


@lru_cache(maxsize=4)
def _vignette(width: int, height: int) -> NDArray[np.float32]:
    y, x = np.mgrid[-1.0 : 1.0 : height * 1j, -1.0 : 1.0 : width * 1j]
    return np.asarray(1.0 - 0.10 * (x * x + y * y), dtype=np.float32)[:, :, None]


def _covered(light: NDArray[np.float32], camera: CameraModel, t_s: float) -> NDArray[np.float32]:
    if active(camera.faults, "black", t_s) is not None:
        return np.zeros_like(light)
    if active(camera.faults, "covered", t_s) is not None:
        return np.asarray(0.06 * light.mean() + 14.0 + 0.0 * light, dtype=np.float32)
    return light


def shown_time_s(faults: tuple[Fault, ...], t_s: float) -> float:
    """The moment that the picture shows: a frozen camera keeps repeating its last."""
    fault = active(faults, "frozen", t_s)
    return fault.at_s if fault is not None else t_s


def add_smoke(picture: Picture, puffs: list[Puff], view: View) -> Picture:
    """Blend balls of smoke over the picture."""
    if not puffs:
        return picture
    light = picture.astype(np.float32)
    focal = view.height / 2.0 / np.tan(np.radians(view.vertical_fov_deg) / 2.0)
    for puff in puffs:
        pixels, depth = view.project(puff.centre[None])
        if depth[0] > 0.2:
            _blend_ball(light, pixels[0], focal * puff.radius_m / float(depth[0]), puff.opacity)
    return np.clip(light, 0, 255).astype(np.uint8)


def _blend_ball(
    light: NDArray[np.float32], centre: Array, radius_px: float, opacity: float
) -> None:
    height, width = light.shape[:2]
    reach = int(2.5 * radius_px) + 1
    x, y = int(centre[0]), int(centre[1])
    left, right = max(x - reach, 0), min(x + reach + 1, width)
    upper, lower = max(y - reach, 0), min(y + reach + 1, height)
    if left >= right or upper >= lower:
        return
    rows, columns = np.mgrid[upper:lower, left:right]
    far = ((columns - centre[0]) ** 2 + (rows - centre[1]) ** 2) / radius_px**2
    share = (opacity * np.exp(-far))[:, :, None].astype(np.float32)
    patch = light[upper:lower, left:right]
    light[upper:lower, left:right] = patch * (1.0 - share) + 215.0 * share


def write_clock(picture: Picture, scenario: Scenario, t_s: float) -> Picture:
    """Time and camera name in the corners, as recorders write them."""
    import cv2

    at = scenario.start + timedelta(seconds=t_s)
    height, width = picture.shape[:2]
    scale = height / 720.0
    name = scenario.camera.id.upper()
    for text, place in (
        (at.strftime("%Y-%m-%d %H:%M:%S"), (int(20 * scale), int(36 * scale))),
        (name, (width - int((20 + 15 * len(name)) * scale), height - int(20 * scale))),
    ):
        for ink, thick in (((0, 0, 0), 3), ((245, 245, 245), 1)):
            cv2.putText(
                picture,
                text,
                place,
                cv2.FONT_HERSHEY_SIMPLEX,
                0.72 * scale,
                ink,
                thick,
                cv2.LINE_AA,
            )
    return picture
