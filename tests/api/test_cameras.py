"""Cameras: what they see and when they were last heard of, never where they are."""

from datetime import timedelta

import pytest

from tests.api.support import NOW, Hall, assert_problem, bearer
from vision.jobs.place import is_acknowledged, view_key
from vision.ports import Batch, Checkpoint

API = "/api/v1/cameras"
CAMERA = {
    "id": "cam-1",
    "name": "",
    "windows": ["A01", "A02"],
    "last_seen_at": "2026-11-02T09:00:00.000Z",
    "age_s": 10800.0,
    "state": "live",
    "reason": None,
    "view_lost": [],
}


def test_cameras(hall: Hall) -> None:
    answer = hall.client.get(API, headers=bearer("reader"))
    assert answer.json() == {"items": [CAMERA], "next": None}
    assert hall.client.get(f"{API}/cam-1", headers=bearer("reader")).json() == CAMERA
    assert_problem(hall.client.get(f"{API}/cam-9", headers=bearer("reader")), 404)


def test_address_is_never_told(hall: Hall) -> None:
    text = hall.client.get(API, headers=bearer("all")).text
    assert "10.0.0.9" not in text
    assert "secret" not in text


def test_key_of_one_window(hall: Hall) -> None:
    seen = hall.client.get(f"{API}/cam-1", headers=bearer("one")).json()
    assert (seen["windows"], seen["last_seen_at"], seen["age_s"]) == (["A02"], None, None)


def test_somebody_looks_after_a_camera_that_has_moved(hall: Hall) -> None:
    moved_at = NOW - timedelta(hours=1)
    hall.store.commit(Batch(checkpoint=Checkpoint(view_key("cam-1"), moved_at, "{}")))
    answer = hall.client.post(f"{API}/cam-1/acknowledge", headers=bearer("all"))
    assert (answer.status_code, answer.json()["id"]) == (202, "cam-1")
    assert is_acknowledged("cam-1", moved_at, hall.store)
    assert [one["camera_id"] for one in hall.log if one["event"] == "camera_acknowledged"] == [
        "cam-1"
    ]
    assert_problem(hall.client.post(f"{API}/cam-1/acknowledge", headers=bearer("all")), 409)


@pytest.mark.parametrize(
    ("key", "camera", "status"), [("reader", "cam-1", 403), ("all", "cam-9", 404)]
)
def test_who_may_not_say_so(hall: Hall, key: str, camera: str, status: int) -> None:
    path = f"{API}/{camera}/acknowledge"
    assert_problem(hall.client.post(path, headers=bearer(key)), status)
