"""How often one may ask, and how answers of JSON travel."""

import gzip
from typing import Any

import pytest

from api.ratelimit import MOST_BUCKETS, Buckets, TooMany
from tests.api.support import Hall, assert_problem, bearer, open_hall
from vision.testing.stores import MemoryStore

EVENTS = "/api/v1/events"


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def asked(buckets: Buckets, clock: Clock, at_s: float, name: str = "a") -> int | None:
    """Seconds to wait; None where the request is answered."""
    clock.now_s = at_s
    try:
        buckets.spend(name)
    except TooMany as error:
        return error.wait_s
    return None


def test_a_burst_then_a_steady_rate() -> None:
    clock = Clock()
    buckets = Buckets(2, 3, clock)
    moments = [0, 0, 0, 0, 0.4, 0.5, 0.6, 1.0, 9, 9, 9, 9]
    found = [asked(buckets, clock, at_s) for at_s in moments]
    assert found == [None, None, None, 1, 1, None, 1, None, None, None, None, 1]


def test_the_wait_is_told_and_right() -> None:
    clock = Clock()
    buckets = Buckets(0.1, 1, clock)
    assert [asked(buckets, clock, at_s) for at_s in (0, 0, 9, 10)] == [None, 10, 1, None]


def test_names_have_buckets_of_their_own_which_are_bounded() -> None:
    clock = Clock()
    buckets = Buckets(1, 1, clock)
    assert asked(buckets, clock, 0, "a") is None
    assert asked(buckets, clock, 0, "b") is None
    assert asked(buckets, clock, 0, "a") == 1
    for number in range(MOST_BUCKETS):
        asked(buckets, clock, 0, str(number))
    assert len(buckets._filled) == MOST_BUCKETS


def test_a_key_that_asks_too_often() -> None:
    hall = open_hall(MemoryStore(), requests_per_s=1)
    answers = [hall.client.get(EVENTS, headers=bearer("reader")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "come back in 1 s" in assert_problem(answers[2], 429)["detail"]
    assert answers[2].headers["retry-after"] == "1"
    assert hall.client.get(EVENTS, headers=bearer("all")).status_code == 200
    assert hall.client.get("/healthz").status_code == 200


def test_an_address_that_tries_keys(hall: Hall) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [hall.client.get(EVENTS, headers=wrong).status_code for _ in range(40)]
    assert statuses[:30] == [401] * 30
    assert 429 in statuses
    assert hall.client.get(EVENTS, headers=bearer("reader")).status_code == 200


def get(hall: Hall, path: str = EVENTS, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return hall.client.get(path, headers={"Accept-Encoding": ""} | bearer("all") | named)


def test_a_copy_that_is_still_right_is_not_sent_again(hall: Hall) -> None:
    tag = get(hall).headers["etag"]
    assert tag.startswith('W/"')
    for tags in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = get(hall, If_None_Match=tags)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-length" not in again.headers
    body = {"decision": "confirmed"}
    hall.client.post(f"{EVENTS}/01J00001/review", headers=bearer("all"), json=body)
    assert get(hall, If_None_Match=tag).status_code == 200


def test_tags_that_a_route_gives_stay(hall: Hall) -> None:
    tag = get(hall, "/api/v1/site").headers["etag"]
    assert not tag.startswith("W/")
    assert get(hall, "/api/v1/site", If_None_Match=tag).status_code == 304


def test_json_is_small_for_whoever_takes_it(hall: Hall) -> None:
    plain, small = get(hall), get(hall, Accept_Encoding="br, gzip")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.json() == plain.json()
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"
    assert small.headers["etag"] == plain.headers["etag"]
    assert len(gzip.compress(plain.content)) > 0


@pytest.mark.parametrize(
    "path",
    ["/api/v1/events/01J00001/evidence/0", "/api/v1/cameras/cam-1/snapshot", "/metrics", "/signin"],
)
def test_nothing_else_is(hall: Hall, path: str) -> None:
    answer = get(hall, path, Accept_Encoding="gzip")
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


def test_errors_carry_no_tag(hall: Hall) -> None:
    answer = get(hall, f"{EVENTS}/none")
    assert_problem(answer, 404)
    assert "etag" not in answer.headers
