"""Exemptions over HTTP: entered, listed, withdrawn, never erased."""

from typing import Any

import pytest

from api.access import digest
from tests.api.support import NOW, T0, Hall, assert_problem, bearer, key_of
from vision.access import AccessKey
from vision.wire import time_to_json

PATH = "/api/v1/exemptions"
ENTRY = {
    "window_id": "A02",
    "kind": "closed",
    "from": "2026-11-02T20:00:00+08:00",
    "to": "2026-11-02T21:00:00+08:00",
    "reason": "设备检修",
    "approved_by": "王主任",
}


def ask(hall: Hall, method: str, path: str = "", who: str = "all", **sent: Any) -> Any:
    return hall.client.request(method, f"{PATH}{path}", headers=bearer(who), **sent)


def enter(hall: Hall, who: str = "all", **changes: Any) -> Any:
    return ask(hall, "POST", who=who, json=ENTRY | changes)


def test_one_is_entered_and_signed(hall: Hall) -> None:
    answer = enter(hall)
    assert answer.status_code == 201
    made = answer.json()
    assert made == ask(hall, "GET", f"/{made['id']}").json()
    assert (made["from"], made["to"]) == ("2026-11-02T12:00:00.000Z", "2026-11-02T13:00:00.000Z")
    assert (made["created_by"], made["created_at"]) == ("all", time_to_json(NOW))
    assert (made["until"], made["withdrawn_at"]) == (made["to"], None)
    assert [line for line in hall.log if line.get("event") == "exemption_entered"]


@pytest.mark.parametrize("scope", ["review", "admin"])
def test_either_scope_is_enough(hall: Hall, scope: str) -> None:
    hall.store.save_access_key(AccessKey("s", digest(key_of("s")), ("read", scope)))
    made = enter(hall, who="s")
    assert made.status_code == 201
    gone = ask(hall, "DELETE", f"/{made.json()['id']}?reason=x", who="s")
    assert gone.status_code == 200


def test_a_reader_may_only_look(hall: Hall) -> None:
    assert ask(hall, "GET", who="reader").status_code == 200
    assert_problem(enter(hall, who="reader"), 403)
    assert_problem(ask(hall, "DELETE", "/01E?reason=x", who="reader"), 403)


def test_a_withdrawn_one_ends_now_and_stays(hall: Hall) -> None:
    gone = ask(hall, "DELETE", "/01E?reason=回岗").json()
    assert (gone["until"], gone["withdrawn_at"]) == (time_to_json(NOW), time_to_json(NOW))
    assert (gone["withdrawn_by"], gone["withdrawn_reason"]) == ("all", "回岗")
    assert ask(hall, "GET", "/01E").json() == gone
    assert_problem(ask(hall, "DELETE", "/01E?reason=again"), 409)
    assert ask(hall, "GET", "?withdrawn=true").json()["items"] == [gone]
    assert ask(hall, "GET", "?withdrawn=false").json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"window_id": "A99"}, 404),
        ({"window_id": "../x"}, 422),
        ({"kind": "holiday"}, 422),
        ({"to": ENTRY["from"]}, 422),
        ({"to": "2028-11-02T21:00:00+08:00"}, 422),
        ({"from": "2026-11-02T20:00:00"}, 422),
        ({"reason": ""}, 422),
        ({"reason": "  "}, 422),
        ({"approved_by": " "}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_does_not_fit_is_refused(hall: Hall, changes: dict[str, Any], status: int) -> None:
    assert_problem(enter(hall, **changes), status)
    assert len(ask(hall, "GET").json()["items"]) == 1


def test_a_withdrawal_needs_a_reason(hall: Hall) -> None:
    assert_problem(ask(hall, "DELETE", "/01E"), 422)
    assert_problem(ask(hall, "DELETE", "/01E?reason=%20"), 422)
    assert_problem(ask(hall, "DELETE", "/nothing?reason=x"), 404)


def test_other_windows_do_not_exist(hall: Hall) -> None:
    assert ask(hall, "GET", who="one").json()["items"] == []
    assert_problem(ask(hall, "GET", "/01E", who="one"), 404)
    assert_problem(ask(hall, "DELETE", "/01E?reason=x", who="one"), 404)
    assert_problem(enter(hall, who="one", window_id="A01"), 404)
    assert enter(hall, who="one").status_code == 201


def test_pages_of_the_list(hall: Hall) -> None:
    enter(hall)
    first = ask(hall, "GET", "?limit=1").json()
    rest = ask(hall, "GET", f"?limit=1&cursor={first['next']}").json()
    assert [one["window_id"] for one in (*first["items"], *rest["items"])] == ["A02", "A01"]
    assert rest["next"] is None


def test_filters_by_window_and_time(hall: Hall) -> None:
    def found(query: str) -> int:
        return len(ask(hall, "GET", f"?{query}").json()["items"])

    ends = time_to_json(T0.replace(hour=13))
    assert (found("window_id=A01"), found("window_id=A02")) == (1, 0)
    assert (found(f"from={ends}"), found(f"to={time_to_json(T0)}")) == (0, 0)
