"""Picture files of a folder."""

import re
from pathlib import Path

import cv2
import numpy as np

from vision.errors import UnreadableSource
from vision.types import Image

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


def natural_key(path: Path) -> list[tuple[bool, int, str]]:
    """Sort key under which ``2.jpg`` comes before ``10.jpg``."""
    parts = re.findall(r"[0-9]+|[^0-9]+", path.name.lower())
    numbers = [int(part) if part.isdecimal() else 0 for part in parts]
    return [
        (not part.isdecimal(), number, part) for number, part in zip(numbers, parts, strict=True)
    ]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder in natural order.

    Raises:
        UnreadableSource: If it is no folder, or holds no picture.
    """
    if not folder.is_dir():
        raise UnreadableSource(f"{folder}: there is no such folder; expected a folder of pictures")
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]
    if not found:
        kinds = " ".join(sorted(suffix.lstrip(".") for suffix in SUFFIXES))
        raise UnreadableSource(f"{folder}: the folder holds no picture; expected {kinds} files")
    return sorted(found, key=natural_key)


def read_picture(path: Path) -> Image | None:
    """(H, W, 3) uint8 BGR, turned as its EXIF data asks; None if it cannot be decoded."""
    data = np.fromfile(path, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    return None if image is None else np.asarray(image, np.uint8)
