"""Holds, recorded views, parts of a clip, and evidence that is no longer kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.media import part_of
from tests.api.support import NOW, PICTURE, T0, Hall, assert_problem, bearer
from vision.types import Evidence

EVENT = "/api/v1/events/01J00001"
PATH = f"{EVENT}/evidence/0"
HOLD = f"{EVENT}/hold"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-3", (0, 3)),
        ("bytes=4-", (4, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-99", (0, 9)),
        ("bytes=8-99", (8, 9)),
        ("bytes=10-", None),
        ("bytes=-0", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
    ],
)
def test_parts(wanted: str, expected: tuple[int, int] | None) -> None:
    assert part_of(wanted, 10) == expected


def test_a_part_of_evidence(hall: Hall) -> None:
    answer = hall.client.get(PATH, headers=bearer("reader") | {"Range": "bytes=4-7"})
    assert (answer.status_code, answer.content) == (206, PICTURE[4:8])
    assert answer.headers["content-range"] == f"bytes 4-7/{len(PICTURE)}"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"Range": "bytes=999-"}, 416),
        ({"Range": "bytes=0-1,3-4"}, 200),
        ({"Range": "lines=1-2"}, 200),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
    ],
)
def test_what_is_no_part(hall: Hall, sent: dict[str, str], status: int) -> None:
    assert hall.client.get(PATH, headers=bearer("reader") | sent).status_code == status


def test_evidence_of_a_lasting_event_may_change_its_place(hall: Hall) -> None:
    item = Evidence("snapshot", T0, hall.evidence.put(b"x"), "image/jpeg")
    hall.store.attach("01J00003", item)
    answer = hall.client.get("/api/v1/events/01J00003/evidence/0", headers=bearer("reader"))
    assert answer.headers["cache-control"] == "private, no-cache"


def test_expired_evidence_says_when_and_why(hall: Hall) -> None:
    event = hall.store.event("01J00001")
    gone = replace(event.evidence[0], expired_at=NOW, expired_for="age")
    hall.store._save(replace(event, evidence=(gone,)))
    problem = assert_problem(hall.client.get(PATH, headers=bearer("reader")), 410)
    assert "removed on 2026-11-02T12:00:00.000Z by retention (age)" in problem["detail"]
    shown = hall.client.get(EVENT, headers=bearer("reader")).json()
    assert shown["evidence"][0]["expired"] == {"at": "2026-11-02T12:00:00.000Z", "reason": "age"}


def test_who_looked_is_recorded_for_administrators(hall: Hall) -> None:
    for name in ("reader", "reader", "all"):
        hall.client.get(PATH, headers=bearer(name) | {"Range": "bytes=0-1"})
    answer = hall.client.get("/api/v1/views?limit=1", headers=bearer("all"))
    assert [one["principal"] for one in answer.json()["items"]] == ["all"]
    query = {"limit": "1", "cursor": answer.json()["next"]}
    rest = hall.client.get("/api/v1/views", params=query, headers=bearer("all")).json()
    assert [one["principal"] for one in rest["items"]] == ["reader"]
    assert_problem(hall.client.get("/api/v1/views", headers=bearer("reader")), 403)


@pytest.mark.parametrize(
    ("name", "status"),
    [("reader", 403), ("none", 403), ("one", 404), ("all", 200)],
)
def test_who_may_hold(hall: Hall, name: str, status: int) -> None:
    answer = hall.client.put(HOLD, json={"reason": "case 7"}, headers=bearer(name))
    assert answer.status_code == status


def test_a_hold_is_placed_shown_listed_and_released(hall: Hall) -> None:
    everyone = bearer("all")
    assert_problem(hall.client.get(HOLD, headers=everyone), 404)
    assert_problem(hall.client.put(HOLD, json={"reason": "  "}, headers=everyone), 422)
    placed = hall.client.put(HOLD, json={"reason": "case 7"}, headers=everyone).json()
    at = (T0 + timedelta(hours=3)).isoformat().replace("+00:00", ".000Z")
    assert placed == {"event_id": "01J00001", "reason": "case 7", "by": "all", "at": at}
    assert hall.client.get(HOLD, headers=everyone).json() == placed
    assert hall.client.get("/api/v1/holds", headers=everyone).json()["items"] == [placed]
    assert hall.client.delete(HOLD, headers=everyone).status_code == 204
    assert_problem(hall.client.delete(HOLD, headers=everyone), 404)
