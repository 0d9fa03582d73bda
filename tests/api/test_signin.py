"""Signing in, sessions, and forms: nothing changes from a cookie alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import Gate, password_hash
from api.deps import COOKIE
from tests.api.support import Hall, assert_problem, bearer, key_of, open_hall
from vision.access import Account
from vision.testing.stores import MemoryStore

PAGE = {"Accept": "text/html"}
HASH = password_hash("correct horse")


@pytest.fixture
def browser(hall: Hall) -> Iterator[TestClient]:
    with TestClient(hall.app, headers=PAGE, follow_redirects=False) as client:
        yield client


def sign_in(browser: TestClient, **fields: str) -> Any:
    return browser.post("/signin", data={"next": "/events", **fields})


def csrf(browser: TestClient) -> str:
    found = re.search(r'data-csrf="([^"]+)"', browser.get("/").text)
    assert found
    return found[1]


def test_the_way_in_and_out(browser: TestClient) -> None:
    first = browser.get("/events?rule_id=vest")
    assert first.status_code == 303
    assert first.headers["location"] == "/signin?next=%2Fevents%3Frule_id%3Dvest"
    answer = sign_in(browser, key=key_of("all"), next="/events?rule_id=vest")
    assert (answer.status_code, answer.headers["location"]) == (303, "/events?rule_id=vest")
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    token = browser.cookies[COOKIE]
    assert browser.get("/events").status_code == 200
    assert browser.post("/signout", data={"csrf": csrf(browser)}).status_code == 303
    again = TestClient(browser.app, cookies={COOKIE: token}, headers=PAGE, follow_redirects=False)
    assert again.get("/events").status_code == 303


@pytest.mark.parametrize(
    "fields", [{}, {"key": "wrong"}, {"name": "li"}, {"name": "x", "password": "y"}]
)
def test_wrong_keys_are_refused(browser: TestClient, fields: dict[str, str]) -> None:
    answer = sign_in(browser, **fields)
    assert answer.status_code == 401
    assert COOKIE not in answer.cookies
    assert 'role="alert"' in answer.text


def test_key_without_the_scope_cannot_look(browser: TestClient) -> None:
    sign_in(browser, key=key_of("none"))
    assert browser.get("/events").status_code in (303, 403)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "", "/a\r\nX: y"]
)
def test_no_open_redirect(browser: TestClient, target: str) -> None:
    answer = sign_in(browser, key=key_of("all"), next=target)
    assert answer.headers["location"] == "/"


def test_cookie_reads_the_api_but_changes_nothing_alone(browser: TestClient, hall: Hall) -> None:
    sign_in(browser, key=key_of("all"))
    address, body = "/api/v1/events/01J00001/review", {"decision": "confirmed"}
    assert browser.get("/api/v1/events").status_code == 200
    assert_problem(browser.post(address, json=body), 403)
    assert_problem(browser.post(address, json=body, headers={"X-CSRF-Token": "guess"}), 403)
    for fields in ({"decision": "confirmed"}, {"decision": "confirmed", "csrf": "guess"}):
        assert browser.post("/events/01J00001/review", data=fields).status_code == 403
    assert browser.post("/signout", data={}).status_code == 403
    assert hall.store.event("01J00001").review.state == "unreviewed"
    token = {"X-CSRF-Token": csrf(browser)}
    assert browser.post(address, json=body, headers=token).status_code == 200


def test_forms_of_other_sites_are_refused(browser: TestClient) -> None:
    fields = {"key": key_of("all")}
    answer = browser.post("/signin", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_deciding_by_form(browser: TestClient, hall: Hall) -> None:
    sign_in(browser, key=key_of("all"))
    fields = {"csrf": csrf(browser), "decision": "dismissed", "reason": "纸巾", "back": "/review"}
    answer = browser.post("/events/01J00001/review", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert hall.store.event("01J00001").review.reason == "纸巾"
    for change in ({"decision": "x"}, {"reason": ""}, {"reason": "x" * 2001}):
        assert browser.post("/events/01J00002/review", data=fields | change).status_code == 422


def test_session_ends_with_its_key(browser: TestClient, hall: Hall) -> None:
    sign_in(browser, key=key_of("reader"))
    assert browser.get("/").status_code == 200
    hall.app.state.services.keys.drop("reader")
    assert browser.get("/").status_code == 303


def gate(store: MemoryStore, hall: Hall, minutes: int = 0) -> Gate:
    served = hall.app.state.services
    return Gate(store, served.keys, lambda: served.now() + timedelta(minutes=minutes))


def test_session_expires(hall: Hall) -> None:
    token = gate(hall.store, hall).open_session(f"key:{'0' * 64}")
    hall.store.save_account(Account("li", HASH, "viewer"))
    token = gate(hall.store, hall).open_session("account:li")
    assert gate(hall.store, hall, 60 * 12 - 1).by_session(token) is not None
    assert gate(hall.store, hall, 60 * 12).by_session(token) is None


@pytest.mark.parametrize(("key", "days"), [("reader", 30), ("all", 0.5)])
def test_only_a_key_that_looks_keeps_a_screen_signed_in(
    hall: Hall, browser: TestClient, key: str, days: float
) -> None:
    answer = sign_in(browser, key=key_of(key))
    assert f"max-age={int(days * 86_400)};" in answer.headers["set-cookie"].lower()
    token, last_minute = browser.cookies[COOKIE], int(days * 1440) - 1
    assert gate(hall.store, hall, last_minute).by_session(token) is not None
    assert gate(hall.store, hall, last_minute + 1).by_session(token) is None


def test_people_sign_in_by_password(browser: TestClient, hall: Hall) -> None:
    assert "password" not in re.findall(r'name="(\w+)"', browser.get("/signin").text)
    hall.store.save_account(Account("li", HASH, "reviewer"))
    assert "password" in re.findall(r'name="(\w+)"', browser.get("/signin").text)
    assert sign_in(browser, name="li", password="wrong").status_code == 401
    assert sign_in(browser, name="li", password="correct horse").status_code == 303
    decided = {"csrf": csrf(browser), "decision": "confirmed"}
    assert browser.post("/events/01J00001/review", data=decided).status_code == 303
    assert hall.store.event("01J00001").review.reviewer == "li"
    assert "correct horse" not in repr(hall.log)
    assert HASH not in repr(hall.log)


def test_lockout(hall: Hall) -> None:
    hall.store.save_account(Account("li", HASH, "viewer"))
    now, later = gate(hall.store, hall), gate(hall.store, hall, 16)
    assert [now.subject_of_person("li", "wrong") for _ in range(5)] == [None] * 5
    assert now.subject_of_person("li", "correct horse") is None
    assert later.subject_of_person("li", "correct horse") == "account:li"
    assert now.subject_of_person("li", "wrong") is None
    assert now.subject_of_person("li", "correct horse") == "account:li"


@pytest.mark.parametrize(
    ("role", "may_decide"),
    [("clerk", False), ("viewer", False), ("reviewer", True), ("admin", True)],
)
def test_roles(hall: Hall, browser: TestClient, role: str, may_decide: bool) -> None:
    hall.store.save_account(Account("li", HASH, role, frozenset({"A01"})))
    sign_in(browser, name="li", password="correct horse")
    decided = {"csrf": csrf(browser), "decision": "confirmed"}
    answer = browser.post("/events/01J00001/review", data=decided)
    assert answer.status_code == (303 if may_decide else 403)
    assert browser.get("/events/01J00002").status_code == 404


def test_behind_a_prefix() -> None:
    hall = open_hall(MemoryStore(), root_path="/deport")
    client = TestClient(hall.app, root_path="/deport", headers=PAGE, follow_redirects=False)
    assert client.get("/deport/").headers["location"] == "/deport/signin?next=%2F"
    answer = client.post("/deport/signin", data={"key": key_of("all"), "next": "/"})
    assert answer.headers["location"] == "/deport/"
    assert "path=/deport" in answer.headers["set-cookie"].lower()
    page = client.get("/deport/", headers=bearer("all")).text
    assert re.findall(r'(?:href|src|action)="(/(?!deport/)[^"]*)"', page) == []
    event = client.get("/deport/api/v1/events/01J00001", headers=bearer("all")).json()
    assert event["evidence"][0]["url"] == "/deport/api/v1/events/01J00001/evidence/0"
