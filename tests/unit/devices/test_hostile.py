"""What unknown devices may make of an answer."""

import pytest

from vision.devices.hostile import (
    MOST_BYTES,
    HostileAnswer,
    plain_xml,
    printable,
    service_url,
    stream_address,
)

HOSTS = frozenset({"10.0.0.7", "cam.local"})
ASKED = "http://10.0.0.7/onvif/device_service"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a/>", b"<a/>"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\xe5\x8d\xa0</a>', "\n<a>占</a>".encode()),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-7"?><a/>', b"<a/>"),
        (b"x" * MOST_BYTES, b"x" * MOST_BYTES),
    ],
    ids=["bare", "declared", "mark", "longest"],
)
def test_plain_answers_lose_their_declaration(data, expected):
    assert plain_xml(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<!DOCTYPE a><a/>", "entities"),
        (b"<a/><!doctype a>", "entities"),
        (b'<!ENTITY b "c">', "entities"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "UTF-8"),
        (b"\xff", "UTF-8"),
        (b"x" * (MOST_BYTES + 1), "longer than 512 kB"),
    ],
)
def test_others_are_refused(data, expected):
    with pytest.raises(HostileAnswer, match=expected):
        plain_xml(data)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (7, "7"),
        ("Dome  4\n", "Dome 4"),
        ("\x1b[31mred\x07", "[31mred"),
        ("a\u202eb\u200bc", "abc"),
        ("大厅 东", "大厅 东"),
        ("x" * 5000, "x" * 120),
    ],
)
def test_text_is_made_fit_to_be_shown(value, expected):
    assert printable(value) == expected


@pytest.mark.parametrize(
    ("offered", "url", "is_elsewhere"),
    [
        ("http://10.0.0.7/m", "http://10.0.0.7/m", False),
        ("http://10.0.0.7:8000/m?x=1", "http://10.0.0.7:8000/m?x=1", False),
        ("https://cam.local/m", "https://cam.local/m", False),
        ("http://a:b@10.0.0.7/m", "http://10.0.0.7/m", False),
        ("http://10.0.0.8/m", "http://10.0.0.7/m", True),
        ("http://10.0.0.7.evil.example/m", "http://10.0.0.7/m", True),
        ("http://10.0.0.7@evil.example/m", "http://10.0.0.7/m", True),
        ("gopher://10.0.0.7/m", ASKED, True),
        ("not a url", ASKED, True),
        ("http://10.0.0.7:0x50/", ASKED, True),
        (None, ASKED, True),
    ],
)
def test_services_are_asked_on_the_same_host(offered, url, is_elsewhere):
    assert service_url(offered, ASKED, HOSTS) == (url, is_elsewhere)


def test_a_service_without_tls_is_not_asked_by_whoever_came_with_it():
    offered = service_url("http://10.0.0.7/m", "https://10.0.0.7/d", HOSTS)
    assert offered == ("https://10.0.0.7/m", False)


@pytest.mark.parametrize(
    ("offered", "url", "shown", "refusal"),
    [
        ("rtsp://10.0.0.7/1", "rtsp://10.0.0.7/1", "rtsp://10.0.0.7/1", ""),
        ("rtsps://cam.local:322/1", "rtsps://cam.local:322/1", "rtsps://cam.local:322/1", ""),
        ("rtsp://admin:pw@10.0.0.7/1", "rtsp://10.0.0.7/1", "rtsp://10.0.0.7/1", ""),
        (
            "rtsp://10.0.0.7/user=admin_password=tlJwp_channel=1.sdp",
            "rtsp://10.0.0.7/user=admin_password=tlJwp_channel=1.sdp",
            "rtsp://10.0.0.7/user=admin_password=***_channel=1.sdp",
            "",
        ),
        ("file:///etc/passwd", "", "", "the address is malformed"),
        ("file://10.0.0.7/etc", "", "file://10.0.0.7/etc", "expected rtsp, rtsps, http, https"),
        ("concat://10.0.0.7/a", "", "concat://10.0.0.7/a", "expected rtsp, rtsps, http, https"),
        ("rtsp://10.0.0.9/1", "", "rtsp://10.0.0.9/1", "names another host"),
        (
            "rtsp://10.0.0.7/${X}",
            "",
            "rtsp://10.0.0.7/${X}",
            "holds characters that no camera's address has",
        ),
        ("rtsp://10.0.0.7/a\nb", "", "", "the address is malformed"),
        ("rtsp://10.0.0.7/" + "a" * 1000, "", "", "the address is malformed"),
        ("", "", "", "the address is malformed"),
    ],
)
def test_streams_are_checked_like_the_url_of_a_camera(offered, url, shown, refusal):
    place = stream_address(offered, HOSTS)
    assert (place.url, place.shown, place.refusal) == (url, shown, refusal)
    assert "tlJwp" not in repr(place)
