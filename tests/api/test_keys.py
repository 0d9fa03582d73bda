"""Making keys and taking them away."""

from typing import Any

import pytest

from tests.api.support import Hall, assert_problem, bearer

API = "/api/v1/keys"


def make(hall: Hall, **body: Any) -> Any:
    return hall.client.post(API, json=body, headers=bearer("all"))


def events(hall: Hall, key: str) -> Any:
    return hall.client.get("/api/v1/events", headers={"Authorization": f"Bearer {key}"})


def test_a_key_from_its_making_to_its_end(hall: Hall) -> None:
    answer = make(hall, name="wall", scopes=["read"], windows=["A02"])
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("name", "scopes", "windows")} == {
        "name": "wall", "scopes": ["read"], "windows": ["A02"],
    }  # fmt: skip
    assert [item["window_id"] for item in events(hall, made["key"]).json()["items"]] == ["A02"]
    listed = hall.client.get(API, headers=bearer("all")).text
    assert '"wall"' in listed
    assert made["key"] not in listed + repr(hall.log)
    assert hall.client.delete(f"{API}/wall", headers=bearer("all")).status_code == 204
    assert_problem(events(hall, made["key"]), 401)
    assert_problem(hall.client.delete(f"{API}/wall", headers=bearer("all")), 404)


def test_a_name_is_given_once(hall: Hall) -> None:
    assert_problem(make(hall, name="reader", scopes=["read"]), 409)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x y", "scopes": ["read"]},
        {"name": "x", "scopes": ["read"], "windows": []},
        {"name": "x", "scopes": ["read"], "key": "mine"},
        {"scopes": ["read"]},
    ],
)
def test_what_is_refused(hall: Hall, body: dict[str, Any]) -> None:
    assert_problem(make(hall, **body), 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scopes": ["read"], "windows": ["A02"]}, 201),
        ({"scopes": ["read"], "windows": ["A01", "A02"]}, 403),
        ({"scopes": ["read"]}, 403),
    ],
)
def test_a_key_reaches_no_farther_than_its_maker(
    hall: Hall, body: dict[str, Any], status: int
) -> None:
    answer = hall.client.post(API, json={"name": "new"} | body, headers=bearer("one"))
    assert answer.status_code == status


def test_scopes_of_the_maker(hall: Hall) -> None:
    made = make(hall, name="boss", scopes=["read", "admin"]).json()["key"]
    headers = {"Authorization": f"Bearer {made}"}
    body = {"name": "new", "scopes": ["review"]}
    assert_problem(hall.client.post(API, json=body, headers=headers), 403)
