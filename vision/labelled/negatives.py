"""Events that people found wrong, as pictures to learn from: hard negatives.

What is stored of an event is a snapshot in which faces and everything outside the post are blurred
and the post, persons, joints and things are drawn. Only that can be exported: the caption is cut
off again, the lines stay in the picture.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from vision.errors import EvidenceError
from vision.ports import EvidenceStore
from vision.types import Event, Image
from vision.wire import time_to_json

DECISIONS = ("dismissed", "overturned")
CLASS_OF: Mapping[str, str] = MappingProxyType(
    {
        "slippers": "slippers",
        "vest": "vest",
        "shorts": "shorts",
        "smoking": "cigarette",
        "phone_use": "phone",
    }
)
"""The class of the detector that a rule rests on; the other rules rest on pose and presence."""
_STRIP = np.array([28, 24, 24], np.int16)  # BGR
_NEAR = 12
_JPEG_QUALITY = 95
_FAULTS = (
    "Faces and everything outside the post are blurred.",
    "The outline of the post, boxes and joints are drawn into the picture.",
    "That an event was wrong need not mean that the thing is absent: a phone used for work is one "
    "that is there. Read the reasons before training.",
)


@dataclass(slots=True)
class Exported:
    """What was written.

    Attributes:
        pictures: How many.
        missing: Events without a picture that can be read, by id.
    """

    pictures: int = 0
    missing: list[str] = field(default_factory=list)


def write_negatives(folder: Path, events: Iterable[Event], evidence: EvidenceStore) -> Exported:
    """Write the pictures of dismissed and overturned events in the layout of a training source.

    ``images/`` and empty ``labels/``, ``labelled_classes.json`` with the class that is not there,
    ``source.json`` with what each picture came out of; windows, no persons.

    Args:
        folder: Made if it is not there; pictures of the same events are replaced.
        events: Others than dismissed and overturned ones are passed over.
        evidence: Where their pictures are.
    """
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    done, classes, sources = Exported(), {}, {}
    for event in events:
        if event.review.state not in DECISIONS:
            continue
        written = dict(_pictures(folder, event, evidence))
        if not written:
            done.missing.append(event.id)
        for stem, sha256 in written.items():
            classes[stem] = [CLASS_OF[event.rule_id]] if event.rule_id in CLASS_OF else []
            sources[stem] = _source(event, sha256)
            done.pictures += 1
    _json(folder / "labelled_classes.json", classes)
    _json(folder / "source.json", _about(folder, sources))
    return done


def _pictures(folder: Path, event: Event, evidence: EvidenceStore) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(event.evidence):
        if not item.media_type.startswith("image/"):
            continue
        try:
            data = evidence.get(item.sha256)
        except EvidenceError:
            continue  # told as missing, if it was the only one
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            continue
        stem = f"{event.id}-{number}"
        plain = without_strip(np.asarray(image, np.uint8))
        quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        cv2.imwrite(str(folder / "images" / f"{stem}.jpg"), plain, quality)
        (folder / "labels" / f"{stem}.txt").write_text("", encoding="ascii")
        yield stem, item.sha256


def without_strip(image: Image) -> Image:
    """The picture without the strip of text below it, known by its plain left margin."""
    margin = image[:, : max(1, image.shape[1] // 160)].astype(np.int16)
    plain = (np.abs(margin - _STRIP) <= _NEAR).all(axis=(1, 2))
    rows = len(plain) if plain.all() else int(np.argmin(plain[::-1]))
    return image[: image.shape[0] - rows] if rows < image.shape[0] else image


def _source(event: Event, sha256: str) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "window_id": event.window_id,
        "camera_id": event.camera_id,
        "rule_id": event.rule_id,
        "at": time_to_json(event.started_at),
        "decision": event.review.state,
        "reason": event.review.reason or "",
        "score": event.score,
        "evidence_sha256": sha256,
        "detector_sha256": event.provenance.detector_sha256,
    }


def _about(folder: Path, sources: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": folder.name,
        "origin": "events of this hall that people dismissed or overturned",
        "licence": "of whoever runs the hall; not for publication",
        "boxes": "none: the class listed for a picture in labelled_classes.json is not in it",
        "faults": list(_FAULTS),
        "pictures": sources,
    }


def _json(file: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")
