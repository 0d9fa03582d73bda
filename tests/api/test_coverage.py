"""Coverage per hour and in total."""

import pytest

from tests.api.support import Hall, assert_problem, bearer

API = "/api/v1/coverage"


def rows(hall: Hall, query: str = "") -> list[tuple[str, str, float]]:
    answer = hall.client.get(f"{API}?{query}", headers=bearer("reader"))
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(item["window_id"], item["hour"][11:13], item["assessable_s"]) for item in items]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [("A01", "09"), ("A01", "10"), ("A02", "09"), ("A02", "10")]),
        ("window_id=A02", [("A02", "09"), ("A02", "10")]),
        ("rule_id=vest", []),
        ("from=2026-11-02T10:00:00Z", [("A01", "10"), ("A02", "10")]),
        ("from=2026-11-02T09:59:00Z&to=2026-11-02T10:00:00Z", [("A01", "09"), ("A02", "09")]),
        ("to=2026-11-02T09:00:00Z", []),
        ("from=2027-01-01T00:00:00Z", []),
    ],
)
def test_hours(hall: Hall, query: str, expected: list[tuple[str, str]]) -> None:
    assert [(window, hour) for window, hour, _ in rows(hall, query)] == expected


def test_totals_add_up_to_the_hours(hall: Hall) -> None:
    assert rows(hall, "bucket=total") == [("A01", "09", 6000.0), ("A02", "09", 6000.0)]
    answer = hall.client.get(f"{API}?bucket=total", headers=bearer("reader")).json()["items"][0]
    kinds = ("assessable_s", "unknown_s", "lost_s")
    assert sum(answer[kind] for kind in kinds) == answer["scheduled_s"] == 7200
    assert answer["reasons_s"] == {"dark": 1000}


def test_walk(hall: Hall) -> None:
    address, seen = f"{API}?limit=1", []
    while address:
        answer = hall.client.get(address, headers=bearer("reader"))
        seen += [(item["window_id"], item["hour"][11:13]) for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert seen == [("A01", "09"), ("A01", "10"), ("A02", "09"), ("A02", "10")]


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-03T00:00:00Z&to=2026-11-02T00:00:00Z",
        "from=2020-01-01T00:00:00Z&to=2026-11-02T00:00:00Z",
        "bucket=year",
        "hours=1",
        "cursor=xyz",
    ],
)
def test_refused(hall: Hall, query: str) -> None:
    assert_problem(hall.client.get(f"{API}?{query}", headers=bearer("reader")), 422)
