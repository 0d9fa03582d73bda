"""Who did what: every change and every view of a picture, for administrators, unchangeable."""

from typing import Any

import pytest

from api.pagination import encode
from tests.api.support import AUDIT_ID, Hall, assert_problem, bearer, routes

API = "/api/v1/audit-log"


def entries(hall: Hall, query: str = "") -> list[dict[str, Any]]:
    answer = hall.client.get(f"{API}?{query}", headers=bearer("all"))
    assert answer.status_code == 200
    return list(answer.json()["items"])


ACTS: list[tuple[str, str, Any, str, str]] = [
    ("GET", "/events/01J00001/evidence/0", None, "evidence_viewed", "event:01J00001"),
    ("GET", "/cameras/cam-1/snapshot", None, "camera_viewed", "camera:cam-1"),
    (
        "POST",
        "/events/01J00001/review",
        {"decision": "confirmed"},
        "event_reviewed",
        "event:01J00001",
    ),
    (
        "PUT",
        "/events/01J00001/hold",
        {"reason": "a dispute"},
        "event_held",
        "event:01J00001",
    ),
    ("POST", "/keys", {"name": "new", "scopes": ["read"]}, "key_made", "key:new"),
    ("DELETE", "/keys/reader", None, "key_dropped", "key:reader"),
    ("PATCH", "/site/windows/A01", {"name": "x"}, "site_changed", "site"),
    ("POST", "/audits", {"paths": ["a.mp4"]}, "audit_ordered", "audit:"),
    ("POST", f"/audits/{AUDIT_ID}/cancel", None, "audit_cancelled", f"audit:{AUDIT_ID}"),
]


@pytest.mark.parametrize(("method", "path", "body", "action", "subject"), ACTS)
def test_every_act_is_kept(
    hall: Hall, method: str, path: str, body: Any, action: str, subject: str
) -> None:
    headers = bearer("all") | {"If-Match": "*"}
    answer = hall.client.request(method, f"/api/v1{path}", headers=headers, json=body)
    assert answer.is_success
    (entry,) = entries(hall)
    assert (entry["who"], entry["action"]) == ("all", action)
    assert entry["subject"].startswith(subject)
    assert entry["at"] == "2026-11-02T12:00:00.000Z"
    assert "dpk_" not in str(entry)


def test_every_route_that_changes_something_is_among_them(hall: Hall) -> None:
    changing = {
        path.removeprefix("/api/v1")
        for method, path in routes(hall.app)
        if method not in {"GET", "HEAD"} and path.startswith("/api/v1")
    }
    known = {
        "/events/{event_id}/review",
        "/events/{event_id}/hold",
        "/keys",
        "/keys/{name}",
        "/site",
        "/site/windows/{window_id}",
        "/audits",
        "/audits/{audit_id}/cancel",
        "/cameras/{camera_id}/acknowledge",
        "/site/reload",
    }
    elsewhere = {"/spot-checks", "/spot-checks/{check_id}/answer"}  # tests/api/test_spot_checks.py
    assert known <= changing
    assert {path for path in changing - known - elsewhere if "exemption" not in path} == set()


def test_what_is_refused_is_not_kept(hall: Hall) -> None:
    headers = bearer("reader")
    hall.client.post("/api/v1/keys", headers=headers, json={"name": "new", "scopes": ["read"]})
    hall.client.get("/api/v1/events/01J00009/evidence/0", headers=headers)
    assert entries(hall) == []


def test_filters_and_pages(hall: Hall) -> None:
    for key in ("reader", "all"):
        hall.client.get("/api/v1/events/01J00001/evidence/0", headers=bearer(key))
    held = "/api/v1/events/01J00001/hold"
    for _ in range(2):
        hall.client.put(held, headers=bearer("all"), json={"reason": "disputed"})
        hall.client.delete(held, headers=bearer("all"))
    assert len(entries(hall, "who=reader")) == 1
    assert entries(hall, "action=key_made") == []
    assert len(entries(hall, "subject=event:01J00001&from=2026-11-02T12:00:00Z")) == 6
    assert entries(hall, "to=2026-11-02T12:00:00Z") == []
    seen: list[int] = []
    address: str | None = f"{API}?limit=4"
    while address:
        answer = hall.client.get(address, headers=bearer("all"))
        seen += [one["number"] for one in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert seen == [6, 5, 4, 3, 2, 1]


def test_only_for_administrators_of_all_windows(hall: Hall) -> None:
    for key in ("reader", "reviewer", "admin", "one"):
        assert_problem(hall.client.get(API, headers=bearer(key)), 403)


@pytest.mark.parametrize("query", ["cursor=x", "who=a%00b", "from=x", "limit=0", "colour=red"])
def test_parameters_that_are_refused(hall: Hall, query: str) -> None:
    assert_problem(hall.client.get(f"{API}?{query}", headers=bearer("all")), 422)


def test_numbers_that_no_entry_has(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked:
        def __init__(self) -> None:
            self.query_params = type("Q", (), {"multi_items": staticmethod(list)})
            self.url = type("U", (), {"path": API})

    for number in (2**70, -1):
        cursor = encode((number,), Asked())  # type: ignore[arg-type]
        answer = hall.client.get(f"{API}?cursor={cursor}", headers=bearer("all"))
        assert_problem(answer, 422)
