"""A validation side that the training side has not seen, not even as a near copy."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.labelled.pictures import Picture
from vision.types import Image

NEAR_DUPLICATE_BITS = 6


def dhash(image: Image) -> int:
    """64-bit difference hash of a BGR picture: signs of horizontal steps in an 8 x 9 thumbnail."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hashes(image: Image) -> tuple[int, int]:
    """Difference hash of a BGR picture and of its mirror image."""
    return dhash(image), dhash(image[:, ::-1])


def near_duplicates(signs: Sequence[tuple[int, int]], bits: int = NEAR_DUPLICATE_BITS) -> list[int]:
    """Group number per picture; pictures that look alike, mirrored or not, share one.

    Args:
        signs: (hash, hash of the mirror image) of every picture.
        bits: Most bits of 64 that may differ between look-alikes.
    """
    plain = np.array([sign[0] for sign in signs], np.uint64)
    group = np.arange(len(signs))
    for index, (_, mirrored) in enumerate(signs):
        for sought in (plain[index], np.uint64(mirrored)):
            alike = _differing(plain[:index], sought) <= bits
            if alike.any():
                members = np.unique(group[:index][alike])
                group[np.isin(group, members) | (np.arange(len(group)) == index)] = members[0]
    return [int(number) for number in group]


def _differing(plain: NDArray[np.uint64], sought: np.uint64) -> NDArray[np.int64]:
    octets = (plain ^ sought).view(np.uint8).reshape(-1, 8)
    return np.asarray(np.unpackbits(octets, axis=1).sum(axis=1), np.int64)


def by_scene(
    pictures: Sequence[Picture], groups: Sequence[int], sources: Collection[str]
) -> list[int]:
    """The groups, but in some sources all pictures of a scene (``NAME-SHOT``) form one."""
    scenes: dict[str, int] = {}
    return [
        scenes.setdefault(picture.key.rpartition("-")[0], -1 - len(scenes))
        if picture.source in sources
        else group
        for picture, group in zip(pictures, groups, strict=True)
    ]


def split(
    pictures: Sequence[Picture], groups: Sequence[int], share: Mapping[str, float], default: float
) -> tuple[list[Picture], list[Picture]]:
    """Training and validation side; a group of look-alikes is never on both.

    The side is drawn from a hash of the group's first picture, so it does not change when other
    pictures are added.

    Args:
        share: Share of validation by source, where it is not ``default``.
        default: Share of validation of the other sources.
    """
    first: dict[int, Picture] = {}
    for picture, group in zip(pictures, groups, strict=True):
        first.setdefault(group, picture)
    train: list[Picture] = []
    validation: list[Picture] = []
    for picture, group in zip(pictures, groups, strict=True):
        leader = first[group]
        held = _draw(leader.key) < share.get(leader.source, default)
        (validation if held else train).append(picture)
    return train, validation


def _draw(key: str) -> float:
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") / 2**32
