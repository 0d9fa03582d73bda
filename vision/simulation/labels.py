"""Boxes and landmarks of one picture, from who owns each pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.simulation.linear import Array
from vision.simulation.optics import View


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a class: the consecutive identities of its surfaces, its vertices (V, 3)."""

    label: str
    owner: str
    idents: tuple[int, ...]
    vertices: Array


@dataclass(frozen=True, slots=True)
class Box:
    """The visible surface of one item.

    `xyxy` pixels, the right and lower edges exclusive; `visibility` is the share of the item's
    surface points that are inside the picture and not behind something else.
    """

    label: str
    owner: str
    xyxy: tuple[int, int, int, int]
    visibility: float


@dataclass(frozen=True, slots=True)
class Landmarks:
    """A person's landmarks in MediaPipe's order.

    `points` (33, 3): x, y in pixels, visibility 0 or 1; `world` (33, 3) metres in the hall.
    """

    owner: str
    points: Array
    world: Array


def boxes(items: Sequence[Item], idents: NDArray[np.int32], view: View) -> list[Box]:
    """The boxes of those items of which any pixel is in sight."""
    found = []
    for item in items:
        box = _extent(idents, item.idents)
        if box is not None:
            share = visible_share(item, idents, view)
            found.append(Box(item.label, item.owner, box, round(share, 3)))
    return found


def _extent(idents: NDArray[np.int32], wanted: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    low, high = min(wanted), max(wanted)
    mask = (idents >= low) & (idents <= high)  # an item's identities follow one another
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def visible_share(item: Item, idents: NDArray[np.int32], view: View, limit: int = 600) -> float:
    """Share of the item's vertices that land on, or next to, a pixel of its own."""
    step = max(1, len(item.vertices) // limit)
    pixels, depth = view.project(item.vertices[::step])
    return float(owned(pixels, depth, item.idents, idents).mean())


def owned(
    pixels: Array, depth: Array, wanted: tuple[int, ...], idents: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which `pixels` (N, 2) lie within one pixel of a pixel that belongs to `wanted`."""
    height, width = idents.shape
    low, high = min(wanted), max(wanted)
    columns = np.floor(pixels[:, 0]).astype(np.int64)
    rows = np.floor(pixels[:, 1]).astype(np.int64)
    inside = (depth > 0) & (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    hit = np.zeros(len(pixels), dtype=bool)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            row = np.clip(rows + down, 0, height - 1)
            column = np.clip(columns + right, 0, width - 1)
            here = idents[row, column]
            hit |= (here >= low) & (here <= high)
    return np.asarray(hit & inside)


def landmarks(
    owner: str, points: Array, idents_of: tuple[int, ...], idents: NDArray[np.int32], view: View
) -> Landmarks:
    """Landmarks (33, 3) in metres as pixels with visibility."""
    pixels, depth = view.project(points)
    seen = owned(pixels, depth, idents_of, idents).astype(np.float64)
    return Landmarks(owner, np.c_[np.round(pixels, 1), seen], points)
