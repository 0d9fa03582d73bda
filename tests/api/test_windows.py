"""Windows, their state and what their view supports."""

from tests.api.support import Hall, bearer, open_hall
from vision.config import RULE_IDS
from vision.rules.scale import Assessability
from vision.testing.stores import MemoryStore


def get(hall: Hall, path: str) -> dict[str, object]:
    answer = hall.client.get(f"/api/v1{path}", headers=bearer("reader"))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_windows_of_the_site_then_those_observed(hall: Hall) -> None:
    page = get(hall, "/windows")
    assert [window["id"] for window in page["items"]] == ["A01", "A02", "B09"]
    assert page["items"][0]["name"] == "社保 1 号窗口"
    assert page["items"][2] == {
        "id": "B09",
        "name": "",
        "camera_id": None,
        "post": None,
        "public": None,
        "staff_quota": None,
    }
    assert page["next"] is None


def test_rules_of_a_window_are_unknown_without_a_report(hall: Hall) -> None:
    rules = get(hall, "/windows/A01")["rules"]
    assert [rule["rule_id"] for rule in rules] == list(RULE_IDS)
    assert {rule["assessable"] for rule in rules} == {None}
    assert get(hall, "/windows/B09")["rules"] == []


def test_rules_that_the_view_does_not_support() -> None:
    found = {
        "smoking": Assessability("smoking", False, "cigarette", 3.2, 6, "size of the post"),
        "vest": Assessability("vest", True, "torso", 90, 20, "size of the post"),
    }
    hall = open_hall(MemoryStore(), report=found)
    rules = {rule["rule_id"]: rule for rule in get(hall, "/windows/A01")["rules"]}
    assert rules["smoking"]["assessable"] is False
    assert rules["smoking"]["explanation"] == (
        "a cigarette would span 3 px; needs 6 (by size of the post)"
    )
    assert rules["vest"]["assessable"] is True
    assert rules["shorts"]["assessable"] is None


def test_state(hall: Hall) -> None:
    assert get(hall, "/windows/A01/state") == {
        "window_id": "A01",
        "at": "2026-11-02T09:00:00.000Z",
        "state": "absent",
        "reason": "",
        "verdicts": [
            {"rule_id": "leaving_post", "verdict": "violation", "score": 0.9, "reason": "nobody"}
        ],
    }


def test_nothing_of_the_camera_address_is_told(hall: Hall) -> None:
    for path in ("/windows", "/windows/A01"):
        text = hall.client.get(f"/api/v1{path}", headers=bearer("all")).text
        assert "10.0.0.9" not in text
        assert "secret" not in text
