"""The stream of changes: what is dropped and taken up again loses and repeats nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from api.access import Principal, Scope
from api.events.stream import Follower
from api.feed import Feed
from tests.api.support import Hall, assert_problem, bearer, make_event
from vision.errors import StoreError
from vision.ports import Batch
from vision.types import Review

READER = Principal("reader", frozenset({Scope.READ}))
FIRST = 3
"""Number of changes that the hall begins with."""


def follower(hall: Hall, **changes: Any) -> Follower:
    served = hall.app.state.services
    quick = replace(served, feed=Feed(served.store, poll_s=0.001))
    values: dict[str, Any] = {"principal": READER, "windows": None, "rule_id": None, "base": "/b"}
    return Follower(quick, **(values | changes))


def parsed(text: str) -> tuple[str, int, dict[str, Any]]:
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return fields["event"], int(fields["id"]), json.loads(fields["data"])


async def take(stream: AsyncIterator[str], number: int) -> list[tuple[str, int, str]]:
    found = []
    while len(found) < number:
        kind, change, data = parsed(await asyncio.wait_for(anext(stream), 5))
        found.append((kind, change, data.get("id", "")[-1:]))
    return found


def test_from_now_on(hall: Hall) -> None:
    async def watch() -> list[tuple[str, int, str]]:
        stream = follower(hall).messages(None)
        opening = await take(stream, 1)
        hall.store.commit(Batch([make_event(4), make_event(5)]))
        hall.store.add_review("01J00001", Review("confirmed", None, "li"))
        return opening + await take(stream, 3)

    assert asyncio.run(watch()) == [
        ("ready", FIRST, ""),
        ("change", 4, "4"),
        ("change", 5, "5"),
        ("change", 6, "1"),
    ]


def test_drops_at_every_message_lose_and_repeat_nothing(hall: Hall) -> None:
    async def watch() -> list[str]:
        seen: list[str] = []
        behind: int | None = FIRST
        for number in range(4, 9):
            hall.store.commit(Batch([make_event(number)]))
        while len(seen) < 5:
            stream = follower(hall).messages(behind)
            (_, _, _), (_, behind, letter) = await take(stream, 2)
            await stream.aclose()
            seen.append(letter)
        return seen

    assert asyncio.run(watch()) == list("45678")


def test_what_changed_while_away_comes_once_as_it_is_now(hall: Hall) -> None:
    async def watch() -> list[tuple[str, int, str]]:
        for number in (4, 5, 4):
            hall.store.commit(Batch([make_event(number)]))
        return (await take(follower(hall).messages(FIRST), 3))[1:]

    assert asyncio.run(watch()) == [("change", 5, "5"), ("change", 6, "4")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rule_id": "leaving_post"}, ["3"]),
        ({"windows": frozenset({"A02"})}, ["2"]),
        ({"principal": Principal("one", READER.scopes, frozenset({"A02"}))}, ["2"]),
    ],
)
def test_filters(hall: Hall, changes: dict[str, Any], expected: list[str]) -> None:
    async def watch() -> list[str]:
        found = await take(follower(hall, **changes).messages(0), 1 + len(expected))
        return [letter for _, _, letter in found[1:]]

    assert asyncio.run(watch()) == expected


def test_a_number_of_another_database_is_told(hall: Hall) -> None:
    async def watch() -> list[tuple[str, int, str]]:
        return await take(follower(hall).messages(999), 1)

    assert asyncio.run(watch()) == [("reset", FIRST, "")]


def test_stream_ends_when_the_store_fails(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise StoreError("database events.db: is locked")

    async def watch() -> list[str]:
        return [text async for text in follower(hall).messages(None)]

    monkeypatch.setattr(hall.store, "last_change", fail)
    assert asyncio.run(watch()) == []
    assert hall.log[-1]["event"] == "stream_ended"


def test_two_hundred_streams_ask_the_store_like_one(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    changes = hall.store.changes
    monkeypatch.setattr(
        hall.store, "changes", lambda after, limit: asked.append(after) or changes(after, limit)
    )

    async def watch() -> list[list[tuple[str, int, str]]]:
        shared = follower(hall)
        streams = [shared.messages(None) for _ in range(200)]
        await asyncio.gather(*(take(stream, 1) for stream in streams))
        hall.store.commit(Batch([make_event(4)]))
        return await asyncio.gather(*(take(stream, 1) for stream in streams))

    assert asyncio.run(watch()) == [[("change", 4, "4")]] * 200
    assert asked == [FIRST]


@pytest.mark.parametrize("query", ["last_event_id=-1", "last_event_id=x", "since=3"])
def test_parameters_that_are_refused(hall: Hall, query: str) -> None:
    path = f"/api/v1/events/stream?{query}"
    assert_problem(hall.client.get(path, headers=bearer("reader")), 422)
    bad = bearer("reader") | {"Last-Event-ID": "abc"}
    assert_problem(hall.client.get("/api/v1/events/stream", headers=bad), 422)
