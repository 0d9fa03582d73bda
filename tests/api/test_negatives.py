"""The archive of wrong events."""

import io
import json
import zipfile

import cv2
import numpy as np

from tests.api.support import T0, Hall, assert_problem, bearer, make_event
from vision.ports import Batch
from vision.types import Evidence, Review

API = "/api/v1/negatives"


def test_archive(hall: Hall) -> None:
    assert_problem(hall.client.get(API, headers=bearer("all")), 422)
    _, data = cv2.imencode(".jpg", np.full((40, 60, 3), 128, np.uint8))
    shown = (Evidence("snapshot", T0, hall.evidence.put(data.tobytes()), "image/jpeg"),)
    hall.store.commit(
        Batch([make_event(n, window_id=w, evidence=shown) for n, w in ((10, "A01"), (11, "A02"))])
    )
    for event_id in ("01J00010", "01J00011"):
        hall.store.add_review(event_id, Review("dismissed", "纸巾", "li", T0))
    answer = hall.client.get(API, headers=bearer("all"))
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    classes = json.loads(archive.read("hard-negatives/labelled_classes.json"))
    assert classes == {"01J00010-0": ["phone"], "01J00011-0": ["phone"]}
    assert "hard-negatives/images/01J00010-0.jpg" in archive.namelist()
    mine = zipfile.ZipFile(io.BytesIO(hall.client.get(API, headers=bearer("one")).content))
    assert list(json.loads(mine.read("hard-negatives/labelled_classes.json"))) == ["01J00011-0"]
    assert_problem(hall.client.get(f"{API}?rule_id=smoking", headers=bearer("all")), 422)
    assert_problem(hall.client.get(f"{API}?to=2026-11-01T00:00:00Z", headers=bearer("all")), 422)
