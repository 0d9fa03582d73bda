"""Cameras that move, are covered, or only have people before them."""

from datetime import timedelta
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.builders import T0
from tests.shared import DATA
from vision.observe import Scene, SceneState
from vision.observe.scene import LEARN_LOOKS, PERSIST_S, edges_of, seen, unseen

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "datasets" / "samples").glob("*/clip.mp4"))
FOOTAGE = sorted((DATA / "footage").glob("*.m*"))
HAND_HELD = "smoke_closeup"
LOOKS = 12


def pictures(path, count=40):
    """Pictures of a clip, evenly spread."""
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        total = int(float(clip.duration / 1e6) * float(stream.average_rate))
        frames = islice(clip.decode(stream), 0, None, max(1, total // count))
        return [cv2.resize(frame.to_ndarray(format="bgr24"), (640, 360)) for frame in frames]


@pytest.fixture(scope="module")
def hall():
    return pictures(SAMPLES[0])[: LEARN_LOOKS + LOOKS]


def told(images):
    """States after each of these pictures, 2 s apart."""
    scene, states = Scene(), []
    for number, image in enumerate(images):
        scene = seen(scene, image, T0 + timedelta(seconds=2 * number))
        states.append(scene.state)
    return states


def turned(image, right=0.0, down=0.0, by_deg=0.0, zoom=1.0):
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), by_deg, zoom)
    matrix[:, 2] += (right * width, down * height)
    return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def noisy(image):
    noise = np.random.default_rng(1).normal(0, 20, image.shape)
    return np.clip(image * 0.5 + noise, 0, 255).astype(np.uint8)


def crowded(image):
    """Six people before the camera, three quarters of its height."""
    drawn, (height, width) = image.copy(), image.shape[:2]
    colours = np.random.default_rng(1).integers(0, 255, (6, 3)).tolist()
    for number, colour in enumerate(colours):
        centre = (int(width * (0.08 + 0.15 * number)), height)
        axes = (int(width * 0.055), int(height * 0.75))
        cv2.ellipse(drawn, centre, axes, 0, 0, 360, colour, -1)
    return drawn


def papered(image):
    """A sheet of paper over the lens, but for a corner."""
    height, width = image.shape[:2]
    drawn = np.full_like(image, 190)
    drawn[height * 9 // 10 :, width * 9 // 10 :] = image[height * 9 // 10 :, width * 9 // 10 :]
    return drawn


@pytest.mark.parametrize(
    "change",
    [
        {"right": 0.03},
        {"right": 0.05},
        {"down": 0.05},
        {"right": 0.15, "down": 0.05},
        {"by_deg": 5},
        {"by_deg": 10},
        {"zoom": 1.2},
    ],
    ids=str,
)
def test_a_camera_that_was_knocked(hall, change):
    before, after = hall[:LEARN_LOOKS], hall[LEARN_LOOKS:]
    states = told(before + [turned(image, **change) for image in after])
    assert states[LEARN_LOOKS - 1] is SceneState.FITS
    assert states[LEARN_LOOKS + int(PERSIST_S / 2)] is SceneState.FITS
    assert states[-1] is SceneState.MOVED


@pytest.mark.parametrize(
    "change",
    [
        lambda image: turned(image, right=0.01),
        lambda image: turned(image, zoom=1.02),
        lambda image: (image * 0.35).astype(np.uint8),
        lambda image: np.clip(image * 1.8, 0, 255).astype(np.uint8),
        lambda image: np.repeat(image.mean(2, keepdims=True), 3, 2).astype(np.uint8),
        noisy,
        crowded,
    ],
    ids=["trembles", "breathes", "dusk", "sun", "infrared", "noise", "crowd"],
)
def test_what_is_no_movement(hall, change):
    states = told(hall[:LEARN_LOOKS] + [change(image) for image in hall[LEARN_LOOKS:]])
    assert set(states[LEARN_LOOKS - 1 :]) == {SceneState.FITS}


def test_covered_is_not_moved_and_ends_by_itself(hall):
    covered = [papered(image) for image in hall[LEARN_LOOKS:]]
    states = told(hall[:LEARN_LOOKS] + covered + hall[-2:])
    assert states[LEARN_LOOKS + LOOKS - 1] is SceneState.COVERED
    assert states[-1] is SceneState.FITS


def test_moved_stays_even_if_it_fits_again(hall):
    away = [turned(image, right=0.1) for image in hall[LEARN_LOOKS:]]
    assert told(hall[:LEARN_LOOKS] + away + hall[-3:])[-1] is SceneState.MOVED


def test_a_lorry_that_passes_is_nothing(hall):
    away = [turned(image, right=0.1) for image in hall[LEARN_LOOKS:]][: int(PERSIST_S / 2)]
    states = told(hall[:LEARN_LOOKS] + away + hall[-3:] + away)
    assert set(states[LEARN_LOOKS:]) == {SceneState.FITS}


def test_darkness_in_between_does_not_count(hall):
    scene = Scene()
    for number, image in enumerate(hall[:LEARN_LOOKS]):
        scene = seen(scene, image, T0 + timedelta(seconds=2 * number))
    away = turned(hall[-1], right=0.1)
    scene = unseen(seen(scene, away, T0 + timedelta(seconds=60)))
    assert seen(scene, away, T0 + timedelta(hours=9)).state is SceneState.FITS


def test_a_wall_cannot_be_checked():
    wall = np.full((360, 640, 3), 120, np.uint8)
    other = wall.copy()
    other[100:200, 100:300] = 200
    assert set(told([wall] * LEARN_LOOKS + [other] * LOOKS)[LEARN_LOOKS:]) == {SceneState.FITS}


def test_edges_are_directions_whatever_the_size(hall):
    small = edges_of(hall[0])
    large = edges_of(cv2.resize(hall[0], (1920, 1080)))
    length = np.hypot(*small)
    assert length.max() <= 1 + 1e-6
    assert float((small * large).sum() / (length > 0).sum()) > 0.8


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_no_sample_has_moved(path):
    assert SceneState.MOVED not in told(pictures(path))


@pytest.mark.shared
@pytest.mark.parametrize(
    "path", [one for one in FOOTAGE if HAND_HELD not in one.name], ids=lambda path: path.name
)
def test_no_fixed_camera_of_real_footage_has_moved(path):
    states = told(pictures(path, 30))
    assert set(states[LEARN_LOOKS:]) == {SceneState.FITS}
    assert len(states) > LEARN_LOOKS + LOOKS / 2


@pytest.mark.shared
@pytest.mark.skipif(not FOOTAGE, reason="needs the shared data folder")
def test_a_hand_held_camera_has_moved():
    path = next(one for one in FOOTAGE if HAND_HELD in one.name)
    assert told(pictures(path, 60))[-1] is SceneState.MOVED
