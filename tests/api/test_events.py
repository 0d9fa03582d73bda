"""Lists of events: filters, order, pages."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.api.support import T0, Hall, assert_problem, bearer, make_event
from vision.ports import Batch
from vision.types import Event, Review
from vision.wire import event_from_json

API = "/api/v1"


def get(hall: Hall, path: str, **query: object) -> dict[str, object]:
    address = f"{API}{path}?{urlencode(query, doseq=True)}"
    answer = hall.client.get(address, headers=bearer("reader"))
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def ids(page: dict[str, object]) -> list[str]:
    return [item["id"][-1] for item in page["items"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "321"),
        ({"order": "oldest"}, "123"),
        ({"window_id": "A02"}, "2"),
        ({"window_id": ["A01", "A02"]}, "321"),
        ({"window_id": "Z99"}, ""),
        ({"rule_id": "leaving_post"}, "3"),
        ({"status": "open"}, "3"),
        ({"status": "closed"}, "21"),
        ({"review": "unreviewed"}, "321"),
        ({"review": "confirmed"}, ""),
        ({"min_score": "0.5"}, "31"),
        ({"from": "2026-11-02T09:02:30Z"}, "32"),
        ({"from": "2026-11-02T17:02:30+08:00"}, "32"),
        ({"to": "2026-11-02T09:02:00Z"}, "1"),
        ({"from": "2026-11-02T09:01:40Z", "to": "2026-11-02T09:02:01Z"}, "2"),
        ({"from": "2026-11-02T09:03:00Z", "to": "2026-11-02T09:03:00Z"}, ""),
        ({"window_id": "A01", "status": "closed", "rule_id": "phone_use"}, "1"),
    ],
)
def test_filters(hall: Hall, query: dict[str, object], expected: str) -> None:
    assert "".join(ids(get(hall, "/events", **query))) == expected


def test_events_of_a_window(hall: Hall) -> None:
    assert ids(get(hall, "/windows/A01/events")) == ["3", "1"]
    assert ids(get(hall, "/windows/A01/events", status="open")) == ["3"]
    assert ids(get(hall, "/windows/B09/events")) == []


def test_answer_is_the_wire_form(hall: Hall) -> None:
    stored = hall.store.event("01J00001")
    assert event_from_json(get(hall, "/events/01J00001")) == stored


def test_review_is_shown(hall: Hall) -> None:
    hall.store.add_review("01J00001", Review("dismissed", "a tissue", "li", T0))
    shown = get(hall, "/events/01J00001")["review"]
    assert shown == {
        "state": "dismissed",
        "reason": "a tissue",
        "reviewer": "li",
        "at": "2026-11-02T09:00:00.000Z",
    }
    assert ids(get(hall, "/events", review="dismissed")) == ["1"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("windowid=A01", "windowid"),
        ("rule=phone_use", "rule"),
        ("rule_id=phone", "rule_id"),
        ("rule_id=", "rule_id"),
        ("rule_id=vest&rule_id=shorts", "rule_id"),
        ("status=opened", "status"),
        ("review=ok", "review"),
        ("window_id=A/1", "window_id"),
        ("min_score=1.5", "min_score"),
        ("min_score=nan", "min_score"),
        ("order=random", "order"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%F0%9F%92%A9", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=MQ", "cursor"),
        ("from=yesterday", "from"),
        ("from=2026-11-02", "from"),
        ("from=2026-11-02T09:00:00", "from"),
        ("from=1762074000", "from"),
        ("from=2026-13-02T09:00:00Z", "from"),
        ("from=0001-01-01T00:00:00%2B14:00", "from"),
        ("from=9999-12-31T23:59:59-14:00", "from"),
        ("to=2026-11-02T09:00:00+08:00", "to"),
        ("to=", "to"),
        ("from=2026-11-02T09:00:01Z&to=2026-11-02T09:00:00Z", "from"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(hall: Hall, query: str, name: str) -> None:
    for path in ("events", "windows/A01/events"):
        answer = hall.client.get(f"{API}/{path}?{query}", headers=bearer("reader"))
        body = assert_problem(answer, 422)
        assert {fault["name"].removesuffix(".0") for fault in body["errors"]} == {name}


def test_plus_in_an_address_is_explained(hall: Hall) -> None:
    answer = hall.client.get(f"{API}/events?to=2026-11-02T09:00:00+08:00", headers=bearer("reader"))
    assert "%2B" in answer.json()["detail"]


def crowd() -> list[Event]:
    """Forty events at eight instants, five at each: ties are broken by id."""
    return [
        make_event(100 + number, started_at=T0 + timedelta(hours=1, seconds=number // 5))
        for number in range(40)
    ]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 3, 5, 43, 100])
def test_walk_meets_every_event_once(hall: Hall, order: str, limit: int) -> None:
    hall.store.commit(Batch(crowd()))
    whole = [item["id"] for item in get(hall, "/events", limit=500, order=order)["items"]]
    address, walked, pages = f"{API}/events?order={order}&limit={limit}", [], 0
    while address:
        answer = hall.client.get(address, headers=bearer("reader"))
        walked += [item["id"] for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
        pages += 1
    assert walked == whole
    assert len(walked) == len(set(walked)) == 43
    assert pages == -(-43 // limit)


def test_events_that_arrive_meanwhile_shift_nothing(hall: Hall) -> None:
    hall.store.commit(Batch(crowd()))
    first = get(hall, "/events", limit=5)
    hall.store.commit(Batch([make_event(900, started_at=T0 + timedelta(hours=2))]))
    second = get(hall, "/events", limit=5, cursor=first["next"])
    assert "01J00900" not in [item["id"] for item in second["items"]]
    seen = [item["id"] for page in (first, second) for item in page["items"]]
    assert len(set(seen)) == 10


def test_cursor_keeps_to_its_list(hall: Hall) -> None:
    cursor = get(hall, "/events", limit=1)["next"]
    assert ids(get(hall, "/events", limit=2, cursor=cursor)) == ["2", "1"]
    for path in (f"events?status=closed&cursor={cursor}", f"windows/A01/events?cursor={cursor}"):
        answer = hall.client.get(f"{API}/{path}", headers=bearer("reader"))
        assert "other filters" in assert_problem(answer, 422)["detail"]


def test_cursor_with_an_impossible_time(hall: Hall) -> None:
    cursor = get(hall, "/events", limit=1)["next"]
    parts = json.loads(base64.urlsafe_b64decode(f"{cursor}=="))
    forged = base64.urlsafe_b64encode(json.dumps([parts[0], 10**30, "x"]).encode()).decode()
    answer = hall.client.get(f"{API}/events?cursor={forged}", headers=bearer("reader"))
    assert_problem(answer, 422)


def test_last_page_has_no_next(hall: Hall) -> None:
    answer = hall.client.get(f"{API}/events?limit=3", headers=bearer("reader"))
    assert answer.json()["next"] is None
    assert "next" not in answer.links
    assert answer.links["first"]["url"] == "/api/v1/events?limit=3"


def test_equal_events_but_for_the_id(hall: Hall) -> None:
    twins = [replace(make_event(500), id=f"01JT{letter}") for letter in "CAB"]
    hall.store.commit(Batch(twins))
    page = get(hall, "/events", limit=2)
    rest = get(hall, "/events", limit=2, cursor=page["next"])
    assert [item["id"] for item in [*page["items"], *rest["items"]]][:3] == [
        "01JTC",
        "01JTB",
        "01JTA",
    ]
