"""The pure parts of a live source."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import av
import pytest

from vision.errors import UsageError
from vision.sources.live import Address, CameraState, LivePolicy, Reason
from vision.sources.live.buffer import PacketBuffer
from vision.sources.live.clock import CaptureClock
from vision.sources.live.health import Signs, judge, reason_of, wait_s
from vision.sources.live.signs import SignBook
from vision.sources.timeline import TimedPacket

POLICY = LivePolicy()
START = datetime(2026, 11, 2, 1, tzinfo=UTC)
LIVE, DEGRADED, LOST, CONNECTING = (
    CameraState.LIVE,
    CameraState.DEGRADED,
    CameraState.LOST,
    CameraState.CONNECTING,
)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("rtsp://admin:secret@10.0.0.7:554/h264?pwd=secret", "rtsp://10.0.0.7:554"),
        ("rtsps://cam.hall/user=admin&password=secret", "rtsps://cam.hall"),
        ("https://:secret@cam.hall:8443/mjpeg", "https://cam.hall:8443"),
    ],
)
def test_an_address_shows_no_secret(url, place):
    address = Address.parse(url, "cam-1")
    assert address.url == url
    assert str(address) == place
    assert "secret" not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://secret@10.0.0.7/a",
        "concat:secret",
        "pipe:secret",
        "/secret/hall.mp4",
        "udp://secret@239.0.0.1:5000",
        "rtsp:///secret",
        "rtsp://admin:secret@10.0.0.7:99999999/",
        "rtsp://[secret/",
        "file:///secret/hall.mp4",
    ],
)
def test_barred_urls_are_refused_without_being_repeated(url):
    with pytest.raises(UsageError, match="camera cam-1") as raised:
        Address.parse(url, "cam-1")
    assert "secret" not in str(raised.value)


def test_files_stay_inside_the_media_folder(tmp_path):
    (tmp_path / "media").mkdir()
    outside = tmp_path / "outside.mp4"
    outside.touch()
    (tmp_path / "media" / "link.mp4").symlink_to(outside)
    media = tmp_path / "media"
    assert Address.parse(f"file:{media}/a.mp4", "cam-1", media).path == media / "a.mp4"
    for path in ("outside.mp4", "media/../outside.mp4", "media/link.mp4", "media/%2e%2e/o.mp4"):
        with pytest.raises(UsageError, match="inside the media folder"):
            Address.parse(f"file:{tmp_path}/{path}", "cam-1", media)


@pytest.mark.parametrize(
    ("signs", "now_s", "expected"),
    [
        ({}, 1, (CONNECTING, Reason.NONE)),
        ({}, 20, (LOST, Reason.NO_FRAMES)),
        ({"failure": Reason.REFUSED}, 1, (LOST, Reason.REFUSED)),
        ({"failure": Reason.REFUSED}, 30, (LOST, Reason.REFUSED)),
        ({"connected": True}, 1, (CONNECTING, Reason.NONE)),
        ({"connected": True, "packet_s": 9, "picture_s": 9}, 10, (LIVE, Reason.NONE)),
        ({"connected": True, "packet_s": 9}, 10, (CONNECTING, Reason.NONE)),
        ({"connected": True, "packet_s": 9, "picture_s": 9}, 14, (DEGRADED, Reason.NO_FRAMES)),
        ({"connected": True, "packet_s": 9, "picture_s": 9}, 29, (LOST, Reason.NO_FRAMES)),
        (
            {"packet_s": 9, "picture_s": 9, "failure": Reason.NO_FRAMES},
            14,
            (DEGRADED, Reason.NO_FRAMES),
        ),
        ({"packet_s": 9, "failure": Reason.ENDED}, 29, (LOST, Reason.ENDED)),
        (
            {"connected": True, "packet_s": 9, "picture_s": 5, "error_s": 9},
            10,
            (DEGRADED, Reason.DECODE_ERRORS),
        ),
        ({"connected": True, "packet_s": 9, "picture_s": 9, "error_s": 5}, 10, (LIVE, Reason.NONE)),
        (
            {"connected": True, "packet_s": 9, "picture_s": 9, "drop_s": 5},
            10,
            (DEGRADED, Reason.OVERLOAD),
        ),
        ({"connected": True, "packet_s": 19, "picture_s": 19, "drop_s": 5}, 20, (LIVE, "")),
    ],
)
def test_state_and_reason(signs, now_s, expected):
    assert judge(Signs(tried_s=0, **signs), now_s, POLICY) == expected


def test_a_camera_that_came_back_is_live_again():
    book = SignBook(POLICY, 0.0)
    seen = [book.health(1.0, 0.0).state]
    book.failed(Reason.REFUSED)
    seen.append(book.health(2.0, 0.0).state)
    book.connected()
    book.packet(3.0, dropped=0, repaired=0)
    book.decoded(3.1, pictures=1, undecodable=0)
    seen.append(book.health(3.2, 0.0).state)
    assert seen == [CONNECTING, LOST, LIVE]


def test_counters_add_up():
    book = SignBook(POLICY, 0.0)
    for _ in range(3):
        book.trying()
        book.packet(1.0, dropped=1, repaired=1)
        book.dropped(1.0, 1)
        book.decoded(1.0, pictures=5, undecodable=1)
    health = book.health(2.0, 0.5)
    counts = (health.attempts, health.packets, health.dropped, health.repaired, health.undecodable)
    assert counts == (3, 3, 6, 3, 3)
    assert (health.silent_s, health.waiting_s) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("failures", "reason", "shortest_s", "longest_s"),
    [
        (1, Reason.REFUSED, 0.5, 1),
        (2, Reason.REFUSED, 1, 2),
        (5, Reason.NO_FRAMES, 8, 16),
        (7, Reason.NO_FRAMES, 30, 60),
        (10_000, Reason.NO_FRAMES, 30, 60),
        (1, Reason.UNAUTHORISED, 60, 60),
    ],
)
def test_waits_double_up_to_a_limit(failures, reason, shortest_s, longest_s):
    waits = [wait_s(failures, reason, POLICY, Random(seed)) for seed in range(50)]
    assert shortest_s <= min(waits) <= max(waits) <= longest_s


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (av.error.ConnectionRefusedError(111, "x", "rtsp://secret"), Reason.REFUSED),
        (av.error.HTTPUnauthorizedError(1, "x"), Reason.UNAUTHORISED),
        (av.error.HTTPNotFoundError(1, "x"), Reason.NOT_FOUND),
        (av.error.TimeoutError(110, "x"), Reason.NO_ANSWER),
        (av.error.ExitError(1, "x"), Reason.NO_ANSWER),
        (av.error.OSError(5, "x"), Reason.UNREACHABLE),
        (av.error.BugError(1, "x"), Reason.FAILED),
    ],
)
def test_reasons_of_errors(failure, reason):
    assert reason_of(failure) is reason


def packet(index, is_key=False, size=10):
    return TimedPacket(av.Packet(size), index * 40_000, is_key, index)


def test_a_buffer_gives_packets_in_order_and_ends_when_closed():
    buffer = PacketBuffer(10, 10_000)
    for index in range(5):
        buffer.put(packet(index, is_key=index == 0))
    buffer.close()
    assert [waiting.index for waiting in buffer] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("keys", "longest_s", "most_bytes", "left"),
    [
        ((0, 10, 20), 1, 10**6, [10, 20]),
        ((0, 10, 20), 10, 250, [10, 20]),
        ((0,), 1, 10**6, []),
        ((0, 29), 1, 10**6, [29]),
    ],
)
def test_a_full_buffer_drops_whole_groups(keys, longest_s, most_bytes, left):
    buffer = PacketBuffer(longest_s, most_bytes)
    reported = sum(buffer.put(packet(index, is_key=index in keys)) for index in range(30))
    buffer.close()
    given = list(buffer)
    assert [waiting.index for waiting in given if waiting.is_key] == left
    assert reported == buffer.dropped == 30 - len(given)


def test_an_abandoned_buffer_gives_nothing():
    buffer = PacketBuffer(10, 10_000)
    buffer.put(packet(0, is_key=True))
    assert buffer.abandon() == 1
    assert list(buffer) == []
    assert buffer.waiting_s == 0


def at(seconds):
    return START + timedelta(seconds=seconds)


def test_late_packets_do_not_shift_the_capture_time():
    clock = CaptureClock()
    for arrived, media_s in [(0, 0), (0.01, 1), (0.02, 2), (1.3, 3), (2.02, 4)]:
        clock.hear(at(arrived), int(media_s * 1e6))
    assert clock.at(4_000_000) == at(2.02)
    assert clock.at(0) == at(-1.98)


def test_drift_is_followed_slowly():
    clock = CaptureClock()
    clock.hear(START, 0)
    clock.settle(0)
    given = []
    for second in range(1, 601):
        clock.hear(at(second * 1.0005 + 0.05), second * 1_000_000)
        given.append(clock.at(second * 1_000_000))
    steps = [later - earlier for earlier, later in pairwise(given)]
    assert max(steps) <= timedelta(seconds=1.1)
    assert min(steps) >= timedelta(seconds=0.9)
    assert abs(given[-1] - at(600 * 1.0005)) < timedelta(seconds=0.1)


@pytest.mark.parametrize(
    ("camera_is_ahead_s", "settles_at_s"), [(-0.4, -0.4), (0.1, 0.1), (-90, 0.0), (3600, 0.0)]
)
def test_a_camera_that_tells_the_time_is_followed_if_its_clock_is_right(
    camera_is_ahead_s, settles_at_s
):
    clock = CaptureClock()
    clock.hear(START, 0)
    clock.settle(0)
    given = []
    for second in range(1, 200):
        clock.hear(at(second), second * 1_000_000, at(second + camera_is_ahead_s))
        given.append((clock.at(second * 1_000_000) - at(second)).total_seconds())
    assert given[-1] == pytest.approx(settles_at_s)
    steps = [abs(later - earlier) for earlier, later in pairwise(given)]
    assert max(steps) <= 0.1 + 1e-6
    assert clock.follows_camera is (settles_at_s != 0.0)


def test_a_clock_that_first_heard_late_packets_runs_slower_until_it_is_right():
    clock = CaptureClock()
    clock.hear(at(4), 0)  # the machine was busy
    clock.settle(0)
    given = []
    for second in range(1, 31):
        clock.hear(at(max(4, second)), second * 1_000_000)
        given.append((clock.at(second * 1_000_000) - at(0)).total_seconds())
    steps = [later - earlier for earlier, later in pairwise(given)]
    assert min(steps) == pytest.approx(0.8)
    assert max(steps) <= 1.0
    assert given[20:] == list(range(21, 31))


def test_media_time_that_runs_fast_is_slowed_to_what_the_camera_tells():
    clock = CaptureClock()
    clock.hear(START, 0)
    clock.settle(0)
    ahead_s = []
    for second in range(1, 600):
        clock.hear(at(second), int(second * 1.02e6), at(second - 0.2))
        ahead_s.append((clock.at(int(second * 1.02e6)) - at(second - 0.2)).total_seconds())
    assert clock.follows_camera
    assert max(ahead_s[60:]) < 0.6
    assert min(ahead_s[60:]) > -0.2


def test_pictures_before_the_clock_was_found_ahead_keep_their_times():
    clock = CaptureClock()
    clock.hear(at(1), 0)
    clock.settle(0)
    before = clock.at(2_000_000)
    clock.hear(at(2.5), 2_500_000)
    assert clock.at(2_000_000) == before
    assert clock.at(12_500_000) == at(12.5)


def test_a_clock_that_heard_nothing_knows_nothing():
    with pytest.raises(ValueError, match="no packet"):
        CaptureClock().at(0)
