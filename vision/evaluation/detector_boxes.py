"""The boxes of one class over many pictures, each with the picture that it was drawn in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.evaluation.detector import LOOSE_IOU, Judged
from vision.types import Label

Floats = NDArray[np.float64]
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """What was said of one class.

    Attributes:
        confidence: (D,).
        right: (D,) bool. A cigarette is right where its middle is: the rule asks where it is held,
            not how long it is.
        picture: (D,) int, number of the picture.
        vain: (D,) bool: the picture is known to hold none of the class.
    """

    confidence: Floats
    right: NDArray[np.bool_]
    picture: NDArray[np.int64]
    vain: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.confidence)

    def where(self, mask: NDArray[np.bool_]) -> "Boxes":
        """The boxes at which ``mask``, (D,) bool, is true."""
        return Boxes(self.confidence[mask], self.right[mask], self.picture[mask], self.vain[mask])


def boxes_of(judged: Sequence[Judged], label: Label) -> Boxes:
    """The boxes of a class, on the pictures in which it is known."""
    known = [(n, one.matched[label]) for n, one in enumerate(judged) if label in one.matched]
    counts = [len(matched.confidence) for _, matched in known]
    rights = [
        matched.centre if label in LOOSE_IOU else matched.hit for _, matched in known
    ]  # fmt: skip
    return Boxes(
        np.concatenate([np.zeros(0), *(matched.confidence for _, matched in known)]),
        np.concatenate([np.zeros(0, bool), *rights]),
        np.repeat(np.array([n for n, _ in known], np.int64), counts),
        np.repeat(np.array([not len(matched.found) for _, matched in known], bool), counts),
    )


def folds(picture: NDArray[np.int64], seed: int = 0) -> Iterator[NDArray[np.bool_]]:
    """Masks (D,) of the boxes to hold out, fold by fold; a picture is never on both sides."""
    pictures = np.unique(picture)
    fold = np.random.default_rng(seed).permutation(len(pictures)) % FOLDS
    mine = fold[np.searchsorted(pictures, picture)]
    for number in range(FOLDS):
        yield np.asarray(mine == number)
