"""Whether a camera still sees what it saw when its posts were drawn.

The scene is remembered as the direction of its standing edges, on a small grid: counters, door
frames and screens, not the people in front of them. Directions do not change with the light. A
camera has moved when hardly any part of the picture fits any more, or when all of it fits better
some way off; people, however many, leave parts that fit. Pure.
"""

import base64
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import PlainSerializer, PlainValidator

from vision.types import Image

GRID = (160, 90)
"""Width and height of the grid."""

TILES = (8, 5)
"""Parts of the picture, across and down, that fit or do not."""

EVERY_S = 2.0
"""Looks that follow sooner tell nothing new."""

LEARN_LOOKS = 10
PERSIST_S = 15.0
"""How long a picture must not fit: longer than a truck, a cleaner or a hand before the lens."""

EDGE_LUMA = 6.0
"""Difference of brightness across two cells that counts as an edge, of 255."""

STEADY = 0.8
"""Mean length of the unit vectors of an edge that stands still."""

TILE_CELLS = 12
LEAST_TILES = 6
"""A scene with fewer parts that have edges cannot be checked."""

FITS = 0.35
"""Mean agreement of a tile's edges from which on it fits, of 1."""

FEW_FIT = 0.2
MANY_FIT = 0.5
"""Shares of tiles: with fewer that fit something is wrong, with more all is well."""

ELSEWHERE_FITS = 0.45
CLEARLY = 1.5
MANY_AWAY = 0.35
REACH_CELLS = 8
"""When a tile fits some way off: a camera that was turned about its axis, or zoomed."""

SLACK_CELLS = 2
"""A camera that trembles by so much, one hundredth of the picture, has not moved."""

FADED = 0.25
"""Of the scene's edges: with fewer left anywhere, something is before the lens."""

Field = NDArray[np.float32]


def _packed(edges: Field) -> str:
    return base64.b64encode(zlib.compress(edges.astype(np.float16).tobytes(), 1)).decode()


def _unpacked(text: str) -> Field:
    levels = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.float16)
    return levels.reshape(2, GRID[1], GRID[0]).astype(np.float32)


class SceneState(StrEnum):
    """What a picture says of the camera's place."""

    LEARNING = "learning"
    FITS = "fits"
    COVERED = "covered"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is remembered of a camera's view; serialisable by pydantic.

    Attributes:
        state: What holds.
        edges: (2, rows, columns) sum of the unit edge vectors seen while learning, and their mean
            afterwards; zero where no edge stands.
        looks: How many were summed.
        at: Time of the last look.
        odd: What pictures have said since ``odd_since``, if it is not that they fit.
        odd_since: When that began.
    """

    state: SceneState = SceneState.LEARNING
    edges: Annotated[Field, PlainValidator(_unpacked), PlainSerializer(_packed)] = field(
        default_factory=lambda: _blank()
    )
    looks: int = 0
    at: datetime | None = None
    odd: SceneState = SceneState.FITS
    odd_since: datetime | None = None

    @property
    def blind(self) -> str:
        """Why the windows cannot be judged by the last picture; empty if they can.

        A picture that does not fit judges nobody from the first look on; that the camera has moved
        is said when it has lasted.
        """
        state = self.odd if self.state is SceneState.FITS else self.state
        return state.value if state in (SceneState.MOVED, SceneState.COVERED) else ""


def watched(scene: Scene, image: Image, at: datetime, *, is_usable: bool) -> Scene:
    """The scene after another whole (H, W, 3) BGR picture, if that tells anything new."""
    if not is_usable:
        return unseen(scene)
    return seen(scene, image, at) if is_due(scene, at) else scene


def is_due(scene: Scene, at: datetime) -> bool:
    """Whether a look at ``at`` would tell anything new."""
    return scene.at is None or (at - scene.at).total_seconds() >= EVERY_S


def seen(scene: Scene, image: Image, at: datetime) -> Scene:
    """The scene after another whole, usable (H, W, 3) picture. ``MOVED`` stays until it is let go.

    Args:
        scene: Before it.
        image: BGR.
        at: Capture time, UTC.
    """
    edges = edges_of(image)
    if scene.state is SceneState.LEARNING:
        return _learnt(scene, edges, at)
    told = _told(scene.edges, edges)
    if told is not scene.odd:
        scene = replace(scene, odd=told, odd_since=at)
    stood_s = (at - (scene.odd_since or at)).total_seconds()
    settled = told is SceneState.FITS or stood_s >= PERSIST_S
    holds = scene.state is SceneState.MOVED or not settled
    return replace(scene, state=scene.state if holds else told, at=at)


def unseen(scene: Scene) -> Scene:
    """After a picture that cannot be used: what pictures said before it does not go on."""
    return replace(scene, odd=SceneState.FITS, odd_since=None)


def edges_of(image: Image) -> Field:
    """(2, rows, columns) unit edge vectors of a picture; zero where there is no edge."""
    stride = max(1, min(image.shape[0] // GRID[1], image.shape[1] // GRID[0]) // 4)
    small = cv2.resize(image[::stride, ::stride], GRID, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    both = np.stack([cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)]) / 4
    length = np.hypot(both[0], both[1])
    strong = length >= EDGE_LUMA
    return np.where(strong, both / np.maximum(length, EDGE_LUMA), 0).astype(np.float32)


def _blank() -> Field:
    return np.zeros((2, GRID[1], GRID[0]), np.float32)


def _learnt(scene: Scene, edges: Field, at: datetime) -> Scene:
    total, looks = scene.edges + edges, scene.looks + 1
    if looks < LEARN_LOOKS:
        return replace(scene, edges=total, looks=looks, at=at)
    mean = total / looks
    steady = np.hypot(mean[0], mean[1]) >= STEADY
    kept = np.where(steady, mean, 0).astype(np.float32)
    return Scene(SceneState.FITS, kept, looks, at)


def _told(scene: Field, edges: Field) -> SceneState:
    """What one picture says."""
    steady = _length(scene) > 0
    tiles = _tiles(steady.astype(np.float32))
    wide = tiles >= TILE_CELLS
    if np.count_nonzero(wide) < LEAST_TILES:
        return SceneState.FITS
    if _stands(scene, edges, tiles, wide):
        return SceneState.FITS
    left = np.count_nonzero(_length(edges)) / np.count_nonzero(steady)
    return SceneState.COVERED if left < FADED else SceneState.MOVED


def _stands(scene: Field, edges: Field, tiles: Field, wide: NDArray[np.bool_]) -> bool:
    """Whether enough of the scene is where it was, and not somewhere else."""
    elsewhere = _fits_elsewhere(scene, edges)
    if _fitting(_agreed(scene, edges, 0)[..., wide] / tiles[wide]) >= MANY_FIT:
        return not elsewhere  # as nearly always: shifts need not be tried
    near = _agreed(scene, edges, SLACK_CELLS)[..., wide] / tiles[wide]
    fitting = _fitting(near)
    if fitting < FEW_FIT or elsewhere:
        return False
    if fitting >= MANY_FIT:
        return True
    far = _agreed(scene, edges, REACH_CELLS)[..., wide] / tiles[wide]
    best, here = far.max((0, 1)), near.max((0, 1))
    away = (best >= ELSEWHERE_FITS) & (best >= CLEARLY * here)
    return float(away.mean()) < MANY_AWAY


def _fitting(agreed: Field) -> float:
    """Share of the tiles that fit at the shift at which most do."""
    return float((agreed >= FITS).mean(-1).max())


def _agreed(scene: Field, edges: Field, reach: int) -> Field:
    """(shifts down, shifts right, rows, columns of tiles) agreement with the shifted picture."""
    shifts = range(-reach, reach + 1)
    rows = [
        [_tiles((scene * np.roll(edges, (down, right), (1, 2))).sum(0)) for right in shifts]
        for down in shifts
    ]
    return np.array(rows, np.float32)


def _fits_elsewhere(scene: Field, edges: Field) -> bool:
    """Whether the whole scene fits at a larger shift, and clearly worse in its place."""
    spectrum = np.fft.rfft2(scene).conj() * np.fft.rfft2(edges)
    agreed = np.fft.irfft2(spectrum.sum(0), s=scene.shape[1:]) / np.count_nonzero(_length(scene))
    reach = SLACK_CELLS + 1
    near = np.zeros(agreed.shape, bool)
    near[:reach, :reach] = near[:reach, 1 - reach :] = True
    near[1 - reach :, :reach] = near[1 - reach :, 1 - reach :] = True
    elsewhere, here = agreed[~near].max(), agreed[near].max()
    return bool(elsewhere >= ELSEWHERE_FITS and elsewhere >= CLEARLY * here)


def _length(both: Field) -> Field:
    return np.asarray(np.hypot(both[0], both[1]), np.float32)


def _tiles(cells: Field) -> Field:
    """Sums of the cells of every tile."""
    rows, columns = cells.shape
    parts = cells.reshape(TILES[1], rows // TILES[1], TILES[0], columns // TILES[0])
    return np.asarray(parts.sum((1, 3)), np.float32)
