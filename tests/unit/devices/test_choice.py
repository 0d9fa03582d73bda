"""Which profiles are watched, and what is written into the site file."""

from dataclasses import replace

import pytest

from vision.config import load_site
from vision.devices.choice import advice, choose, snippet
from vision.devices.description import Device, Profile, StreamAddress, clock_words
from vision.devices.target import Target
from vision.errors import UsageError


def profile(name, width, height, fps=25, codec="H264", refusal="", key_every_s=2.0):
    url = f"rtsp://10.0.0.7/{name}"
    place = StreamAddress("" if refusal else url, url, refusal)
    return Profile(name, name, codec, width, height, fps, 1000, key_every_s, place)


UHD, FULL, HD = profile("uhd", 3840, 2160), profile("full", 1920, 1080), profile("hd", 1280, 720)
SMALL, TINY = profile("small", 640, 360), profile("tiny", 320, 180)
SQUARE = profile("square", 640, 480)


@pytest.mark.parametrize(
    ("profiles", "main", "sub"),
    [
        ([], None, None),
        ([FULL], FULL, None),
        ([SMALL, FULL], FULL, SMALL),
        ([TINY, SMALL, HD, FULL], FULL, SMALL),
        ([TINY, FULL], FULL, TINY),
        ([FULL, SQUARE], FULL, None),
        ([FULL, SQUARE, SMALL], FULL, SMALL),
        ([FULL, profile("slow", 1920, 1080, 5)], FULL, None),
        ([FULL, replace(UHD, stream=None)], FULL, None),
        ([FULL, profile("uhd", 3840, 2160, refusal="names another host")], FULL, None),
        ([FULL, profile("odd", 3840, 2160, codec="AV9")], FULL, None),
        ([replace(FULL, width_px=0)], None, None),
    ],
)
def test_the_choice(profiles, main, sub):
    assert choose(profiles) == (main, sub)


def test_advice_is_about_what_can_be_set_at_the_camera():
    rare = profile("rare", 1920, 1080, key_every_s=10.0)
    assert "key frame only every 10 s" in advice([rare], rare)[0]
    assert "360 lines are few" in advice([SMALL], SMALL)[0]
    assert advice([], None) == ["no profile has a stream that can be watched"]
    assert advice([FULL], FULL) == []


def test_the_snippet_is_a_site_file_with_logins_from_the_environment(tmp_path):
    text = snippet(Device("10.0.0.7"), FULL, SMALL)
    file = tmp_path / "site.yaml"
    rest = "windows:\n  - {id: A, camera: cam-10-0-0-7, post: [[0, 0], [1, 0], [1, 1]]}\n"
    file.write_text(f"site: {{id: hall}}\n{text}\n{rest}", encoding="utf-8")
    camera = load_site(file).camera("cam-10-0-0-7")
    environment = {"CAM_10_0_0_7_USER": "admin", "CAM_10_0_0_7_PASSWORD": "s3cret"}
    assert camera.stream_url(environment) == "rtsp://admin:s3cret@10.0.0.7/full"
    assert camera.sub_stream_url(environment) == "rtsp://admin:s3cret@10.0.0.7/small"


def test_an_address_with_a_password_in_it_is_not_written_down():
    place = StreamAddress("rtsp://10.0.0.7/pwd=x", "rtsp://10.0.0.7/pwd=***")
    text = snippet(Device("10.0.0.7"), replace(FULL, stream=place), None)
    assert 'url: "${CAM_10_0_0_7_URL}"' in text
    assert "pwd" not in text


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [
        (6, "6 s ahead"),
        (-75, "1 min 15 s behind"),
        (7384, "2 h 3 min ahead"),
        (-864000, "10 days behind"),
    ],
)
def test_clocks_in_words(ahead_s, words):
    assert clock_words(ahead_s) == words


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("10.0.0.7", "http://10.0.0.7/onvif/device_service", "10.0.0.7"),
        ("10.0.0.7:8080", "http://10.0.0.7:8080/onvif/device_service", "10.0.0.7:8080"),
        ("https://cam.local/", "https://cam.local/onvif/device_service", "cam.local"),
        ("http://10.0.0.7:80/other", "http://10.0.0.7:80/other", "10.0.0.7:80"),
        ("[fe80::1]", "http://[fe80::1]/onvif/device_service", "[fe80::1]"),
    ],
)
def test_where_a_camera_is_asked(text, url, shown):
    target = Target.parse(text)
    assert (target.url, target.shown) == (url, shown)


@pytest.mark.parametrize("text", ["", "rtsp://10.0.0.7", "10.0.0.7:x", "a b", "http://"])
def test_what_is_no_address(text):
    with pytest.raises(UsageError, match="expected an address such as"):
        Target.parse(text)


@pytest.mark.parametrize("text", ["admin:s3cret@10.0.0.7", "http://admin:s3cret@10.0.0.7/"])
def test_a_login_on_the_command_line_is_refused_and_not_repeated(text):
    with pytest.raises(UsageError, match="leave it out") as caught:
        Target.parse(text)
    assert "s3cret" not in str(caught.value)
