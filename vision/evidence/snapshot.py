"""The picture that shows a reviewer what was found, and nobody who they are looking at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import cv2
import numpy as np

from vision.errors import EvidenceError
from vision.evidence.caption import with_strip, write_labels
from vision.evidence.drawing import draw_items, draw_person, draw_post
from vision.evidence.privacy import protect
from vision.evidence.reason import draw_reason
from vision.evidence.titles import title_of
from vision.types import Detections, Frame, Image, Label, Observation

JPEG_QUALITY = 88
SURE = 0.25
"""Things of at least this confidence are drawn; where none is, the likeliest one."""

_BESIDE = frozenset({"limit", "margin", "violating_share"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a snapshot is evidence of.

    Attributes:
        rule_id: The rule.
        zone: Time zone of the site, for the caption.
        measured: Of the verdict: named values, ``limit`` and ``margin``.
        labels: Classes whose boxes the rule looked at; the others are not drawn.
        track_id: The person it is about; None for everybody in the post.
        started_at: Onset of the condition, UTC, where it is known.
    """

    rule_id: str
    zone: ZoneInfo
    measured: Mapping[str, float] = field(default_factory=dict)
    labels: frozenset[Label] = frozenset()
    track_id: int | None = None
    started_at: datetime | None = None


def render_snapshot(frame: Frame, observation: Observation, finding: Finding) -> bytes:
    """Draw the finding into the frame, blur what is nobody's business, and encode it as JPEG.

    Args:
        frame: The picture that the observation was made of; it is not changed.
        observation: What was seen of the window.
        finding: What was found.

    Raises:
        EvidenceError: If the picture cannot be encoded.
    """
    items = _items(observation, finding)
    image = protect(frame.image, observation.post_px, observation.persons, items.xyxy)
    draw_post(image, observation.post_px)
    for person in observation.persons:
        draw_person(image, person, finding.track_id in (None, person.track_id))
    labels = draw_items(image, items)
    for person in observation.persons:
        if finding.track_id in (None, person.track_id):
            labels += draw_reason(image, person, finding.measured)
    image = write_labels(image, labels)
    return _jpeg(with_strip(image, list(_lines(frame, observation, finding))))


def _items(observation: Observation, finding: Finding) -> Detections:
    found = [
        (Label(label), float(confidence), xyxy.tolist())
        for person in observation.persons
        if finding.track_id in (None, person.track_id)
        for xyxy, confidence, label in zip(
            person.items.xyxy, person.items.confidence, person.items.label, strict=True
        )
        if label in finding.labels
    ]
    likeliest = max((confidence for _, confidence, _ in found), default=0.0)
    return Detections.of(found).above(min(SURE, likeliest))


def _lines(frame: Frame, observation: Observation, finding: Finding) -> Iterator[str]:
    yield f"窗口 {observation.window_id}   {title_of(finding.rule_id)}"
    local = frame.at.astimezone(finding.zone)
    taken = f"{local:%Y-%m-%d %H:%M:%S} {_offset(local)} {finding.zone.key}"
    if finding.started_at is not None:
        onset = finding.started_at.astimezone(finding.zone)
        day = "" if onset.date() == local.date() else f"{onset:%Y-%m-%d} "
        taken += f"   起始 since {day}{onset:%H:%M:%S}"
    yield taken
    if "client_wait_s" in finding.measured:
        yield "有群众等候 A client waits at the counter"
    if finding.measured:
        yield _measured(finding.measured)


def _offset(local: datetime) -> str:
    return f"UTC{local.isoformat()[-6:]}"


def _measured(measured: Mapping[str, float]) -> str:
    values = [f"{name} {value:.3g}" for name, value in measured.items() if name not in _BESIDE]
    text = f"实测 measured  {'   '.join(values)}" if values else ""
    if "limit" in measured:
        text += f"   限值 limit {measured['limit']:.3g}"
    return text.strip()


def _jpeg(image: Image) -> bytes:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise EvidenceError(f"a snapshot of {image.shape} could not be encoded as JPEG")
    return np.asarray(data, np.uint8).tobytes()
