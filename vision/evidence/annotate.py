"""Draws everything that the models saw; for setting up and checking, never for evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vision.evidence.caption import with_strip, write_labels
from vision.evidence.drawing import draw_items, draw_person, draw_post
from vision.evidence.reason import draw_reason
from vision.types import POSTURE_FEATURES, Detections, Image, Observation, Posture


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


def annotate_reference(image: Image, seen: Observation, upright: Posture) -> Image:
    """A copy of the picture with the person's angles beside those of the upright reference.

    Args:
        image: (H, W, 3) uint8 BGR; it is not changed.
        seen: Of the post that was calibrated, pixels of the picture.
        upright: What was learnt.
    """
    image = image.copy()
    draw_post(image, seen.post_px)
    labels = []
    for person in seen.persons:
        draw_person(image, person, is_subject=True)
        labels += draw_reason(image, replace(person, baseline=upright), _ALL_ANGLES)
    return with_strip(write_labels(image, labels), list(_reference_lines(seen, upright)))


_ALL_ANGLES = {"trunk_": 0.0, "neck_": 0.0}


def _reference_lines(seen: Observation, upright: Posture) -> Iterator[str]:
    yield f"窗口 {seen.window_id}   端正坐姿基准 Upright reference"
    kind = "侧面 side" if upright.side_view else "正面 front"
    yield f"{kind}   turned {upright.body_yaw_deg or 0:.0f}°   shoulders {upright.scale_px:.0f} px"
    values = {name: getattr(upright, name) for name in POSTURE_FEATURES}
    yield "   ".join(f"{name} {value:.2f}" for name, value in values.items() if value is not None)
