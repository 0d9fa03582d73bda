"""``deportment cameras discover`` and ``probe`` as a technician has them."""

import json
import sys

import pytest

from tests.onvif_device import Behaviour, Responder, match, onvif_device
from vision.cli.main import main
from vision.devices import discovery

PROFILES = {
    "Main": ("H264", 1920, 1080, 25, 4096, 50, "rtsp://admin:s3cret@127.0.0.1:554/101"),
    "Sub": ("H264", 640, 360, 15, 512, 30, "rtsp://127.0.0.1:554/102"),
}


@pytest.fixture
def run(monkeypatch, capfd):
    monkeypatch.delenv("DEPORTMENT_CAMERA_PASSWORD", raising=False)
    monkeypatch.delenv("DEPORTMENT_CAMERA_USER", raising=False)
    monkeypatch.setenv("COLUMNS", "160")

    def told(*arguments):
        monkeypatch.setattr(sys, "argv", ["deportment", "cameras", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        assert "s3cret" not in out + err
        return left.value.code, out, err

    return told


@pytest.fixture
def camera():
    with onvif_device(Behaviour(profiles=PROFILES)) as place:
        yield place


def test_a_camera_is_asked(run, camera, monkeypatch):
    monkeypatch.setenv("DEPORTMENT_CAMERA_PASSWORD", "s3cret")
    code, out, _ = run("probe", camera, "--user", "admin")
    assert code == 0
    for text in ("Dome 4", "1920 x 1080", "4096", "main", "sub", "rtsp://127.0.0.1:554/102"):
        assert text in out
    assert 'url: "rtsp://${CAM_127_0_0_1_USER}:${CAM_127_0_0_1_PASSWORD}@127.0.0.1:554/101"' in out
    assert "snap?pwd=***" in out
    assert "\x1b" not in out


def test_a_camera_is_asked_by_a_program(run, camera, monkeypatch):
    monkeypatch.setenv("DEPORTMENT_CAMERA_PASSWORD", "s3cret")
    code, out, _ = run("probe", camera, "--user", "admin", "--json")
    told = json.loads(out)
    assert (code, told["main"], told["sub"]) == (0, "Main", "Sub")
    assert told["profiles"][0]["stream"] == {"url": "rtsp://127.0.0.1:554/101", "refusal": ""}
    assert told["profiles"][0]["key_every_s"] == 2


def test_a_wrong_password_exits_with_one(run, camera, monkeypatch):
    monkeypatch.setenv("DEPORTMENT_CAMERA_PASSWORD", "wrong")
    code, _, err = run("probe", camera, "--user", "admin")
    assert (code, "refuses the login of 'admin'" in err) == (1, True)
    assert err.startswith(f"deportment: {camera} ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--user", "admin"], "needs a password: put it into DEPORTMENT_CAMERA_PASSWORD"),
        ([], "wants a login"),
    ],
)
def test_a_missing_password_is_told(run, camera, monkeypatch, arguments, expected):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    code, _, err = run("probe", camera, *arguments)
    assert code == {True: 2, False: 1}["needs" in expected]
    assert expected in err


def test_a_login_in_the_address_is_wrong_usage(run):
    code, _, err = run("probe", "admin:s3cret@10.0.0.7")
    assert (code, "leave it out" in err) == (2, True)


def test_cameras_are_listed(run, monkeypatch):
    scopes = "onvif://www.onvif.org/name/Hall onvif://www.onvif.org/hardware/X1 onvif://www.onvif.org/location/east"
    with Responder(lambda asked: [match(asked, "http://127.0.0.1:8000/d", scopes)]) as responder:
        monkeypatch.setattr(discovery.discover, "__defaults__", ((), responder.place))
        arguments = ("discover", "--timeout", "0.6", "--interface", "127.0.0.1")
        code, out, _ = run(*arguments)
        listed = run(*arguments, "--json")
    assert code == 0
    for text in ("127.0.0.1:8000", "Hall", "X1", "location/east"):
        assert text in out
    (found,) = json.loads(listed[1])
    assert found["service_url"] == "http://127.0.0.1:8000/d"


def test_nobody_answers(run, monkeypatch):
    with Responder(lambda asked: []) as responder:
        monkeypatch.setattr(discovery.discover, "__defaults__", ((), responder.place))
        found = run("discover", "--timeout", "0.5", "--interface", "127.0.0.1", "--json")
    assert (found[0], json.loads(found[1])) == (0, [])
    assert "no camera answered within 0.5 s" in found[2]


@pytest.mark.parametrize(
    ("arguments", "gone"),
    [
        (("discover", "--timeout", "0.5"), "vision.devices.discovery"),
        (("probe", "10.0.0.7"), "vision.devices.probe"),
    ],
)
def test_without_the_extra_it_says_what_to_install(run, monkeypatch, arguments, gone):
    monkeypatch.setitem(sys.modules, gone, None)
    code, _, err = run(*arguments)
    assert (code, "pip install 'deportment[onvif]'" in err) == (2, True)
