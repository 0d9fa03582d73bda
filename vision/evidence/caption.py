"""Text on evidence: labels at things, and the strip below the picture.

The font travels with the package, since a Chinese one cannot be counted on where this runs.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from io import BytesIO

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from vision.evidence.drawing import ITEM
from vision.types import Image

FONT = "NotoSansSC-Subset.otf"
SMALLEST_TEXT_PX = 13
Span = tuple[float, float, float]
"""Left and right of a label, and its top."""

_BACKGROUND, _TEXT, _TITLE = (24, 24, 28), (226, 226, 230), (255, 255, 255)


def font(size_px: float) -> ImageFont.FreeTypeFont:
    """The shipped font at a height in pixels."""
    data = (files("vision.evidence") / "fonts" / FONT).read_bytes()
    return ImageFont.truetype(BytesIO(data), size_px)


def write_labels(image: Image, labels: Sequence[tuple[str, tuple[int, int]]]) -> Image:
    """Write each label above its place ``(left, top)``, inside the picture, clear of the others."""
    picture = Picture.fromarray(image[:, :, ::-1])
    draw = ImageDraw.Draw(picture)
    face = font(max(SMALLEST_TEXT_PX, min(image.shape[:2]) / 40))
    height = face.size * 1.25
    written: list[Span] = []
    for text, (left, top) in labels:
        width = draw.textlength(text, face)
        x = max(0.0, min(left, picture.width - width - 6))
        rows = [row for low, high, row in written if x < high and low < x + width + 6]
        lowest = picture.height - height
        y = _clear(max(0.0, min(top - 2 - height, lowest)), height, rows, lowest)
        written.append((x, x + width + 6, y))
        draw.rectangle((x, y, x + width + 6, y + height), fill=ITEM[::-1])
        draw.text((x + 3, y + height / 2), text, fill=(0, 0, 0), font=face, anchor="lm")
    return np.asarray(picture)[:, :, ::-1].copy()


def _clear(y: float, height: float, rows: Sequence[float], lowest: float) -> float:
    """The top nearest to ``y`` at which a row of that height meets none of the others, if any."""
    tops = [y, *(row - height for row in rows), *(row + height for row in rows)]
    free = [
        top
        for top in tops
        if 0 <= top <= lowest and all(abs(top - row) >= height - 1e-6 for row in rows)
    ]
    return min(free, key=lambda top: abs(top - y), default=y)


def with_strip(image: Image, lines: Sequence[str]) -> Image:
    """The picture with a strip of text below it, its first line as a title; long lines wrap."""
    width = image.shape[1]
    size_px = max(SMALLEST_TEXT_PX, width / 52)
    rows = [
        (row, font(size_px * (1.25 if number == 0 else 1)), _TITLE if number == 0 else _TEXT)
        for number, line in enumerate(lines)
        for row in _wrapped(line, font(size_px * (1.25 if number == 0 else 1)), width - 2 * size_px)
    ]
    strip_px = round(sum(face.size * 1.45 for _, face, _ in rows) + size_px)
    strip = Picture.new("RGB", (width, strip_px), _BACKGROUND)
    draw = ImageDraw.Draw(strip)
    y = size_px / 2
    for row, face, colour in rows:
        draw.text((size_px, y + face.size * 0.72), row, fill=colour, font=face, anchor="lm")
        y += face.size * 1.45
    return np.vstack([image, np.asarray(strip)[:, :, ::-1]])


def _wrapped(line: str, face: ImageFont.FreeTypeFont, width_px: float) -> Iterator[str]:
    row = ""
    for word in line.split(" "):
        longer = f"{row} {word}" if row else word
        if row and face.getlength(longer) > width_px:
            yield row
            row = word
        else:
            row = longer
    yield row
