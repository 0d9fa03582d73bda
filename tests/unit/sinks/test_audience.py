"""Who hears of what."""

import pytest

from tests.stored import event
from vision.config import MqttSink, WebhookSink
from vision.sinks import Audiences

URL = "http://h"


def hook(**written):
    return WebhookSink.model_validate({"kind": "webhook", "url": URL} | written)


def told(audiences, *events):
    return [(one.sink, one.change, one.event.id) for one in audiences.notices(events)]


OPEN, CLOSED = event("a", length_s=None), event("a")
WEAK_OPEN, WEAK_CLOSED = event("a", length_s=None, score=0.3), event("a", score=0.3)


@pytest.mark.parametrize(
    ("written", "events", "changes"),
    [
        ({}, [OPEN, OPEN, CLOSED], ["opened", "closed"]),
        (
            {"on": ["opened", "updated", "closed"]},
            [OPEN, OPEN, CLOSED],
            ["opened", "updated", "closed"],
        ),
        ({"on": ["closed"]}, [OPEN, CLOSED], ["closed"]),
        ({}, [CLOSED], ["closed"]),
        ({"min_score": 0.5}, [WEAK_OPEN, WEAK_CLOSED], []),
        ({"min_score": 0.5}, [WEAK_OPEN, OPEN, CLOSED], ["opened", "closed"]),
        ({"min_score": 0.5}, [OPEN, WEAK_CLOSED], ["opened", "closed"]),
        ({"rules": ["smoking"]}, [OPEN, CLOSED], []),
        ({"rules": ["smoking", "phone_use"]}, [OPEN], ["opened"]),
        ({"windows": ["A04"]}, [OPEN], []),
        ({"windows": ["A03"]}, [OPEN], ["opened"]),
    ],
)
def test_changes_that_a_receiver_hears_of(written, events, changes):
    audiences = Audiences([hook(**written)])
    found = [change for one in events for _, change, _ in told(audiences, one)]
    assert found == changes


def test_every_receiver_has_its_own_filter():
    broker = MqttSink.model_validate({"kind": "mqtt", "host": "b"})
    audiences = Audiences([hook(on=["closed"]), broker])
    assert told(audiences, OPEN) == [("mqtt", "opened", "a")]
    assert told(audiences, CLOSED) == [("webhook", "closed", "a"), ("mqtt", "closed", "a")]


def test_after_a_restart_open_events_count_as_told():
    audiences = Audiences([hook(on=["opened", "updated", "closed"], min_score=0.5)], [OPEN])
    assert told(audiences, OPEN) == [("webhook", "updated", "a")]
    assert told(audiences, WEAK_CLOSED) == [("webhook", "closed", "a")]
