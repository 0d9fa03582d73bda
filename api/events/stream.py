"""``/events/stream``: every change of an event, as server-sent events.

The id of a message is the number of the change. Whoever comes back with the last id that it got
(browsers do by themselves) goes on behind it: nothing is lost, and nothing comes twice.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from api.access import Principal
from api.deps import Base, Reader, Served, Services
from api.feed import message
from api.params import RuleId, Windows
from vision.errors import DeportmentError
from vision.types import Event

router = APIRouter(prefix="/events", tags=["events"])
_PING_S = 15.0
_LONGEST_S = 3600.0
_EXAMPLE = 'id: 42\nevent: change\ndata: {"id": "01J…", "window_id": "A03", …}\n\n'
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Messages `ready`, `change` (an event as in `GET /events`) and `reset`",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}
Number = Annotated[int | None, Query(ge=0, le=2**62, description="Go on behind this change")]


@dataclass(frozen=True, slots=True)
class Follower:
    """Whose stream it is, and what it wants to hear of."""

    served: Services
    principal: Principal
    windows: frozenset[str] | None
    rule_id: str | None
    base: str

    def wants(self, event: Event) -> bool:
        """Whether the event is within reach and asked for."""
        return (
            self.principal.sees(event.window_id)
            and (self.windows is None or event.window_id in self.windows)
            and self.rule_id in (None, event.rule_id)
        )

    async def messages(self, behind: int | None) -> AsyncIterator[str]:
        """The stream. It ends within the hour, so that a key that was taken away loses it."""
        ends = time.monotonic() + _LONGEST_S
        try:
            last = await self.served.feed.last()
            yield "retry: 2000\n" + _opening(behind, last)
            number = last if behind is None or behind > last else behind
            async for message in self._from(number, ends):
                yield message
        except DeportmentError as error:
            self.served.log.warning("stream_ended", why=str(error))

    async def _from(self, number: int, ends: float) -> AsyncIterator[str]:
        quiet_since = time.monotonic()
        while time.monotonic() < ends:
            changes = await self.served.feed.after(number)
            for change, event in changes:
                number = change
                if self.wants(event):
                    quiet_since = time.monotonic()
                    yield self.served.feed.text(change, event, self.base)
            if not changes:
                await asyncio.sleep(self.served.feed.poll_s)
            if time.monotonic() - quiet_since > _PING_S:
                quiet_since = time.monotonic()
                yield ": still here\n\n"


def _opening(behind: int | None, last: int) -> str:
    """``reset`` tells a client whose number is of another database to load everything anew."""
    kind = "reset" if behind is not None and behind > last else "ready"
    return message(kind, last if behind is None or behind > last else behind, {})


@router.get("/stream", response_class=StreamingResponse, responses=_STREAM)
async def stream(
    served: Served,
    principal: Reader,
    base: Base,
    window_ids: Windows = None,
    rule_id: RuleId | None = None,
    last_event_id: Number = None,
    resumed: Annotated[int | None, Header(alias="last-event-id", ge=0, le=2**62)] = None,
) -> StreamingResponse:
    """Changes of events from now on, or from behind `Last-Event-ID`."""
    windows = None if window_ids is None else frozenset(window_ids)
    follower = Follower(served, principal, windows, rule_id, base)
    behind = resumed if resumed is not None else last_event_id
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        follower.messages(behind), media_type="text/event-stream", headers=headers
    )
