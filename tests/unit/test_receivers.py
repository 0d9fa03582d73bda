"""The fake receiver."""

import pytest

from vision.errors import DeliveryError
from vision.ports import Letter
from vision.testing.receivers import ListReceiver


def letter(number: int) -> Letter:
    return Letter(
        id=number, sink="hook", window_id="A01", change="opened", event={"id": str(number)}
    )


def test_it_refuses_as_told_and_then_takes_every_letter() -> None:
    receiver = ListReceiver([DeliveryError("no answer")])
    with pytest.raises(DeliveryError, match="no answer"):
        receiver.send(letter(1))
    receiver.send(letter(1))
    receiver.send(letter(2))
    assert [one.id for one in receiver.taken] == [1, 2]
