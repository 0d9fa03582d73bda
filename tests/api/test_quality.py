"""Spot checks over HTTP and by form, what they tell, and rules that are advisory."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.api.support import T0, Hall, assert_problem, bearer, make_event
from vision.ports import Batch
from vision.spotchecks import CheckFilter, SpotCheck
from vision.types import Coverage, Review

API = "/api/v1/spot-checks"
PERIOD = {"from": "2026-11-02T09:00:00Z", "to": "2026-11-02T11:00:00Z"}


def draw(hall: Hall, who: str = "all", **changes: Any) -> Any:
    body = PERIOD | {"rule_id": "phone_use", "count": 10} | changes
    return hall.client.post(API, json=body, headers=bearer(who))


def stored(hall: Hall) -> list[SpotCheck]:
    found: list[SpotCheck] = hall.store.spot_checks(CheckFilter(rule_id="phone_use", limit=500))
    return found


def answer(hall: Hall, check_id: str, who: str = "all", **body: Any) -> Any:
    return hall.client.post(f"{API}/{check_id}/answer", json=body, headers=bearer(who))


def rule(hall: Hall, rule_id: str = "phone_use", who: str = "all", **query: str) -> dict[str, Any]:
    page = hall.client.get("/api/v1/quality", params=query or PERIOD, headers=bearer(who)).json()
    return {one["rule_id"]: one for one in page["items"]}[rule_id]


def test_drawn_from_silence_only(hall: Hall) -> None:
    checks = draw(hall, count=100).json()["items"]
    assert {check["window_id"] for check in checks} == {"A01", "A02"}
    busy = {window: (T0 + timedelta(seconds=60 * n), T0 + timedelta(seconds=60 * n + 100))
            for n, window in ((1, "A01"), (2, "A02"))}  # fmt: skip
    for check in stored(hall):
        start, end = busy[check.window_id]
        assert check.ended_at <= start or check.started_at >= end


def test_the_same_seed_draws_the_same_and_keeps_it_once(hall: Hall) -> None:
    first, second = (draw(hall, seed=5).json()["items"] for _ in range(2))
    assert first == second
    assert len(stored(hall)) == len(first)


def test_hours_that_were_analysed_in_part_are_left_out(hall: Hall) -> None:
    later = T0 + timedelta(hours=5)
    hall.store.commit(Batch(coverage=[Coverage("A01", "vest", later, 1800, 1800)]))
    day = {"from": "2026-11-02T00:00:00Z", "to": "2026-11-03T00:00:00Z"}
    assert_problem(draw(hall, rule_id="vest", **day), 409)
    hall.store.commit(Batch(coverage=[Coverage("A01", "vest", later, 1800, 1800)]))
    assert draw(hall, rule_id="vest", **day).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"from": "2026-11-03T00:00:00Z"}, 422),
        ({"from": "2025-11-02T00:00:00Z"}, 422),
        ({"count": 0}, 422),
        ({"interval_s": 5}, 422),
        ({"rule_id": "singing"}, 422),
    ],
)
def test_what_cannot_be_drawn(hall: Hall, changes: dict[str, Any], status: int) -> None:
    assert_problem(draw(hall, **changes), status)


def test_answers(hall: Hall) -> None:
    one, other, *_ = (check["id"] for check in draw(hall).json()["items"])
    assert_problem(answer(hall, one, finding="missed"), 422)
    done = answer(hall, one, finding="missed", note="on the phone at 17:31").json()
    assert (done["finding"], done["reviewer"]) == ("missed", "all")
    assert answer(hall, other, finding="silent").status_code == 200
    listed = hall.client.get(f"{API}?answered=true", headers=bearer("all")).json()["items"]
    assert {check["id"] for check in listed} == {one, other}
    assert_problem(answer(hall, "none", finding="silent"), 404)
    assert rule(hall)["missed"] == 1
    assert rule(hall)["spot_checks"] == 2


def test_the_list_by_pages(hall: Hall) -> None:
    count = len(draw(hall).json()["items"])
    seen, address = [], f"{API}?rule_id=phone_use&limit=3"
    while address:
        page = hall.client.get(address, headers=bearer("all")).json()
        seen += [check["id"] for check in page["items"]]
        address = page["next"] and f"{API}?rule_id=phone_use&limit=3&cursor={page['next']}"
    assert (len(seen), len(set(seen))) == (count, count)


def test_checks_of_other_windows_do_not_exist(hall: Hall) -> None:
    checks = draw(hall).json()["items"]
    mine = hall.client.get(API, headers=bearer("one")).json()["items"]
    assert {check["window_id"] for check in mine} == {"A02"}
    others = next(check["id"] for check in checks if check["window_id"] == "A01")
    assert_problem(hall.client.get(f"{API}/{others}", headers=bearer("one")), 404)
    assert_problem(answer(hall, others, who="one", finding="silent"), 404)
    assert {check["window_id"] for check in draw(hall, who="one").json()["items"]} == {"A02"}


def test_what_is_known_of_a_rule(hall: Hall) -> None:
    assert rule(hall)["precision"] is None
    hall.store.add_review("01J00001", Review("confirmed", None, "li", T0))
    hall.store.add_review("01J00002", Review("dismissed", "no", "li", T0))
    found = rule(hall)
    assert (found["events"], found["right"], found["wrong"]) == (2, 1, 1)
    assert found["precision"] == {"value": 0.5, "low": 0.094531, "high": 0.905469}
    assert found["camera_hours"] == pytest.approx(2 * 3000 / 3600, abs=1e-3)
    assert found["false_alarms_per_camera_hour"]["value"] == pytest.approx(0.6)
    assert found["advisory"] is None
    assert rule(hall, who="one")["events"] == 1


def test_a_rule_below_its_target_is_advisory_everywhere(hall: Hall) -> None:
    events = [make_event(number) for number in range(100, 125)]
    hall.store.commit(Batch(events))
    for event in events:
        hall.store.add_review(event.id, Review("dismissed", "no", "li", T0))
    hall.store.add_review("01J00001", Review("confirmed", None, "li", T0))
    headers = bearer("all") | {"Accept": "text/html", "Accept-Language": "en"}
    assert rule(hall)["advisory"] is True
    window = hall.client.get("/api/v1/windows/A01", headers=bearer("all")).json()
    assert {one["rule_id"]: one["advisory"] for one in window["rules"]} == {
        one["rule_id"]: True if one["rule_id"] == "phone_use" else None for one in window["rules"]
    }
    cards = hall.client.get("/api/v1/scorecards?period=2026-11", headers=bearer("all")).json()
    assert cards["items"][0]["deductions"][0]["advisory"] is True
    for path in ("/events", "/events/01J00001", "/scorecards?period=2026-11", "/quality"):
        assert 'class="tag advisory"' in hall.client.get(path, headers=headers).text, path
    assert 'class="tag advisory"' not in hall.client.get("/events/01J00003", headers=headers).text


def test_by_form(hall: Hall) -> None:
    browser = hall.client
    browser.post("/signin", data={"key": bearer("all")["Authorization"][7:], "next": "/"})
    page = browser.get("/checks", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    csrf = {"csrf": re.search(r'data-csrf="([^"]+)"', page)[1]}  # type: ignore[index]
    period = {"from": "2026-11-02T17:00", "to": "2026-11-02T19:00"}
    wanted = csrf | period | {"rule_id": "phone_use", "count": "5", "seed": "1"}
    html = {"Accept": "text/html"}
    for wrong in ({"csrf": "x"}, {"count": "many"}, {"count": "0"}, {"rule_id": "x"}, {"to": ""}):
        refused = browser.post("/checks/draw", data=wanted | wrong, headers=html)
        assert refused.status_code in (403, 422)
    browser.post("/checks/draw", data=wanted, headers=html)
    first, address = stored(hall)[0], "/checks?rule_id=phone_use"
    assert f"/checks/{first.id}/answer" in browser.get(address, headers=html).text
    told = csrf | {"finding": "silent", "note": ""}
    for wrong in ({"finding": "x"}, {"finding": "missed"}, {"note": "x" * 2001}):
        refused = browser.post(f"/checks/{first.id}/answer", data=told | wrong, headers=html)
        assert refused.status_code == 422
    browser.post(f"/checks/{first.id}/answer", data=told, headers=html)
    assert hall.store.spot_check(first.id).finding == "silent"
    assert f"/checks/{first.id}/answer" not in browser.get(address, headers=html).text
    nothing = browser.post("/checks/draw", data=wanted | {"rule_id": "vest"}, headers=html).text
    assert 'role="alert"' in nothing
