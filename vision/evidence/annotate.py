"""Draws everything that the models saw; for setting up and checking, never for evidence."""

from collections.abc import Iterable

from vision.evidence.caption import with_strip, write_labels
from vision.evidence.drawing import draw_items, draw_person, draw_post
from vision.types import Detections, Image, Observation


def annotate(
    image: Image, seen: Iterable[tuple[Observation, Detections]], lines: Iterable[str]
) -> Image:
    """A copy of the picture with posts, boxes, skeletons and a strip of text. Nothing is blurred.

    Args:
        image: (H, W, 3) uint8 BGR; it is not changed.
        seen: Each post's observation with the boxes to draw, pixels of the picture.
        lines: For the strip below.
    """
    image = image.copy()
    labels = []
    for observation, boxes in seen:
        draw_post(image, observation.post_px)
        for person in observation.persons:
            draw_person(image, person, is_subject=True)
        labels += draw_items(image, boxes)
    return with_strip(write_labels(image, labels), list(lines))
