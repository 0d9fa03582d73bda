import threading
import time
from collections import deque

import av
import pytest

from vision.sources.prefetch import BYTES_AHEAD, PICTURES_AHEAD, ReadAhead
from vision.sources.timeline import TimedPacket


class CountingDecoder:
    """Gives the packet's number for a picture, and notes what it was asked to decode."""

    def __init__(self):
        self.asked = []

    def alone(self, packet):
        self.asked.append(packet.index)
        return None if packet.index == 30 else f"picture {packet.index}"


def packets(count, gop=10, size=10):
    return [
        TimedPacket(av.Packet(size), index * 40_000, index % gop == 0, index)
        for index in range(count)
    ]


def settled(decoder):
    """What was decoded once nothing more is."""
    seen = None
    while seen != decoder.asked:
        seen = list(decoder.asked)
        time.sleep(0.05)
    return seen


def test_packets_come_in_order_with_the_pictures_of_their_keys():
    decoder = CountingDecoder()
    with ReadAhead(iter(packets(50)), decoder, -1, 0) as ahead:
        given = [(packet.index, ahead.alone(packet) if packet.is_key else None) for packet in ahead]
    assert [index for index, _ in given] == list(range(50))
    pictures = {index: picture for index, picture in given if index % 10 == 0}
    assert pictures == {
        0: "picture 0",
        10: "picture 10",
        20: "picture 20",
        30: None,
        40: "picture 40",
    }
    assert decoder.asked == [0, 10, 20, 30, 40]


def test_no_more_pictures_are_decoded_than_may_wait():
    decoder = CountingDecoder()
    with ReadAhead(iter(packets(200)), decoder, -1, 0) as ahead:
        assert len(settled(decoder)) <= PICTURES_AHEAD + 2
        taken = iter(ahead)
        for _ in range(25):
            next(taken)
        assert len(settled(decoder)) <= 2 + PICTURES_AHEAD + 2


def test_no_more_bytes_are_read_than_may_wait():
    read = []

    def reading():
        for packet in packets(100, gop=1000, size=2**20):
            read.append(packet.index)
            yield packet

    with ReadAhead(reading(), CountingDecoder(), -1, 0):
        settled_at = settled(type("Read", (), {"asked": read}))
    assert len(settled_at) <= BYTES_AHEAD // 2**20 + 2


@pytest.mark.parametrize(
    ("after_us", "spacing_us", "expected"),
    [(-1, 0, [0, 10, 20, 30]), (500_000, 0, [20, 30]), (-1, 700_000, [0, 20])],
)
def test_keys_that_will_not_be_asked_for_are_not_decoded(after_us, spacing_us, expected):
    decoder = CountingDecoder()
    with ReadAhead(iter(packets(40)), decoder, after_us, spacing_us) as ahead:
        assert len(list(ahead)) == 40
    assert decoder.asked == expected


def test_a_key_that_was_not_decoded_ahead_is_decoded_when_asked_for():
    decoder = CountingDecoder()
    with ReadAhead(iter(packets(20)), decoder, 10**9, 0) as ahead:
        assert [ahead.alone(packet) for packet in ahead if packet.is_key] == [
            "picture 0",
            "picture 10",
        ]


def test_nothing_is_decoded_ahead_in_a_burst():
    decoder = CountingDecoder()
    ahead = ReadAhead(iter(packets(40)), decoder, -1, 0)
    ahead.burst(True)
    with ahead:
        assert len(list(ahead)) == 40
    assert decoder.asked == []


def test_errors_reach_the_owner_after_the_good_packets():
    def failing():
        yield from packets(3)
        raise OSError("disk gone")

    seen = []
    with (
        ReadAhead(failing(), CountingDecoder(), -1, 0) as ahead,
        pytest.raises(OSError, match="disk gone"),
    ):
        deque(map(seen.append, ahead), maxlen=0)
    assert [packet.index for packet in seen] == [0, 1, 2]


def test_the_thread_ends_with_its_owner():
    before = threading.active_count()
    with ReadAhead(iter(packets(500)), CountingDecoder(), -1, 0) as ahead:
        next(iter(ahead))
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
