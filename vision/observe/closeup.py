"""A second look at a person's head, hands and feet, from the camera's own pixels.

The first look shows a whole post at the size that the detector takes: a cigarette may be 4 px
there. Where pose has told where head and hands are, they are cut from the frame and laid on one
sheet of four tiles, the form in which the detector was also trained. One run a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.geometry import iou
from vision.observe.look import Look, pose_box
from vision.observe.posts import cut
from vision.ports import Detector
from vision.posture.landmarks import UsablePose
from vision.types import Detections, Frame, Image, Label, Landmark

SHEET_PX = 416
"""Side of a sheet: what the detector takes, so that nothing is scaled again."""

TILE_PX = SHEET_PX // 2
MIN_GAIN = 1.3
"""How much larger than at the first look a tile must show things to be worth it."""

GREY = 114
SAME_THING_IOU = 0.3
SEATED_BOX_WIDTH_M = 0.55
"""Of a person's box, elbows included (ISO 7250); the scale where pose gives none."""

HELD = (Label.PHONE, Label.CIGARETTE)
WORN_ON_FEET = (Label.SLIPPERS, Label.SHOES)
FACE = (
    Landmark.NOSE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
    Landmark.MOUTH_LEFT,
    Landmark.MOUTH_RIGHT,
)
LEFT_HAND = (Landmark.LEFT_WRIST, Landmark.LEFT_INDEX)
RIGHT_HAND = (Landmark.RIGHT_WRIST, Landmark.RIGHT_INDEX)
FEET = (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the body: where to look, how far around, for what."""

    landmarks: tuple[Landmark, ...]
    side_m: float
    labels: tuple[Label, ...]


PARTS = (
    Part(FACE, 0.55, HELD),
    Part(LEFT_HAND, 0.45, HELD),
    Part(RIGHT_HAND, 0.45, HELD),
    Part(FEET, 0.60, WORN_ON_FEET),
)
"""Sides: a head (0.23 m high) with a hand beside it; a hand (0.19 m) and what it holds; two feet
(0.27 m) side by side. Body sizes from ISO 7250."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One part on a sheet.

    Attributes:
        xyxy_px: Of the frame, whole pixels.
        at_px: Left and top on the sheet.
        scale: Sheet pixels per frame pixel.
        labels: What may be found in it.
    """

    xyxy_px: tuple[int, int, int, int]
    at_px: tuple[int, int]
    scale: float
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The parts of one person that are worth a closer look, as one (416, 416, 3) picture."""

    image: Image
    tiles: tuple[Tile, ...]


def with_closeups(frame: Frame, looks: Sequence[Look], detector: Detector) -> list[Look]:
    """Add to looks with pose what a closer look at each person finds, all in one call."""
    sheets = [_sheets(frame, one) for one in looks]
    images = [sheet.image for group in sheets for sheet in group]
    answers = iter(detector.detect(images) if images else ())
    done = []
    for one, group in zip(looks, sheets, strict=True):
        extra = [unfolded(next(answers), sheet.tiles) for sheet in group]
        done.append(replace(one, found=merged([one.found, *extra])))
    return done


def _sheets(frame: Frame, one: Look) -> list[Sheet]:
    crop = cut(frame.image, one.post)
    sheets = []
    for number, person in enumerate(one.staff.present.xyxy):
        pose = one.poses[number] if one.poses is not None else None
        if pose is not None:
            body = UsablePose.within(pose, pose_box(person, one.post))
            tiles = tiles_of(body, person, one.post.box_px)
            if tiles:
                sheets.append(_sheet(crop, one.post.box_px[:2], tiles))
    return sheets


def tiles_of(
    body: UsablePose, person_xyxy: NDArray[np.float32], post_px: tuple[int, int, int, int]
) -> tuple[Tile, ...]:
    """The parts of a person that can be seen, lie in the post, and would show larger than before.

    Args:
        body: Landmarks in pixels of the frame.
        person_xyxy: (4,) box of the person, pixels of the frame.
        post_px: Left, top, right, bottom of the post.
    """
    first_scale = SHEET_PX / max(post_px[2] - post_px[0], post_px[3] - post_px[1])
    px_per_m = body.px_per_m() or float(person_xyxy[2] - person_xyxy[0]) / SEATED_BOX_WIDTH_M
    tiles: list[Tile] = []
    for part in PARTS:
        centre = body.point(*part.landmarks)
        if centre is None:
            continue
        half_px = part.side_m * px_per_m / 2
        low = np.maximum(np.floor(centre - half_px), post_px[:2]).astype(int)
        high = np.minimum(np.ceil(centre + half_px), post_px[2:]).astype(int)
        longest = int((high - low).max())
        if (high - low).min() < 2 or TILE_PX / longest < MIN_GAIN * first_scale:
            continue
        place = (len(tiles) % 2 * TILE_PX, len(tiles) // 2 * TILE_PX)
        xyxy = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        tiles.append(Tile(xyxy, place, TILE_PX / longest, part.labels))
    return tuple(tiles)


def _sheet(crop: Image, origin_px: tuple[int, int], tiles: tuple[Tile, ...]) -> Sheet:
    image = np.full((SHEET_PX, SHEET_PX, 3), GREY, np.uint8)
    for tile in tiles:
        left, top, right, bottom = (
            edge - origin_px[index % 2] for index, edge in enumerate(tile.xyxy_px)
        )
        part = crop[top:bottom, left:right]
        size = (round((right - left) * tile.scale), round((bottom - top) * tile.scale))
        x, y = tile.at_px
        image[y : y + size[1], x : x + size[0]] = cv2.resize(part, size)
    return Sheet(image, tiles)


def unfolded(found: Detections, tiles: Sequence[Tile]) -> Detections:
    """Boxes of a sheet in pixels of the frame: each tile keeps the classes that belong to it."""
    parts = []
    centre = (found.xyxy[:, :2] + found.xyxy[:, 2:]) / 2
    for tile in tiles:
        origin = np.array(tile.at_px, np.float32)
        inside = ((centre >= origin) & (centre < origin + TILE_PX)).all(axis=1)
        mine = found.where(np.asarray(inside)).only(*tile.labels)
        local = np.clip(mine.xyxy - np.tile(origin, 2), 0, TILE_PX) / tile.scale
        placed = local + np.tile(np.array(tile.xyxy_px[:2], np.float32), 2)
        parts.append(Detections(placed.astype(np.float32), mine.confidence, mine.label))
    return joined(parts)


def joined(parts: Sequence[Detections]) -> Detections:
    """All boxes of several answers."""
    if not parts:
        return Detections.empty()
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.label for part in parts]),
    )


def merged(answers: Sequence[Detections]) -> Detections:
    """The boxes of several looks; of small things seen twice the surer box is kept."""
    found = joined(answers).strongest_first()
    overlap = np.triu(iou(found.xyxy, found.xyxy), k=1)
    same = found.label[:, None] == found.label[None, :]
    small = np.isin(found.label, HELD + WORN_ON_FEET)
    doubled = ((overlap >= SAME_THING_IOU) & same).any(axis=0) & small
    return found.where(np.asarray(~doubled))
