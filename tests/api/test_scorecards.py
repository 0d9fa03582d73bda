"""Scores: counted events only, in the time of the hall, with coverage beside them."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from api.errors import BadParameter
from api.periods import neighbour, period, up_to
from api.scorecards.score import deduction, grade_of
from api.scorecards.service import scorecards
from api.scorecards.tables import as_csv
from tests.api.support import Hall, assert_problem, bearer, make_event
from vision.config import ScorecardConfig, resolve_policy
from vision.ports import Batch
from vision.types import Review

API = "/api/v1/scorecards"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SMOKING = resolve_policy("smoking")


@pytest.mark.parametrize(
    ("events", "scoring", "points", "capped"),
    [
        (0, {}, 0, False),
        (3, {}, 6, False),
        (1, {"grace": 1}, 0, False),
        (3, {"grace": 1}, 4, False),
        (3, {"escalation": 2}, 14, False),
        (3, {"cap": 5}, 5, True),
        (2, {"cap": 4}, 4, False),
        (3, {"cap": 5, "caps": {"smoking": 3}}, 3, True),
        (3, {"caps": {"phone_use": 1}}, 6, False),
        (10**9, {"escalation": 10}, 100, True),
    ],
)
def test_deductions(events: int, scoring: dict[str, Any], points: float, capped: bool) -> None:
    found = deduction("smoking", events, SMOKING, ScorecardConfig(**scoring))
    assert (found.points, found.capped) == (points, capped)


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "excellent"),
        (90, "excellent"),
        (89.99, "competent"),
        (75, "competent"),
        (74.9, "basic"),
        (60, "basic"),
        (59.9, "incompetent"),
        (0, "incompetent"),
    ],
)
def test_four_grades(score: float, grade: str) -> None:
    assert grade_of(score, ScorecardConfig()) == grade


def get(hall: Hall, query: str = "period=2026-11") -> dict[str, dict[str, Any]]:
    answer = hall.client.get(f"{API}?{query}", headers=bearer("reader"))
    assert answer.status_code == 200, answer.text
    return {item["window_id"]: item for item in answer.json()["items"]}


@pytest.mark.parametrize(
    ("state", "points", "pending"),
    [
        ("unreviewed", 0, 2),
        ("confirmed", 1, 1),
        ("dismissed", 0, 1),
        ("appealed", 0, 2),
        ("upheld", 1, 1),
        ("overturned", 0, 1),
    ],
)
def test_only_what_stands_costs(hall: Hall, state: str, points: int, pending: int) -> None:
    hall.store.add_review("01J00001", Review(state))
    card = get(hall)["A01"]
    assert (card["score"], card["pending"]) == (100 - points, pending)


def test_card(hall: Hall) -> None:
    hall.store.add_review("01J00001", Review("confirmed"))
    assert get(hall)["A01"] == {
        "window_id": "A01",
        "name": "社保 1 号窗口",
        "period": "2026-11",
        "start": "2026-10-31T16:00:00.000Z",
        "end": "2026-11-30T16:00:00.000Z",
        "base_points": 100,
        "score": 99,
        "grade": "excellent",
        "reserved": False,
        "pending": 1,
        "deductions": [
            {
                "rule_id": "phone_use",
                "events": 1,
                "points": 1,
                "capped": False,
                "clauses": ["SZ 一.(一)", "GL 一.2"],
                "advisory": None,
            }
        ],
        "coverage": {"scheduled_s": 7200, "assessable_s": 6000, "share": 0.8333},
    }
    unseen = get(hall)["B09"]
    assert (unseen["score"], unseen["reserved"], unseen["coverage"]["share"]) == (100, True, None)


def test_periods_begin_and_end_in_the_time_of_the_hall(hall: Hall) -> None:
    before = datetime(2026, 11, 1, 15, 59, tzinfo=UTC)
    after = datetime(2026, 11, 1, 16, 0, tzinfo=UTC)
    events = [make_event(n, id=f"01JP{n}", started_at=at) for n, at in ((7, before), (8, after))]
    hall.store.commit(Batch(events))
    for event in events:
        hall.store.add_review(event.id, Review("confirmed"))
    scores = {
        name: get(hall, f"period={name}")["A01"]["score"]
        for name in (
            "2026-11-01",
            "2026-11-02",
            "2026-11",
            "2026",
            "2026-10",
        )
    }
    assert scores == {
        "2026-11-01": 99,
        "2026-11-02": 99,
        "2026-11": 98,
        "2026": 98,
        "2026-10": 100,
    }


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026", "2025-12-31T16:00", "2026-12-31T16:00"),
        ("2026-12", "2026-11-30T16:00", "2026-12-31T16:00"),
        ("2024-02-29", "2024-02-28T16:00", "2024-02-29T16:00"),
    ],
)
def test_period(name: str, start: str, end: str) -> None:
    found = period(name, SHANGHAI)
    shown = [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}" for at in (found.start, found.end)]
    assert shown == [start, end]


@pytest.mark.parametrize("name", ["", "2026-13", "2026-02-30", "26-11", "2026-1", "0000", "9999"])
def test_periods_that_there_are_not(hall: Hall, name: str) -> None:
    with pytest.raises(BadParameter):
        period(name, SHANGHAI)
    assert_problem(hall.client.get(f"{API}?period={name}", headers=bearer("reader")), 422)


def test_csv_and_xlsx_say_the_same(hall: Hall) -> None:
    hall.store.add_review("01J00001", Review("confirmed"))
    answers = [
        hall.client.get(f"{API}?period=2026-11&format={kind}", headers=bearer("reader"))
        for kind in ("csv", "xlsx")
    ]
    assert answers[0].content.startswith(b"\xef\xbb\xbf")
    assert 'filename="scorecards-2026-11.xlsx"' in answers[1].headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answers[0].content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(answers[1].content))
    head, first, *_ = book["scores"].iter_rows(values_only=True)
    assert dict(zip(head, first, strict=True))["name"] == lines[0]["name"] == "社保 1 号窗口"
    assert (first[head.index("score")], lines[0]["score"]) == (99, "99.0")
    details = list(book["deductions"].iter_rows(values_only=True))
    assert details[1] == ("A01", "2026-11", "phone_use", 1, 1, "no", None, "SZ 一.(一); GL 一.2")


def test_a_name_cannot_be_a_formula(hall: Hall) -> None:
    served = hall.app.state.services
    reader = served.gate.by_key(bearer("reader")["Authorization"].removeprefix("Bearer "))
    card = scorecards(served, reader, period("2026-11", SHANGHAI))[0]
    text = as_csv([replace(card, name="=HYPERLINK(1)")], "2026-11").decode()
    assert "'=HYPERLINK(1)" in text


def test_scores_of_one_window_only(hall: Hall) -> None:
    answer = hall.client.get(f"{API}?period=2026-11", headers=bearer("one")).json()
    assert [item["window_id"] for item in answer["items"]] == ["A02"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "bucket=hour",
            [
                ("A01", "leaving_post", "09", 1),
                ("A01", "phone_use", "09", 1),
                ("A02", "phone_use", "09", 1),
            ],
        ),
        (
            "bucket=day",
            [
                ("A01", "leaving_post", "16", 1),
                ("A01", "phone_use", "16", 1),
                ("A02", "phone_use", "16", 1),
            ],
        ),
        ("bucket=month&window_id=A01&rule_id=phone_use", [("A01", "phone_use", "16", 1)]),
        (
            "from=2026-11-02T09:02:00Z&bucket=hour&rule_id=phone_use",
            [("A02", "phone_use", "09", 1)],
        ),
        ("to=2026-11-02T09:00:00Z", []),
    ],
)
def test_stats(hall: Hall, query: str, expected: list[tuple[str, str, str, int]]) -> None:
    answer = hall.client.get(f"/api/v1/stats?{query}", headers=bearer("reader"))
    rows = answer.json()["items"]
    shown = [(row["window_id"], row["rule_id"], row["start"][11:13], row["events"]) for row in rows]
    assert shown == expected


def test_stats_add_up(hall: Hall) -> None:
    hall.store.commit(Batch([make_event(n) for n in range(10, 40)]))
    hall.store.add_review("01J00010", Review("confirmed"))
    answer = hall.client.get("/api/v1/stats?rule_id=phone_use&window_id=A01", headers=bearer("one"))
    assert answer.json()["items"] == []
    rows = hall.client.get(
        "/api/v1/stats?rule_id=phone_use&window_id=A01", headers=bearer("reader")
    )
    assert rows.json()["items"] == [
        {
            "window_id": "A01",
            "rule_id": "phone_use",
            "start": "2026-11-01T16:00:00.000Z",
            "events": 31,
            "confirmed": 1,
            "unreviewed": 30,
            "duration_s": 31 * 40.0,
        }
    ]


def test_stats_over_too_long_a_time(hall: Hall) -> None:
    query = "bucket=hour&from=2020-01-01T00:00:00Z"
    answer = hall.client.get(f"/api/v1/stats?{query}", headers=bearer("reader"))
    assert_problem(answer, 422)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("2026", "2025", "2027"),
        ("2026-01", "2025-12", "2026-02"),
        ("2026-12", "2026-11", "2027-01"),
        ("2026-03-01", "2026-02-28", "2026-03-02"),
        ("2024-02-28", "2024-02-27", "2024-02-29"),
    ],
)
def test_neighbours(name: str, before: str, after: str) -> None:
    over = period(name, SHANGHAI)
    assert (neighbour(over, -1), neighbour(over, 1)) == (before, after)
    assert [one.name for one in up_to(over, 2)] == [before, name]
    earlier, here = up_to(over, 2)
    assert earlier.end == here.start


def test_trend_says_what_the_single_periods_say(hall: Hall) -> None:
    months = {7: datetime(2026, 9, 30, 15, tzinfo=UTC), 8: datetime(2026, 9, 30, 17, tzinfo=UTC)}
    events = [make_event(n, id=f"01JT{n}", started_at=at) for n, at in months.items()]
    hall.store.commit(Batch(events))
    for event_id in ("01JT7", "01JT8", "01J00001"):
        hall.store.add_review(event_id, Review("confirmed"))
    answer = hall.client.get(f"{API}/trend?period=2026-11&count=4", headers=bearer("reader"))
    points = answer.json()["items"][0]["points"]
    names = ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert [(one["period"], one["score"]) for one in points] == list(
        zip(names, [100, 99, 99, 99], strict=True)
    )
    assert [one["coverage"] for one in points] == [None, None, None, 0.8333]
    alone = [get(hall, f"period={name}")["A01"] for name in names]
    assert [one["score"] for one in alone] == [one["score"] for one in points]


def test_page_compares_and_explains(hall: Hall) -> None:
    hall.store.add_review("01J00001", Review("confirmed", None, "li"))
    headers = bearer("reader") | {"Accept": "text/html", "Accept-Language": "en"}
    page = hall.client.get("/scorecards?period=2026-11", headers=headers).text
    for text in (
        'href="/scorecards?period=2026-10"', 'href="/scorecards?period=2026-12"',
        'href="/scorecards?period=2026-11-02"', 'href="/scorecards?period=2026"',
        'class="points excellent"', 'aria-label="2026-11: 99"', "begins with 100 points", "GL 一.2",
    ):  # fmt: skip
        assert text in page, text


@pytest.mark.parametrize(("name", "status"), [("1972", 422), ("1971-03", 422), ("1977", 200)])
def test_periods_before_all_time_are_refused(hall: Hall, name: str, status: int) -> None:
    answer = hall.client.get(f"/scorecards?period={name}", headers=bearer("reader"))
    assert answer.status_code == status
