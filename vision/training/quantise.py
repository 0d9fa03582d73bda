"""INT8 by NNCF, for machines where it is faster and where accuracy allows it."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import MissingExtra
from vision.labelled.pictures import Picture, read_image

GREY = 114


def quantise(model: Any, pictures: Sequence[Picture], *, input_px: int = 416) -> Any:
    """An INT8 copy of an ``openvino.Model`` from :func:`vision.training.export.convert`.

    The end of the network, where boxes are decoded and scores made, stays in floating point:
    small numbers there would be rounded away.

    Args:
        pictures: Some hundred pictures that show what the network will see.

    Raises:
        MissingExtra: Without the ``train`` extra.
    """
    try:
        import nncf
    except ImportError as error:
        raise MissingExtra("train", "quantising") from error
    samples = nncf.Dataset(pictures, lambda picture: tensor(picture, input_px))
    return nncf.quantize(
        model,
        samples,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(pictures),
        ignored_scope=nncf.IgnoredScope(
            types=["Sigmoid", "Subtract", "Divide"], patterns=[".*dfl.*"], validate=False
        ),
    )


def tensor(picture: Picture, side_px: int) -> NDArray[np.float32]:
    """(1, 3, S, S) float32 RGB in [0, 1]: the picture fitted on grey, as the detector sees it."""
    image = read_image(picture.path)
    scale = side_px / max(image.shape[:2])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    ground = np.full((side_px, side_px, 3), GREY, np.uint8)
    left, top = (side_px - size[0]) // 2, (side_px - size[1]) // 2
    ground[top : top + size[1], left : left + size[0]] = cv2.resize(image, size)
    planes = ground[None, ..., ::-1].transpose(0, 3, 1, 2)
    return np.asarray(planes / np.float32(255), np.float32)
