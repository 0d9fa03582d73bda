"""Follows the changes of events for every open stream at once.

However many streams there are, the store is asked for its last number a few times a second, and
once for what lies between two numbers.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import orjson

from vision.access import ReviewStore
from vision.types import Event
from vision.wire import event_to_json

POLL_S = 0.25
_AT_ONCE = 500
Changes = Sequence[tuple[int, Event]]


class Feed:
    """The changes behind a number.

    Args:
        store: Where they are read.
        poll_s: How often the store is asked whether there are any, in seconds.
    """

    def __init__(self, store: ReviewStore, poll_s: float = POLL_S) -> None:
        self.poll_s = poll_s
        self._store = store
        self._lock = asyncio.Lock()
        self._last = 0
        self._asked_at = float("-inf")
        self._known: dict[int, Changes] = {}
        self._texts: dict[tuple[int, str], str] = {}

    async def last(self) -> int:
        """Number of the latest change."""
        async with self._lock:
            await self._refresh()
            return self._last

    async def after(self, number: int) -> Changes:
        """The next changes behind ``number``, at most a few hundred; empty if there are none."""
        async with self._lock:
            await self._refresh()
            if number >= self._last:
                return ()
            if number not in self._known:
                self._known[number] = await asyncio.to_thread(self._store.changes, number, _AT_ONCE)
            return self._known[number]

    def text(self, number: int, event: Event, base: str) -> str:
        """The message of a change; written once for all streams."""
        if (number, base) not in self._texts:
            self._texts[number, base] = message("change", number, event_to_json(event, base))
        return self._texts[number, base]

    async def _refresh(self) -> None:
        if time.monotonic() - self._asked_at < self.poll_s:
            return
        last = await asyncio.to_thread(self._store.last_change)
        self._asked_at = time.monotonic()
        if last != self._last:
            self._known.clear()
            self._texts.clear()
            self._last = last


def message(kind: str, number: int, data: dict[str, Any]) -> str:
    """A server-sent event whose id is the number of a change."""
    return f"id: {number}\nevent: {kind}\ndata: {orjson.dumps(data).decode()}\n\n"
