"""Which receiver hears of which change."""

from collections.abc import Iterable, Sequence

from vision.config import SinkConfig
from vision.ports import Notice
from vision.types import Event, EventStatus


class Audiences:
    """Turns changed events into notices, for every receiver by its own filters.

    A receiver that was told of an event also hears of its end, whatever became of the score.

    Args:
        sinks: The receivers.
        open_events: Events that an earlier process left open.
    """

    def __init__(self, sinks: Iterable[SinkConfig], open_events: Iterable[Event] = ()) -> None:
        self._sinks = tuple(sinks)
        self._told = {
            (sink.name, event.id)
            for sink in self._sinks
            for event in open_events
            if _concerns(sink, event)
        }

    def notices(self, events: Sequence[Event]) -> list[Notice]:
        """What there is to tell of these events, in their order."""
        return [
            Notice(sink.name, change, event)
            for event in events
            for sink in self._sinks
            if (change := self._change(sink, event)) in sink.on
        ]

    def _change(self, sink: SinkConfig, event: Event) -> str:
        """What happened as this receiver sees it; empty where it is not concerned."""
        key = sink.name, event.id
        told = key in self._told
        if not told and not _concerns(sink, event):
            return ""
        if event.status is EventStatus.CLOSED:
            self._told.discard(key)
            return "closed"
        self._told.add(key)
        return "updated" if told else "opened"


def _concerns(sink: SinkConfig, event: Event) -> bool:
    return (
        event.score >= sink.min_score
        and (not sink.rules or event.rule_id in sink.rules)
        and (not sink.windows or event.window_id in sink.windows)
    )
