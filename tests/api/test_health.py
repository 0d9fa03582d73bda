"""Probes and metrics."""

import pytest

from tests.api.support import Hall, bearer, open_hall
from vision.testing.stores import MemoryStore


def metrics(hall: Hall) -> list[str]:
    answer = hall.client.get("/metrics", headers=bearer("reader"))
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text.splitlines()


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_probes(hall: Hall, prefix: str) -> None:
    assert hall.client.get(f"{prefix}/healthz").json() == {"status": "ok"}
    assert hall.client.get(f"{prefix}/readyz").json() == {"status": "ready"}


def test_state_of_the_hall(hall: Hall) -> None:
    lines = metrics(hall)
    assert 'deportment_window_state{state="absent",window="A01"} 1.0' in lines
    assert 'deportment_open_events{rule="leaving_post",window="A01"} 1.0' in lines
    assert any(line.startswith("deportment_window_observed_timestamp_seconds{") for line in lines)


def test_requests_are_counted_by_route(hall: Hall) -> None:
    for number in range(3):
        hall.client.get(f"/api/v1/events/none{number}", headers=bearer("reader"))
        hall.client.get(f"/static/none{number}.js")
        hall.client.get(f"/none{number}")
    counted = [line for line in metrics(hall) if line.startswith("deportment_http_requests_total")]
    assert sorted(counted) == [
        'deportment_http_requests_total{method="GET",path="(no route)",status="404"} 3.0',
        'deportment_http_requests_total{method="GET",path="/api/v1/events/{event_id}",status="404"}'
        " 3.0",
        'deportment_http_requests_total{method="GET",path="/static",status="404"} 3.0',
    ]


def test_two_applications_count_apart(hall: Hall) -> None:
    hall.client.get("/healthz")
    other = open_hall(MemoryStore())
    assert [line for line in metrics(other) if "requests_total{" in line] == []
