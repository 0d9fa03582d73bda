"""Authorisation of every route, out of the route table: a new route cannot be forgotten."""

from typing import Any

import pytest

from api.access import ALL_SCOPES, KeyRing, Scope, digest
from tests.api.support import AUDIT_ID, KEYS, Hall, assert_problem, bearer, open_hall, routes
from vision.testing.stores import MemoryStore

OPEN = {
    "/signin",
    "/preferences",
    "/healthz",
    "/readyz",
    "/api/v1/healthz",
    "/api/v1/readyz",
    "/docs",
}
NEEDS: dict[tuple[str, str], frozenset[Scope]] = {
    ("POST", "/api/v1/events/{event_id}/review"): frozenset({Scope.READ, Scope.REVIEW}),
    ("POST", "/api/v1/exemptions"): frozenset({Scope.READ, Scope.REVIEW}),
    ("DELETE", "/api/v1/exemptions/{exemption_id}"): frozenset({Scope.READ, Scope.REVIEW}),
    ("POST", "/api/v1/spot-checks"): frozenset({Scope.READ, Scope.REVIEW}),
    ("POST", "/api/v1/spot-checks/{check_id}/answer"): frozenset({Scope.READ, Scope.REVIEW}),
    ("GET", "/api/v1/negatives"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/audits"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/audits/list"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/people"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/keys"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/settings"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/keys"): frozenset({Scope.READ, Scope.ADMIN}),
    ("POST", "/api/v1/keys"): frozenset({Scope.READ, Scope.ADMIN}),
    ("DELETE", "/api/v1/keys/{name}"): frozenset({Scope.READ, Scope.ADMIN}),
    ("DELETE", "/api/v1/events/{event_id}/hold"): frozenset({Scope.READ, Scope.ADMIN}),
    ("POST", "/api/v1/cameras/{camera_id}/acknowledge"): frozenset({Scope.READ, Scope.ADMIN}),
    ("POST", "/api/v1/site/reload"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/audit-log"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/audits"): frozenset({Scope.READ, Scope.ADMIN}),
    ("POST", "/api/v1/audits"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/audits/{audit_id}"): frozenset({Scope.READ, Scope.ADMIN}),
    ("POST", "/api/v1/audits/{audit_id}/cancel"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/site"): frozenset({Scope.READ, Scope.ADMIN}),
    ("PUT", "/api/v1/site"): frozenset({Scope.READ, Scope.ADMIN}),
    ("PATCH", "/api/v1/site/windows/{window_id}"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/site/history"): frozenset({Scope.READ, Scope.ADMIN}),
    ("GET", "/api/v1/site/history/{version}"): frozenset({Scope.READ, Scope.ADMIN}),
}
"""Routes that need more than ``read``."""
BODIES = {
    "/api/v1/events/{event_id}/review": {"decision": "confirmed"},
    "/api/v1/keys": {"name": "new", "scopes": ["read"]},
    "/api/v1/site": {},
    "/api/v1/exemptions": {
        "window_id": "A01",
        "kind": "closed",
        "reason": "x",
        "approved_by": "y",
        "from": "2026-11-02T09:00:00Z",
        "to": "2026-11-02T11:00:00Z",
    },
    "/api/v1/audits": {"paths": ["a.mp4"]},
    "/api/v1/site/windows/{window_id}": {},
    "/api/v1/spot-checks": {"from": "2026-11-02T09:00:00Z", "to": "2026-11-02T11:00:00Z"},
    "/api/v1/spot-checks/{check_id}/answer": {"finding": "silent"},
}
NOTHING_TO_DO = {
    ("GET", "/api/v1/events/{event_id}/hold"): 404,
    ("DELETE", "/api/v1/events/{event_id}/hold"): 404,
    ("POST", "/api/v1/cameras/{camera_id}/acknowledge"): 409,
}
"""What an authorised key is told here: nothing is held, no camera has moved."""
STREAM = "/api/v1/events/stream"
FORMS = {
    ("POST", "/signout"),
    ("POST", "/events/{event_id}/review"),
    ("POST", "/events/{event_id}/hold"),
    ("POST", "/events/{event_id}/release"),
    ("POST", "/checks/draw"),
    ("POST", "/cameras/{camera_id}/acknowledge"),
    ("POST", "/exemptions"),
    ("POST", "/exemptions/{exemption_id}/withdraw"),
    ("POST", "/people"),
    ("POST", "/people/drop"),
    ("POST", "/account"),
    ("POST", "/keys"),
    ("POST", "/keys/drop"),
    ("POST", "/settings"),
    ("POST", "/checks/{check_id}/answer"),
}
"""For people who signed in, whatever key comes with them."""

IDS = {
    "{window_id}": "A01",
    "{event_id}": "01J00001",
    "{number}": "0",
    "{camera_id}": "cam-1",
    "{name}": "reader",
    "{version}": "none",
    "{check_id}": "01C",
    "{exemption_id}": "01E",
    "{audit_id}": AUDIT_ID,
}
TABLE = routes(open_hall(MemoryStore()).app)
CLOSED = [route for route in TABLE if route[1] not in OPEN]
FOR_KEYS = [route for route in CLOSED if route not in FORMS]


def ask(hall: Hall, method: str, path: str, headers: dict[str, str]) -> Any:
    sent = headers | {"If-Match": "*"}
    return hall.client.request(method, concrete(path), headers=sent, json=BODIES.get(path))


def concrete(path: str) -> str:
    for name, value in IDS.items():
        path = path.replace(name, value)
    return path


def test_the_table_is_whole() -> None:
    assert ("GET", "/api/v1/events/{event_id}/evidence/{number}") in TABLE
    assert {path for _, path in TABLE if path in OPEN} == OPEN
    assert [path for _, path in TABLE if "{" in concrete(path)] == []


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic cmVhZGVyOng="},
        {"Authorization": bearer("reader")["Authorization"].removeprefix("Bearer ")},
        {"Cookie": bearer("reader")["Authorization"].replace("Bearer ", "key=")},
    ],
    ids=["nothing", "wrong key", "empty key", "basic", "no scheme", "cookie"],
)
def test_closed_without_key(hall: Hall, method: str, path: str, headers: dict[str, str]) -> None:
    answer = ask(hall, method, path, headers)
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), FOR_KEYS)
def test_closed_to_keys_without_the_scope(hall: Hall, method: str, path: str) -> None:
    needed = NEEDS.get((method, path), frozenset({Scope.READ}))
    lacking = [name for name, scopes in KEYS.items() if not needed <= set(scopes)]
    for name in lacking:
        assert_problem(ask(hall, method, path, bearer(name)), 403)
    assert lacking


@pytest.mark.parametrize(("method", "path"), [route for route in FOR_KEYS if route[1] != STREAM])
def test_open_to_keys_with_the_scope(hall: Hall, method: str, path: str) -> None:
    answer = ask(hall, method, path, bearer("all"))
    usual = (200, 201, 202, 204, 422)
    assert answer.status_code in (*usual, NOTHING_TO_DO.get((method, path)))


@pytest.mark.parametrize("path", sorted(OPEN))
def test_open_routes_tell_nothing(hall: Hall, path: str) -> None:
    answer = hall.client.get(path, follow_redirects=False)
    assert answer.status_code in (200, 303)
    assert "A01" not in answer.text


@pytest.mark.parametrize(("method", "path"), sorted(FORMS))
def test_forms_take_no_key(hall: Hall, method: str, path: str) -> None:
    assert_problem(ask(hall, method, path, bearer("all")), 401)


def test_metrics_open_on_request() -> None:
    open_ = open_hall(MemoryStore(), open_metrics=True)
    assert open_.client.get("/metrics").status_code == 200


def test_key_of_one_window_sees_nothing_else(hall: Hall) -> None:
    def answer(path: str) -> object:
        return hall.client.get(f"/api/v1{path}", headers=bearer("one")).json()

    seen = [answer("/windows"), answer("/events"), answer("/coverage")]
    ids = [{item.get("window_id", item.get("id")) for item in page["items"]} for page in seen]
    assert ids == [{"A02"}] * 3
    assert answer("/events?window_id=A01")["items"] == []
    assert answer("/events?window_id=A01&window_id=A02")["items"][0]["window_id"] == "A02"


@pytest.mark.parametrize(
    "path",
    [
        "/windows/A01",
        "/windows/A01/state",
        "/windows/A01/events",
        "/events/01J00001",
        "/events/01J00001/evidence/0",
    ],
)
def test_what_is_out_of_reach_does_not_exist(hall: Hall, path: str) -> None:
    assert_problem(hall.client.get(f"/api/v1{path}", headers=bearer("one")), 404)


def test_first_key_is_made_once_and_works() -> None:
    store = MemoryStore()
    ring = KeyRing(store)
    key = ring.first_key()
    assert key is not None
    assert key.startswith("dpk_")
    assert len(key) > 40
    assert ring.first_key() is None
    found = KeyRing(store).find(digest(key))
    assert found is not None
    assert found.scopes == ALL_SCOPES
    assert key not in repr(store.access_keys())


def test_key_of_the_environment() -> None:
    given = open_hall(MemoryStore(), api_key="0123456789abcdef")
    ring = given.app.state.services.keys
    assert ring.first_key() is None
    assert "0123456789abcdef" not in repr(given.app.state.services)
    headers = {"Authorization": "Bearer 0123456789abcdef"}
    assert given.client.get("/api/v1/events", headers=headers).status_code == 200
