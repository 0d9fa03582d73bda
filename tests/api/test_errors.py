"""One shape for every error, and nothing of the inside in it."""

from typing import Any

import pytest

from tests.api.support import Hall, assert_problem, bearer, open_hall
from vision.errors import ConfigError, EvidenceError, Mistake, StoreError, UsageError
from vision.testing.stores import MemoryStore


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/events/", 404),
        ("GET", "/api/v1/events/01JNONE", 404),
        ("GET", "/api/v1/events/01J00001/evidence/7", 404),
        ("GET", "/api/v1/events/01J00001/evidence/minus", 422),
        ("GET", "/api/v1/windows/Z9", 404),
        ("GET", "/api/v1/windows/A02/state", 404),
        ("GET", "/api/v1/windows/%00", 422),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/nothing.js", 404),
        ("POST", "/api/v1/events", 405),
        ("DELETE", "/api/v1/windows/A01", 405),
        ("GET", "/api/v1/events?limit=0", 422),
        ("GET", "/healthz?verbose=1", 422),
    ],
)
def test_one_shape(hall: Hall, method: str, path: str, status: int) -> None:
    assert_problem(hall.client.request(method, path, headers=bearer("all")), status)


def test_method_not_allowed_says_what_is(hall: Hall) -> None:
    answer = hall.client.post("/api/v1/events", headers=bearer("all"))
    assert answer.headers["allow"] == "GET"


class Broken(MemoryStore):
    """Raises in place of answering."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def event(self, event_id: str) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (StoreError("database /srv/secret/events.db: is locked"), 503, False),
        (EvidenceError("evidence folder /srv/secret: gone"), 503, False),
        (ValueError("/srv/secret"), 500, False),
        (KeyError("/srv/secret"), 500, False),
        (UsageError("secret is meant for the caller"), 422, True),
        (ConfigError([Mistake(__import__("pathlib").Path("secret"), 1, "k", "wrong")]), 422, True),
    ],
)
def test_failures_of_the_service(error: Exception, status: int, told: bool) -> None:
    hall = open_hall(Broken(error))
    answer = hall.client.get("/api/v1/events/01J00001", headers=bearer("all"))
    body = assert_problem(answer, status)
    assert ("secret" in answer.text) is told
    logged = [line for line in hall.log if line["event"].startswith("request_")]
    assert bool(logged) is not told
    ids = {line["request_id"] for line in logged}
    assert ids <= {body["instance"].rpartition(":")[2]}


def test_readiness_fails_with_the_store() -> None:
    class Unreadable(MemoryStore):
        def states(self) -> Any:
            raise StoreError("database events.db: is damaged")

    hall = open_hall(Unreadable())
    assert hall.client.get("/healthz").status_code == 200
    assert_problem(hall.client.get("/readyz"), 503)
    assert_problem(hall.client.get("/metrics", headers=bearer("all")), 503)


def test_log_tells_the_route_and_no_secret(hall: Hall) -> None:
    key = bearer("all")["Authorization"].removeprefix("Bearer ")
    hall.client.get(f"/api/v1/events/01J00001?key={key}", headers=bearer("all"))
    line = hall.log[-1]
    assert line["path"] == "/api/v1/events/{event_id}"
    assert (line["method"], int(line["status"]), line["principal"]) == ("GET", 422, "all")
    assert key not in repr(hall.log)


def test_answers_carry_headers_against_sniffing_and_framing(hall: Hall) -> None:
    for path in ("/healthz", "/docs", "/nothing", "/api/v1/events"):
        headers = hall.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]
