"""A camera is asked for its streams; it may be wrong, or worse."""

import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.onvif_device import BOMB, ENVELOPE, Behaviour, fault, onvif_device
from vision.devices.probe import ahead_of, probe, profiles_in
from vision.devices.soap import Login, Patience
from vision.devices.target import Target
from vision.errors import CameraUnreachable

PROFILES = {
    "main": ("H264", 2560, 1440, 25, 4096, 50, "rtsp://127.0.0.1:554/Streaming/101"),
    "sub": ("H264", 640, 360, 15, 512, 30, "rtsp://127.0.0.1:554/Streaming/102"),
}
LOGIN = Login("admin", "s3cret")
QUICK = Patience(request_s=2.0, whole_s=10.0)


def asked(behaviour, login=LOGIN, patience=QUICK):
    with onvif_device(behaviour) as place:
        return probe(Target.parse(place), login, patience)


def refused(behaviour, login=LOGIN, patience=QUICK):
    with pytest.raises(CameraUnreachable) as caught:
        asked(behaviour, login, patience)
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


def test_a_camera_tells_what_it_is_and_how_it_sends():
    behaviour = Behaviour(profiles=PROFILES)
    device = asked(behaviour)
    assert (device.manufacturer, device.model) == ("Example[2J", "Dome 4")
    assert (device.firmware, device.serial, device.hardware) == ("5.7.1", "E-0042", "88")
    assert abs(device.clock_ahead_s) < 3
    main, sub = device.profiles
    assert (main.codec, main.width_px, main.height_px) == ("H264", 2560, 1440)
    assert (main.fps, main.bitrate_kbps, main.key_every_s) == (25, 4096, 2)
    assert main.stream.url == "rtsp://127.0.0.1:554/Streaming/101"
    assert sub.stream.url == "rtsp://127.0.0.1:554/Streaming/102"
    assert sub.snapshot.shown.endswith("/snap?pwd=***")
    assert device.notes == ()
    assert behaviour.questions.count("GetDeviceInformation") == 1


@pytest.mark.parametrize("hours", [-30, 2])
def test_a_clock_that_is_wrong_is_allowed_for_and_told(hours):
    device = asked(Behaviour(profiles=PROFILES, ahead=timedelta(hours=hours)))
    assert len(device.profiles) == 2
    assert "its clock is" in device.notes[0]
    assert ("ahead" if hours > 0 else "behind") in device.notes[0]


def test_a_wrong_password_is_tried_once():
    behaviour = Behaviour(profiles=PROFILES)
    text = refused(behaviour, Login("admin", "wrong"))
    assert "refuses the login of 'admin': check user and password" in text
    assert "clock" not in text
    assert behaviour.questions == ["GetSystemDateAndTime", "GetDeviceInformation"]


def test_a_clock_may_be_why_a_login_is_refused():
    behaviour = Behaviour(profiles=PROFILES, ahead=timedelta(hours=-3), strict_clock=True)
    text = refused(behaviour)
    assert "its clock is 3 h 0 min behind, which may be why" in text


def test_a_camera_that_hides_its_time_may_refuse_for_it():
    behaviour = Behaviour(login=("admin", "other"))
    behaviour.instead["GetSystemDateAndTime"] = (fault("ter:NotAuthorized", "no"), 400, {})
    assert "it does not tell its time" in refused(behaviour)


def test_a_camera_wants_a_login():
    assert "wants a login: give --user" in refused(Behaviour(), None)


def test_a_camera_that_wants_none_gets_none():
    assert len(asked(Behaviour(login=None, profiles=PROFILES), None).profiles) == 2


def test_an_old_camera_is_asked_for_its_capabilities():
    behaviour = Behaviour(profiles=PROFILES)
    behaviour.instead["GetServices"] = (fault("ter:ActionNotSupported", "unknown"), 500, {})
    assert len(asked(behaviour).profiles) == 2


def test_a_camera_without_snapshots_has_none():
    behaviour = Behaviour(profiles=PROFILES)
    behaviour.instead["GetSnapshotUri"] = (fault("ter:ActionNotSupported", "unknown"), 500, {})
    assert [one.snapshot for one in asked(behaviour).profiles] == [None, None]


@pytest.mark.parametrize(
    ("media_at", "is_told"),
    [
        ("http://10.9.8.7/onvif/media_service", True),
        ("file:///etc/passwd", True),
        ("http://{host}/onvif/media_service", False),
    ],
)
def test_a_service_elsewhere_is_not_asked(media_at, is_told):
    device = asked(Behaviour(profiles=PROFILES, media_at=media_at))
    assert len(device.profiles) == 2
    assert any("on another host, which was not asked" in one for one in device.notes) is is_told


@pytest.mark.parametrize(
    ("question", "instead", "expected"),
    [
        ("GetSystemDateAndTime", ("<html></html>", 200, {}), "not as an ONVIF camera does"),
        ("GetSystemDateAndTime", ("no", 404, {}), "no ONVIF service at that path"),
        ("GetSystemDateAndTime", ("", 302, {"Location": "http://10.9.8.7/"}), "not followed"),
        ("GetDeviceInformation", ("", 307, {"Location": "http://10.9.8.7/"}), "not followed"),
        ("GetDeviceInformation", (BOMB, 200, {}), "defines XML entities"),
        ("GetDeviceInformation", ("Envelope" + "x" * 2**20, 200, {}), "longer than 512 kB"),
        ("GetDeviceInformation", ("<Envelope", 200, {}), "cannot be read"),
        ("GetDeviceInformation", ("<Envelope>" + "<a>" * 9999, 200, {}), "cannot be read"),
        ("GetDeviceInformation", ("", 401, {}), "refuses the login"),
        (
            "GetProfiles",
            (fault("ter:Action", "disk\x07 full"), 500, {}),
            "cannot tell its profiles",
        ),
        ("GetServices", (ENVELOPE.format("<tds:GetServicesResponse/>"), 200, {}), "no video"),
        ("GetServices", ("", 200, {"Wait": "9"}), "did not answer in time"),
    ],
)
def test_answers_that_are_none(question, instead, expected):
    behaviour = Behaviour(profiles=PROFILES, instead={question: instead})
    assert expected in refused(behaviour, patience=Patience(request_s=1.0, whole_s=10.0))


def test_a_camera_that_is_slow_with_everything_is_given_up():
    slow = (ENVELOPE.format(""), 200, {"Wait": "0.4"})
    behaviour = Behaviour(instead={"GetSystemDateAndTime": slow})
    assert "took longer than 0.2 s" in refused(behaviour, patience=Patience(5.0, 0.2))


def test_nobody_listens():
    with onvif_device(Behaviour()) as place:
        gone = place
    with pytest.raises(CameraUnreachable, match=f"{gone} refused the connection"):
        probe(Target.parse(gone), LOGIN, QUICK)


def test_a_profile_that_names_another_host_is_shown_and_not_used():
    profiles = {"main": (*PROFILES["main"][:-1], "rtsp://10.9.8.7/live")}
    (profile,) = asked(Behaviour(profiles=profiles)).profiles
    assert profile.stream.refusal == "names another host"
    assert not profile.is_usable


def test_nothing_of_the_environment_is_sent_to_a_camera():
    profiles = {"main": (*PROFILES["main"][:-1], "rtsp://127.0.0.1/${HOOK_SECRET}")}
    (profile,) = asked(Behaviour(profiles=profiles)).profiles
    assert profile.stream.url == ""
    assert os.environ.get("HOOK_SECRET") is None


@pytest.mark.parametrize("year", [0, 1970, 2026, 99999, "x", None])
def test_a_time_is_one_or_none(year):
    date = SimpleNamespace(Year=year, Month=1, Day=1)
    told = SimpleNamespace(
        UTCDateTime=SimpleNamespace(Date=date, Time=SimpleNamespace(Hour=0, Minute=0, Second=0))
    )
    expected = {1970: timedelta(days=-365), 2026: timedelta(days=20089)}.get(year)
    assert ahead_of(told, datetime(1971, 1, 1, tzinfo=UTC)) == expected


@pytest.mark.parametrize("answered", [None, "text", [], [SimpleNamespace()], 7])
def test_no_profiles(answered):
    assert profiles_in(answered) == []


def test_a_profile_without_video_has_no_size():
    (profile,) = profiles_in([SimpleNamespace(token="audio", Name=None)])
    assert (profile.name, profile.width_px, profile.is_usable) == ("audio", 0, False)
