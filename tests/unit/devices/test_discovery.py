"""Searches of the network, answered by devices that may be anything."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.onvif_device import BOMB, GROUP, PORT, Responder, match, multicast_reaches_loopback
from vision.devices.description import Found
from vision.devices.discovery import devices_in, discover, own_addresses, questions
from vision.errors import UsageError

SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Hall%20East "
    "onvif://www.onvif.org/hardware/DS-2CD onvif://www.onvif.org/location/suining"
)
HERE = "http://127.0.0.1/onvif/device_service"


@pytest.mark.skipif(
    not multicast_reaches_loopback(), reason="needs multicast on the loopback interface"
)
def test_cameras_are_found_by_multicast():
    with Responder(lambda asked: [match(asked, HERE, SCOPES)], group=True):
        found = discover(1.0, ["127.0.0.1"], (GROUP, PORT))
    assert [(one.address, one.name, one.hardware) for one in found] == [
        ("127.0.0.1", "Hall East", "DS-2CD")
    ]
    assert found[0].service_url == HERE
    assert "onvif://www.onvif.org/location/suining" in found[0].scopes


def search(answer):
    with Responder(answer) as responder:
        return discover(1.5, ["127.0.0.1"], responder.place)


def test_a_device_that_answers_twice_is_one_and_others_do_not_hide_it():
    rubbish = [b"", b"\xff\xfe<", b"<a>" * 5000, BOMB.encode(), b"x" * 40000]
    found = search(lambda asked: [*rubbish, match(asked, HERE, SCOPES), match(asked, HERE, SCOPES)])
    assert [one.address for one in found] == ["127.0.0.1"]


def test_nobody_answers():
    assert search(lambda asked: []) == []


@pytest.mark.parametrize(
    ("addresses", "address", "url"),
    [
        (HERE, "10.0.0.7", "http://10.0.0.7/onvif/device_service"),
        ("http://10.0.0.7:8080/onvif/d", "10.0.0.7:8080", "http://10.0.0.7:8080/onvif/d"),
        ("http://[fe80::1]/x http://10.0.0.7/y", "10.0.0.7", "http://10.0.0.7/y"),
        ("ftp://10.0.0.7/y", "10.0.0.7", "http://10.0.0.7/onvif/device_service"),
        ("file:///etc/passwd", "10.0.0.7", "http://10.0.0.7/onvif/device_service"),
        ("http://10.0.0.7:99999/", "10.0.0.7", "http://10.0.0.7/onvif/device_service"),
        ("http://a:b@10.0.0.7/y", "10.0.0.7", "http://10.0.0.7/y"),
        ("", "10.0.0.7", "http://10.0.0.7/onvif/device_service"),
    ],
)
def test_only_addresses_on_the_host_that_answered_count(addresses, address, url):
    (found,) = devices_in(match("urn:uuid:q", addresses, SCOPES), "10.0.0.7", ["urn:uuid:q"])
    assert (found.address, found.service_url) == (address, url)
    assert urlsplit(found.service_url).hostname == "10.0.0.7"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>no</html>",
        BOMB.encode(),
        match("urn:uuid:other", HERE, SCOPES),
        match("urn:uuid:q", HERE, SCOPES).replace(b"UTF-8", b"UTF-7").replace(b"<d", b"+ADw-d"),
        match("urn:uuid:q", HERE, SCOPES).replace(b"ProbeMatches<", b"Hello<"),
        match("urn:uuid:q", HERE, SCOPES).replace(b"<d:MetadataVersion>1</d:MetadataVersion>", b""),
        match("urn:uuid:q", HERE, "x" * 40000),
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
    ids=["empty", "html", "bomb", "other", "utf-7", "hello", "no version", "long", "deep"],
)
def test_other_answers_are_passed_over(data):
    assert devices_in(data, "10.0.0.7", ["urn:uuid:q"]) == []


def test_names_do_not_steer_a_terminal():
    scopes = "onvif://www.onvif.org/name/%1b%5b2JEvil%e2%80%aename"
    (found,) = devices_in(match("q", HERE, scopes), "10.0.0.7", ["q"])
    assert found.name == "[2JEvilname"


def test_a_device_without_scopes_has_no_name():
    (found,) = devices_in(match("q", HERE, ""), "10.0.0.7", ["q"])
    assert found == Found("10.0.0.7", "http://10.0.0.7/onvif/device_service", "", "", ())


def test_both_kinds_of_device_are_asked_for():
    texts = [one.data.decode() for one in questions()]
    assert "NetworkVideoTransmitter" in texts[0]
    assert ":Device<" in texts[1]
    assert questions()[0].id != questions()[0].id


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(UsageError, match=r"'192\.0\.2\.1' is not an IPv4 address of this machine"):
        discover(0.5, ["192.0.2.1"])
    with pytest.raises(UsageError, match="'eth0' is not"):
        discover(0.5, ["eth0"])


def test_loopback_is_not_searched_unasked():
    assert "127.0.0.1" not in own_addresses()
    assert all(socket.inet_aton(one) for one in own_addresses())
