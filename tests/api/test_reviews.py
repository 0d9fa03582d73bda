"""The course of a review: what may follow on what, and who may decide it."""

from typing import Any

import pytest

from api.access import Principal, Scope, digest
from api.events.review import NEXT, Decision, open_to
from tests.api.support import Hall, assert_problem, bearer, key_of, make_event
from vision.access import AccessKey
from vision.types import Review

API = "/api/v1/events/01J00001"
EVERYTHING = ("read", "appeal", "review", "admin")


@pytest.fixture(autouse=True)
def people(hall: Hall) -> None:
    for name, scopes in {"li": EVERYTHING, "wu": EVERYTHING, "clerk": ("read", "appeal")}.items():
        hall.store.save_access_key(AccessKey(name, digest(key_of(name)), scopes))


def say(hall: Hall, who: str, decision: str, reason: str = "seen") -> Any:
    body = {"decision": decision, "reason": reason}
    return hall.client.post(f"{API}/review", json=body, headers=bearer(who))


@pytest.mark.parametrize(
    "course",
    [
        ["li confirmed 200"],
        ["li dismissed 200"],
        ["li appealed 409"],
        ["li upheld 409"],
        ["li confirmed 200", "wu confirmed 409"],
        ["li confirmed 200", "li dismissed 200", "li confirmed 200"],
        ["li dismissed 200", "clerk appealed 409"],
        ["li confirmed 200", "clerk appealed 200", "wu upheld 200"],
        ["li confirmed 200", "clerk appealed 200", "wu overturned 200", "wu upheld 409"],
        ["li confirmed 200", "clerk appealed 200", "li upheld 403", "li overturned 403"],
        ["li confirmed 200", "wu appealed 200", "wu overturned 403"],
        ["li dismissed 200", "wu confirmed 200", "clerk appealed 200", "li upheld 403"],
        ["li confirmed 200", "clerk appealed 200", "wu dismissed 409"],
        ["clerk confirmed 403", "clerk dismissed 403"],
        ["li confirmed 200", "clerk appealed 200", "clerk overturned 403"],
        ["reader confirmed 403", "reader appealed 403"],
    ],
    ids=" ".join,
)
def test_course(hall: Hall, course: list[str]) -> None:
    for step in course:
        who, decision, status = step.split()
        answer = say(hall, who, decision)
        assert answer.status_code == int(status), answer.text
    accepted = [step.split()[:2] for step in course if step.endswith("200")]
    history = hall.client.get(f"{API}/reviews", headers=bearer("reader")).json()["items"]
    assert [[item["reviewer"], item["state"]] for item in history] == accepted
    states = ["unreviewed", *(decision for _, decision in accepted)]
    assert hall.store.event("01J00001").review.state == states[-1]


@pytest.mark.parametrize("decision", ["dismissed", "appealed", "upheld", "overturned"])
@pytest.mark.parametrize("words", ["", "  \n "])
def test_only_confirming_goes_without_words(hall: Hall, decision: str, words: str) -> None:
    before = {"dismissed": "unreviewed", "appealed": "confirmed"}.get(decision, "appealed")
    hall.store.add_review("01J00001", Review(before))
    body = assert_problem(say(hall, "li", decision, words), 422)
    assert body["errors"][0]["name"] == "reason"
    assert hall.store.event("01J00001").review.state == before


def test_confirming_without_words(hall: Hall) -> None:
    shown = say(hall, "li", "confirmed", "").json()["review"]
    assert shown == {"state": "confirmed", "reviewer": "li", "at": "2026-11-02T12:00:00.000Z"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decision": "unreviewed"},
        {"decision": "confirmed", "reviewer": "someone else"},
        {"decision": "dismissed", "reason": "x" * 2001},
        ["confirmed"],
    ],
)
def test_bodies_that_are_refused(hall: Hall, body: Any) -> None:
    assert_problem(hall.client.post(f"{API}/review", json=body, headers=bearer("li")), 422)
    broken = hall.client.post(f"{API}/review", content=b"{", headers=bearer("li"))
    assert_problem(broken, 422)


def test_a_body_too_large(hall: Hall) -> None:
    answer = hall.client.post(f"{API}/review", content=b" " * 300_000, headers=bearer("li"))
    assert_problem(answer, 413)


def test_events_out_of_reach(hall: Hall) -> None:
    assert_problem(say(hall, "one", "confirmed"), 404)
    assert_problem(hall.client.get(f"{API}/reviews", headers=bearer("one")), 404)


def test_two_reviewers_at_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading and writing another decision arrives: it is not overwritten."""
    read = hall.store.reviews

    def slow(event_id: str) -> list[Review]:
        history: list[Review] = read(event_id)
        hall.store.add_review(event_id, Review("dismissed", "a tissue", "wu"))
        return history

    monkeypatch.setattr(hall.store, "reviews", slow)
    assert_problem(say(hall, "li", "confirmed"), 409)
    assert hall.store.event("01J00001").review.reviewer == "wu"


def test_what_is_offered_is_what_is_accepted(hall: Hall) -> None:
    reviewer = Principal("li", frozenset({Scope.READ, Scope.REVIEW}))
    clerk = Principal("clerk", frozenset({Scope.READ, Scope.APPEAL}))
    first = [Review("confirmed", None, "li")]
    event = make_event(1, review=Review("appealed"))
    assert open_to(reviewer, make_event(1), []) == [Decision.CONFIRMED, Decision.DISMISSED]
    assert open_to(clerk, make_event(1), []) == []
    assert open_to(clerk, make_event(1, review=first[0]), first) == [Decision.APPEALED]
    assert open_to(reviewer, event, first) == []
    assert open_to(Principal("wu", reviewer.scopes), event, first) == [
        Decision.UPHELD,
        Decision.OVERTURNED,
    ]


def test_every_state_that_is_no_end_can_be_left() -> None:
    assert {state for state, following in NEXT.items() if not following} == {"upheld", "overturned"}
    assert {step for following in NEXT.values() for step in following} == set(Decision)
