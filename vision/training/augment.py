"""Training pictures made to look like hall cameras: small, grey, dark, soft and compressed.

One training sample is a sheet of one, four or nine pictures, each scaled at random, so that a
phone held into a lens is also seen at the 8 to 24 px of a hall camera.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.labelled.pictures import Boxes, Picture, read_image
from vision.types import CLASSES, Label

Image = NDArray[Any]
CELL_PX = 8
GREY = 114
GREY_SPREAD = 6
"""Most that the channels of a grey picture differ, after JPEG."""
SMALLEST_PX = 5.0
PREFERRED = {Label.CIGARETTE: 8.0, Label.PHONE: 4.0, Label.SLIPPERS: 3.0, Label.SHOES: 2.0}
LEAST_AROUND, MOST_AROUND, LARGEST = 1.6, 6.0, 5.0
"""Of a close-up: its side in sides of the box, and the most that a picture is enlarged."""
CONTRAST = {
    Label.SLIPPERS: Label.SHOES,
    Label.SHOES: Label.SLIPPERS,
    Label.VEST: Label.SLEEVED_TOP,
    Label.SLEEVED_TOP: Label.VEST,
    Label.SHORTS: Label.TROUSERS,
    Label.TROUSERS: Label.SHORTS,
}


@dataclass(frozen=True, slots=True)
class Domain:
    """How often and how far a sample is moved towards a hall camera; zero leaves it alone.

    Attributes:
        grey: Share of pictures without colour.
        dark: Share in low light, with noise.
        soft: Share blurred, by defocus or motion.
        coarse: Share reduced and enlarged again.
        compressed: Share stored as poor JPEG.
        sheet4: Share of samples that show four pictures.
        sheet9: Share of samples that show nine.
        closeup: Share of pictures of which only the surroundings of one box are shown, as the
            second look at head, hands and feet shows them.
        smallest: Smallest scale of a picture that is alone on its sheet.
        tinted: Share of grey pictures that get colours, so that no colour is no sign of clothes.
    """

    grey: float = 0.35
    tinted: float = 0.5
    dark: float = 0.15
    soft: float = 0.15
    coarse: float = 0.15
    compressed: float = 0.35
    sheet4: float = 0.5
    sheet9: float = 0.25
    closeup: float = 0.35
    smallest: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One training picture.

    Attributes:
        image: (S, S, 3) uint8 BGR.
        boxes: (N, 5) float32: class, left, top, right, bottom in pixels.
        known: (classes, S / 8, S / 8) uint8, 1 where the class is fully labelled.
    """

    image: Image
    boxes: Boxes
    known: NDArray[np.uint8]


def compose(
    pictures: list[Picture], side_px: int, domain: Domain, dice: np.random.Generator
) -> Sample:
    """A sheet of 1, 4 or 9 pictures."""
    across = round(len(pictures) ** 0.5)
    sheet = np.full((side_px, side_px, 3), GREY, np.uint8)
    known = np.ones((len(CLASSES), side_px // CELL_PX, side_px // CELL_PX), np.uint8)
    boxes = []
    edges = _edges(side_px, across, dice)
    smallest = domain.smallest ** (1 / across)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, across)
        tile = (edges[column], edges[row], edges[column + 1], edges[row + 1])
        boxes.append(_place(sheet, known, picture, tile, domain, smallest, dice))
    return Sample(_photograph(sheet, domain, dice), np.concatenate(boxes), known)


def how_many(domain: Domain, dice: np.random.Generator) -> int:
    """Pictures on the next sheet."""
    drawn = dice.random()
    if drawn < domain.sheet9:
        return 9
    return 4 if drawn < domain.sheet9 + domain.sheet4 else 1


def _edges(side_px: int, across: int, dice: np.random.Generator) -> list[int]:
    step = side_px / across
    inner = [step * i + dice.uniform(-0.2, 0.2) * step for i in range(1, across)]
    return [0, *(round(edge / CELL_PX) * CELL_PX for edge in inner), side_px]


def _place(
    sheet: Image,
    known: NDArray[np.uint8],
    picture: Picture,
    tile: tuple[int, int, int, int],
    domain: Domain,
    smallest: float,
    dice: np.random.Generator,
) -> Boxes:
    """Draw a picture into its tile, mark what is known there, and return its boxes in pixels."""
    left, top, right, bottom = tile
    image: Image = read_image(picture.path)
    mirrored = dice.random() < 0.5
    boxes = _mirrored(picture.boxes) if mirrored else picture.boxes
    image = image[:, ::-1] if mirrored else image
    size, at = _framing(image, boxes, tile, domain, smallest, dice)
    x, y = at
    shrinks = size[0] < image.shape[1]
    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    shown = (max(x, left), max(y, top), min(x + size[0], right), min(y + size[1], bottom))
    part = image[shown[1] - y : shown[3] - y, shown[0] - x : shown[2] - x]
    sheet[shown[1] : shown[3], shown[0] : shown[2]] = _recolour(part, domain, dice)
    _mark(known, shown, [c for c in range(len(CLASSES)) if c not in picture.known], 0)
    doubtful = _mirrored(picture.doubtful) if mirrored else picture.doubtful
    _hide(known, _to_pixels(doubtful, size, (x, y)), shown)
    return _visible(known, _to_pixels(boxes, size, (x, y)), shown)


def _framing(
    image: Image,
    boxes: Boxes,
    tile: tuple[int, int, int, int],
    domain: Domain,
    smallest: float,
    dice: np.random.Generator,
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Size to which a picture is brought, and where its left upper corner comes to lie."""
    height, width = image.shape[:2]
    left, top, right, bottom = tile
    fit = min((right - left) / width, (bottom - top) / height)
    stretch = float(np.exp(dice.uniform(-0.15, 0.15)))
    closeup = dice.random() < domain.closeup
    box = boxes[_chosen(boxes, dice)] if closeup and len(boxes) else None
    if box is not None and max(box[3] * width, box[4] * height) * LEAST_AROUND < max(width, height):
        span_px = max(box[3] * width, box[4] * height) * dice.uniform(LEAST_AROUND, MOST_AROUND)
        scale = min(max(right - left, bottom - top) / span_px, LARGEST)
        size = _size(width * scale * stretch, height * scale / stretch)
        off = dice.uniform(-0.2, 0.2, 2) * (right - left, bottom - top)
        x = round((left + right) / 2 + off[0] - float(box[1]) * size[0])
        y = round((top + bottom) / 2 + off[1] - float(box[2]) * size[1])
        return size, (x, y)
    scale = fit * float(np.exp(dice.uniform(np.log(smallest), np.log(1.4))))
    size = _size(width * scale * stretch, height * scale / stretch)
    free = (right - left - size[0], bottom - top - size[1])
    x = left + round(dice.uniform(min(0, free[0]), max(0, free[0])))
    y = top + round(dice.uniform(min(0, free[1]), max(0, free[1])))
    return size, (x, y)


def _chosen(boxes: Boxes, dice: np.random.Generator) -> int:
    """A box for a close-up: rather a thing that is hard to make out than what is large anyway."""
    share = np.array([PREFERRED.get(Label(int(label)), 1.0) for label in boxes[:, 0]])
    return int(dice.choice(len(boxes), p=share / share.sum()))


def _size(width: float, height: float) -> tuple[int, int]:
    return max(16, round(width)), max(16, round(height))


def _mirrored(boxes: Boxes) -> Boxes:
    out: Boxes = boxes.copy()
    out[:, 1] = 1 - boxes[:, 1]
    return out


def _to_pixels(boxes: Boxes, size: tuple[int, int], at: tuple[int, int]) -> Boxes:
    out = boxes.copy()
    out[:, 1] = (boxes[:, 1] - boxes[:, 3] / 2) * size[0] + at[0]
    out[:, 2] = (boxes[:, 2] - boxes[:, 4] / 2) * size[1] + at[1]
    out[:, 3] = out[:, 1] + boxes[:, 3] * size[0]
    out[:, 4] = out[:, 2] + boxes[:, 4] * size[1]
    return out


def _hide(known: NDArray[np.uint8], boxes: Boxes, shown: tuple[int, int, int, int]) -> None:
    for label, *box in clip(boxes, shown).tolist():
        _mark(known, box, [int(label)], 0)


def _visible(known: NDArray[np.uint8], boxes: Boxes, shown: tuple[int, int, int, int]) -> Boxes:
    """Boxes that are still to be seen; where too little is left nothing is taught."""
    cut = clip(boxes, shown)
    whole = (boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2])
    sides = np.stack([cut[:, 3] - cut[:, 1], cut[:, 4] - cut[:, 2]])
    seen = sides.prod(axis=0) / np.maximum(whole, 1e-6)
    keep = (seen > 0.4) & (sides.max(axis=0) >= SMALLEST_PX) & (sides.min(axis=0) >= 2)
    for label, *box in cut[keep].tolist():
        if Label(int(label)) in CONTRAST:
            _mark(known, box, [CONTRAST[Label(int(label))]], 1)
    for label, *box in cut[~keep & (sides.min(axis=0) > 0)].tolist():
        _mark(known, box, [int(label)], 0)
    whole_enough: Boxes = cut[keep]
    return whole_enough


def clip(boxes: Boxes, to: tuple[int, int, int, int]) -> Boxes:
    """The boxes, (N, 5) with the corners in the last four columns, cut to a rectangle."""
    out: Boxes = boxes.copy()
    out[:, 1::2] = out[:, 1::2].clip(to[0], to[2])
    out[:, 2::2] = out[:, 2::2].clip(to[1], to[3])
    return out


def _mark(
    known: NDArray[np.uint8], box: tuple[int, ...] | list[float], labels: list[int], value: int
) -> None:
    left, top = (int(edge // CELL_PX) for edge in box[:2])
    right, bottom = (int(-(-edge // CELL_PX)) for edge in box[2:])
    known[labels, top:bottom, left:right] = value


def _recolour(image: Image, domain: Domain, dice: np.random.Generator) -> Image:
    """Hue, saturation and brightness of one tile; some become grey, some grey ones coloured."""
    if _is_grey(image):
        image = _tint(image, dice) if dice.random() < domain.tinted else image
    elif dice.random() < domain.grey:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    else:
        hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        hue, saturation = dice.integers(-6, 7), dice.uniform(0.4, 1.5)
        levels = np.arange(256)
        hsv[..., 0] = cv2.LUT(hsv[..., 0], ((levels + hue) % 180).astype(np.uint8))
        hsv[..., 1] = cv2.LUT(hsv[..., 1], (levels * saturation).clip(0, 255).astype(np.uint8))
        image = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    gain, offset = dice.uniform(0.65, 1.35), dice.uniform(-20, 20)
    table = ((np.arange(256) - 128) * gain + 128 + offset).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)


def _is_grey(image: Image) -> bool:
    thin = image[::7, ::7].astype(np.int16)
    return bool((np.ptp(thin, axis=2) <= GREY_SPREAD).mean() > 0.99)


def _tint(image: Image, dice: np.random.Generator) -> Image:
    """One colour for the shadows, one for the lights, and others in one upright patch.

    The patch has soft edges and stands for a garment; it need not lie on one.
    """
    height, width = image.shape[:2]
    toned = _two_tones(image, dice)
    mask = np.zeros((height, width, 1), np.float32)
    left, top = dice.uniform(0, 0.6) * width, dice.uniform(0, 0.7) * height
    right, bottom = left + dice.uniform(0.2, 0.6) * width, top + dice.uniform(0.2, 0.5) * height
    mask[round(top) : round(bottom), round(left) : round(right)] = 1
    soft = cv2.blur(mask, (max(3, width // 12), max(3, height // 12)))[..., None]
    patch = _two_tones(image, dice)
    return np.asarray(toned * (1 - soft) + patch * soft, np.uint8)


def _two_tones(image: Image, dice: np.random.Generator) -> NDArray[np.float32]:
    dark, light = dice.uniform(0, 70, 3), dice.uniform(150, 255, 3)
    share = image[..., :1].astype(np.float32) / 255
    mixed: NDArray[np.float32] = (dark + share * (light - dark)).astype(np.float32)
    strength = np.float32(dice.uniform(0.3, 0.8))
    return strength * mixed + (1 - strength) * image.astype(np.float32)


def _photograph(sheet: Image, domain: Domain, dice: np.random.Generator) -> Image:
    """What lens, sensor and recorder do to the whole sheet."""
    side = sheet.shape[0]
    if dice.random() < domain.coarse:
        low = round(side * dice.uniform(0.4, 0.8))
        sheet = cv2.resize(sheet, (low, low), interpolation=cv2.INTER_AREA)
        sheet = cv2.resize(sheet, (side, side), interpolation=cv2.INTER_LINEAR)
    if dice.random() < domain.soft:
        sheet = cv2.filter2D(sheet, -1, _blur(dice))
    if dice.random() < domain.dark:
        sheet = _darken(sheet, dice)
    if dice.random() < domain.compressed:
        quality = int(dice.integers(15, 60))
        stored = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        sheet = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR))
    return np.asarray(sheet, np.uint8)


def _blur(dice: np.random.Generator) -> NDArray[np.float32]:
    """A horizontal or vertical smear of 3 to 7 px, or a round spot."""
    size = int(dice.choice([3, 5, 7]))
    kernel = np.zeros((size, size), np.float32)
    kind = dice.integers(3)
    if kind == 0:
        kernel[size // 2] = 1
    elif kind == 1:
        kernel[:, size // 2] = 1
    else:
        column = cv2.getGaussianKernel(size, size / 4, cv2.CV_32F)
        kernel = column @ column.T
    return np.asarray(kernel / kernel.sum(), np.float32)


def _darken(sheet: Image, dice: np.random.Generator) -> Image:
    gamma, noise = dice.uniform(1.5, 3.0), dice.uniform(2, 10)
    table = (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    dark = cv2.LUT(sheet, table).astype(np.int16)
    grain = noise * dice.standard_normal(sheet.shape[:2], np.float32)
    return np.asarray((dark + grain[..., None]).clip(0, 255), np.uint8)
