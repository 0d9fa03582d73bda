"""The explicit upright reference of a window: ``upright``, written by ``deportment calibrate``.

It holds for one camera, one post and one size of picture. Once any of these has changed it is
kept, and not applied.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from vision.config.base import Config
from vision.config.identifiers import Identifier
from vision.config.rules import Number

Measured = tuple[Number, Annotated[Number, Field(ge=0)]]
"""A value and its standard deviation."""

Pixels = Annotated[int, Field(ge=1, le=100_000, strict=True)]


class UprightView(Config):
    """The upright posture from the front, or from the side; a feature not seen is left out.

    Attributes:
        samples: Of how many pictures.
        yaw_deg: How far the shoulders are turned from the camera.
        scale_px: Shoulder width.
    """

    samples: Annotated[int, Field(ge=1, strict=True)]
    yaw_deg: Annotated[Number, Field(ge=0, le=90)]
    scale_px: Annotated[Number, Field(gt=0)]
    head_height_norm: Measured | None = None
    neck_flexion_deg: Measured | None = None
    head_inclination_deg: Measured | None = None
    trunk_inclination_deg: Measured | None = None
    lateral_tilt_deg: Measured | None = None
    box_height_norm: Measured | None = None


class UprightConfig(Config):
    """What ``deportment calibrate`` learnt, and what it holds for.

    Attributes:
        taken_at: When the calibration was made.
        camera: The camera that saw it.
        post_digest: Of the post's polygon, see :func:`post_digest`.
        size_px: Width and height of the camera's picture.
        front: Where the person was seen from the front.
        side: Where from the side.
    """

    taken_at: AwareDatetime
    camera: Identifier
    post_digest: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    size_px: tuple[Pixels, Pixels]
    front: UprightView | None = None
    side: UprightView | None = None

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if self.front is None and self.side is None:
            raise ValueError("expected 'front' or 'side'; run deportment calibrate again")
        return self

    def misfit(
        self,
        camera: str,
        post: Sequence[tuple[float, float]],
        size_px: tuple[int, int] | None = None,
    ) -> str | None:
        """Why it does not apply to this post in the picture of this camera; None if it does.

        Args:
            camera: Id of the window's camera.
            post: The window's polygon, normalised.
            size_px: Width and height of its picture; None while that is not known.
        """
        if camera != self.camera:
            return f"it was taken with camera '{self.camera}'"
        if post_digest(post) != self.post_digest:
            return "the post was drawn anew since it was taken"
        if size_px is not None and tuple(size_px) != self.size_px:
            then, now = ("{} x {} px".format(*size) for size in (self.size_px, size_px))
            return f"it was taken in a picture of {then}, now it is {now}"
        return None


def post_digest(post: Sequence[tuple[float, float]]) -> str:
    """Sixteen hexadecimal digits that change with any corner of a polygon."""
    corners = json.dumps([[float(x), float(y)] for x, y in post])
    return hashlib.sha256(corners.encode()).hexdigest()[:16]
