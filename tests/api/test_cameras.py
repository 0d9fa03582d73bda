"""Cameras: what they see and when they were last heard of, never where they are."""

from tests.api.support import Hall, assert_problem, bearer

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
