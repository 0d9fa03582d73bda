"""A second look at a person's head, hands and feet, from the camera's own pixels.

The first look shows a whole post at the size that the detector takes: a cigarette may be 4 px
there. Where pose has told where head and hands are, they are cut from the frame and laid four to
a sheet, the form in which the detector was also trained. About one run a person, and one more where
something was found: a thing must be seen in two framings.
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
PLACES_PX = ((0, 0), (TILE_PX, 0), (0, TILE_PX), (TILE_PX, TILE_PX))
LEAST_PX = 8
"""A part of which less lies in the post is not looked at."""

MIN_GAIN = 1.3
"""How much larger than on a sheet of the whole post a tile must show things to be worth it."""

WIDER_SHARE = 0.08
"""By which a tile is widened on each side to be read again: things shrink by a seventh and lie on
other pixels, which a real thing survives."""

LEAST_CONFIDENCE = 0.4
"""Of a box, for its tile to be read again; rules ask for more."""

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
    """One part of one person.

    Attributes:
        xyxy_px: Of the frame, whole pixels.
        scale: Sheet pixels per frame pixel.
        labels: What may be found in it.
    """

    xyxy_px: tuple[int, int, int, int]
    scale: float
    labels: tuple[Label, ...]

    def wider(self, post_px: tuple[int, int, int, int]) -> "Tile":
        """The same part with a little more around it, inside the post."""
        box = np.array(self.xyxy_px)
        room = np.maximum(1, np.round(WIDER_SHARE * (box[2:] - box[:2]))).astype(int)
        low = np.maximum(box[:2] - room, post_px[:2])
        high = np.minimum(box[2:] + room, post_px[2:])
        xyxy = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        return replace(self, xyxy_px=xyxy, scale=TILE_PX / int((high - low).max()))


def with_closeups(frame: Frame, looks: Sequence[Look], detector: Detector) -> list[Look]:
    """Add to looks with pose what a closer look at each person finds.

    All tiles are read in one call. Those in which something is found that might be held against
    somebody are read again, framed a little wider: what only one framing shows is not there.
    """
    tiles = [(one, tile) for one in looks for tile in _tiles(one)]
    found = _read(frame, tiles, detector)
    doubtful = [n for n, boxes in enumerate(found) if len(boxes.above(LEAST_CONFIDENCE))]
    wider = [(one, tile.wider(one.post.box_px)) for one, tile in (tiles[n] for n in doubtful)]
    for number, again in zip(doubtful, _read(frame, wider, detector), strict=True):
        found[number] = agreed(found[number], again)
    return [replace(one, found=merged([one.found, *_of(one, tiles, found)])) for one in looks]


def _of(
    one: Look, tiles: Sequence[tuple[Look, Tile]], found: Sequence[Detections]
) -> list[Detections]:
    return [boxes for (owner, _), boxes in zip(tiles, found, strict=True) if owner is one]


def agreed(first: Detections, again: Detections) -> Detections:
    """The boxes of the first reading, each as sure as the less sure of both readings was.

    What the other reading does not show in that place, as the same class, is left out.
    """
    same = first.label[:, None] == again.label[None, :]
    overlap = np.where(same, iou(first.xyxy, again.xyxy), 0.0) >= SAME_THING_IOU
    surest = np.where(overlap, again.confidence[None, :], 0.0).max(axis=1, initial=0.0)
    confidence = np.minimum(first.confidence, surest).astype(np.float32)
    return Detections(first.xyxy, confidence, first.label).where(np.asarray(surest > 0))


def _tiles(one: Look) -> list[Tile]:
    """What of the persons of a look is worth a closer one."""
    tiles: list[Tile] = []
    for person, pose in zip(one.staff.present.xyxy, one.poses or (), strict=False):
        if pose is not None:
            body = UsablePose.within(pose, pose_box(person, one.post))
            tiles += tiles_of(body, person, one.post.box_px)
    return tiles


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
        if (high - low).min() >= LEAST_PX and TILE_PX / longest >= MIN_GAIN * first_scale:
            xyxy = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
            tiles.append(Tile(xyxy, TILE_PX / longest, part.labels))
    return tuple(tiles)


def _read(frame: Frame, tiles: Sequence[tuple[Look, Tile]], detector: Detector) -> list[Detections]:
    """What the detector finds on each tile, in pixels of the frame; four tiles share a sheet."""
    sheets = [tiles[n : n + len(PLACES_PX)] for n in range(0, len(tiles), len(PLACES_PX))]
    pictures = [[_picture(frame, one, tile) for one, tile in sheet] for sheet in sheets]
    answers = detector.detect([_sheet(each) for each in pictures]) if sheets else []
    return [
        unfolded(found, place, tile)
        for sheet, found in zip(sheets, answers, strict=True)
        for place, (_, tile) in zip(PLACES_PX, sheet, strict=False)
    ]


def _picture(frame: Frame, one: Look, tile: Tile) -> Image:
    """A tile brought to its size on the sheet; what lies outside the post is grey there, too."""
    left, top, right, bottom = tile.xyxy_px
    x, y = one.post.box_px[:2]
    size = (round((right - left) * tile.scale), round((bottom - top) * tile.scale))
    part = cut(frame.image, one.post)[top - y : bottom - y, left - x : right - x]
    return np.asarray(cv2.resize(part, size), np.uint8)


def _sheet(pictures: Sequence[Image]) -> Image:
    sheet = np.full((SHEET_PX, SHEET_PX, 3), GREY, np.uint8)
    for (left, top), picture in zip(PLACES_PX, pictures, strict=False):
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def unfolded(found: Detections, place_px: tuple[int, int], tile: Tile) -> Detections:
    """The boxes of a sheet on the tile at that place, in pixels of the frame."""
    origin = np.array(place_px, np.float32)
    centre = (found.xyxy[:, :2] + found.xyxy[:, 2:]) / 2
    inside = ((centre >= origin) & (centre < origin + TILE_PX)).all(axis=1)
    mine = found.where(np.asarray(inside)).only(*tile.labels)
    local = np.clip(mine.xyxy - np.tile(origin, 2), 0, TILE_PX) / tile.scale
    placed = local + np.tile(np.array(tile.xyxy_px[:2], np.float32), 2)
    return Detections(placed.astype(np.float32), mine.confidence, mine.label)


def merged(answers: Sequence[Detections]) -> Detections:
    """The boxes of several looks; of small things seen twice the surer box is kept."""
    found = Detections(
        np.concatenate([answer.xyxy for answer in answers]),
        np.concatenate([answer.confidence for answer in answers]),
        np.concatenate([answer.label for answer in answers]),
    ).strongest_first()
    overlap = np.triu(iou(found.xyxy, found.xyxy), k=1)
    same = found.label[:, None] == found.label[None, :]
    small = np.isin(found.label, HELD + WORN_ON_FEET)
    doubled = ((overlap >= SAME_THING_IOU) & same).any(axis=0) & small
    return found.where(np.asarray(~doubled))
