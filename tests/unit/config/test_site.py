"""A site file that is right, and what is made of it."""

import pytest

from tests.unit.config.site_files import BASE, with_camera, with_rules, with_window
from vision.config import (
    RULE_IDS,
    RuleConfig,
    config_sha256,
    parse_site,
    recordable,
    resolve_policy,
)
from vision.errors import ConfigError, UsageError

FULL = """\
site: {id: suining, name: 遂宁市政务服务中心, timezone: Asia/Shanghai}
calendar:
  holidays: CN
  service_hours:
    - {days: mon-fri, from: "09:00", to: "12:00"}
    - {days: mon-fri, from: 13:30, to: 17:00}
cameras:
  - {id: cam-03, url: "${CAM03_URL}", sampling: {mode: adaptive, base: keyframes, burst_fps: 5}}
  - {id: cam-04, files: "east-*.mp4"}
windows:
  - {id: A03, name: 社保 3 号窗口, camera: cam-03, staff_quota: 1,
     post: [[0.10, 0.22], [0.48, 0.22], [0.48, 0.95], [0.10, 0.95]],
     rules: {leaving_post: {dwell_s: 300}}}
  - {id: A04, camera: cam-04, post: [[0, 0], [1, 0], [1, 1]], public: [[0, 0], [0, 1], [1, 1]]}
rules: {shorts: {months: [5, 6, 7, 8, 9, 10], deduction: 2}}
"""


def test_the_site_file_of_the_manual_is_read() -> None:
    site = parse_site(FULL)
    assert site.zone.key == "Asia/Shanghai"
    assert site.camera("cam-03").sampling.burst_fps == 5
    assert [window.id for window in site.windows_of("cam-04")] == ["A04"]
    policies = site.policies(site.windows[0])
    assert set(policies) == set(RULE_IDS)
    assert (policies["shorts"].months, policies["shorts"].deduction) == ((5, 6, 7, 8, 9, 10), 2)
    assert policies["leaving_post"].dwell_s == 300


def test_an_unknown_camera_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="no camera 'cam-9'; it has: cam-03, cam-04"):
        parse_site(FULL).camera("cam-9")


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_the_defaults_leave_room_between_entering_and_leaving(rule_id: str) -> None:
    policy = resolve_policy(rule_id)
    assert 0 <= policy.exit_threshold < policy.enter_threshold < 1
    assert policy.enabled
    assert policy.months == tuple(range(1, 13))


@pytest.mark.parametrize(
    ("rule_id", "dwell_s"),
    [
        ("slippers", 60),
        ("vest", 60),
        ("shorts", 60),
        ("smoking", 3),
        ("phone_use", 10),
        ("slouching", 60),
        ("sleeping", 60),
        ("leaving_post", 300),
    ],
)
def test_the_default_dwell_is_that_of_the_manual(rule_id: str, dwell_s: float) -> None:
    assert resolve_policy(rule_id).dwell_s == dwell_s


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ((), (3, 10)),
        ((RuleConfig(dwell_s=6),), (6, 20)),
        ((RuleConfig(dwell_s=6), RuleConfig(dwell_s=1)), (1, 10 / 3)),
        ((RuleConfig(window_s=5), RuleConfig(dwell_s=6)), (6, 5)),
        ((None, RuleConfig(dwell_s=3600)), (3600, 60)),
    ],
)
def test_later_layers_win_and_the_window_follows_the_dwell(
    layers: tuple[RuleConfig | None, ...], expected: tuple[float, float]
) -> None:
    policy = resolve_policy("smoking", *layers)
    assert (policy.dwell_s, policy.window_s) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("${CAM}", {"CAM": "rtsp://u:p@h/1"}, "rtsp://u:p@h/1"),
        ("rtsp://u:${KEY}@h/1", {"KEY": "s3"}, "rtsp://u:s3@h/1"),
        ("RTSPS://h/1", {}, "RTSPS://h/1"),
        ("file:///srv/a.mp4", {}, "file:///srv/a.mp4"),
    ],
)
def test_a_stream_url_is_filled_in(url: str, environment: dict[str, str], expected: str) -> None:
    camera = parse_site(with_camera(f'url: "{url}"')).cameras[0]
    assert camera.stream_url(environment) == expected
    assert expected not in repr(camera)


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("${CAM}", {}, "environment variable CAM is not set"),
        ("${CAM}", {"CAM": "concat:a|b"}, "expected a URL of rtsp:, rtsps:"),
        ("${CAM", {}, "expected a URL of rtsp:"),
        ("${CAM}", {"CAM": ""}, "expected a URL of rtsp:"),
        ("${CAM}", {"CAM": "ftp://u:hunter2@[::1"}, "expected a URL of rtsp:"),
    ],
)
def test_a_stream_url_that_is_barred_is_refused(
    url: str, environment: dict[str, str], expected: str
) -> None:
    camera = parse_site(with_camera(f'url: "{url}"')).cameras[0]
    with pytest.raises(UsageError, match=r"camera cam-1: ") as caught:
        camera.stream_url(environment)
    assert expected in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_sub_stream_is_filled_in_and_shown_as_little() -> None:
    text = with_camera('url: "${CAM}", sub_url: "rtsp://u:${KEY}@h/2"')
    camera = parse_site(text).cameras[0]
    assert camera.sub_stream_url({"KEY": "s3"}) == "rtsp://u:s3@h/2"
    with pytest.raises(UsageError, match="environment variable KEY is not set"):
        camera.sub_stream_url({})
    assert parse_site(with_camera('url: "rtsp://h"')).cameras[0].sub_stream_url({}) is None


def test_neither_hash_nor_record_has_the_address_of_a_sub_stream() -> None:
    site = parse_site(with_camera('url: "rtsp://h/1", sub_url: "rtsp://u:hunter2@h/2"'))
    assert config_sha256(site) == config_sha256(parse_site(with_camera('name: ""')))
    assert "hunter2" not in f"{site!r}{recordable(site)}"
    assert "sub_url" not in str(recordable(site))


@pytest.mark.parametrize(
    ("camera", "expected"),
    [
        ('sub_url: "rtsp://h"', "a sub-stream needs a main stream"),
        ('url: "rtsp://h", sub_url: "ftp://u:hunter2@h"', "expected a URL that begins with"),
        ('url: "rtsp://h", sub_url: "rtsp://h", sampling: {mode: fps}', "expected mode adaptive"),
        ('url: "rtsp://h", sub_url: "rtsp://h", sampling: {base: fps}', "expected mode adaptive"),
    ],
)
def test_a_sub_stream_that_does_not_fit_is_a_mistake(camera: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_site(with_camera(camera))
    assert expected in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_camera_without_url_cannot_be_opened() -> None:
    with pytest.raises(UsageError, match="expected a URL"):
        parse_site(BASE).cameras[0].stream_url({})


SHORTS = "shorts: {dwell_s: 30}"
VEST = "vest: {dwell_s: 30}"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (with_rules(f"{VEST}, {SHORTS}"), True),
        (with_rules(f"{SHORTS}, {VEST}").replace("30", "30.0"), True),
        (with_rules(f"{SHORTS}, {VEST}") + "# a remark\n", True),
        (
            with_rules(f"{SHORTS}, {VEST}").replace("{id: cam-1,", "{url: 'rtsp://h', id: cam-1,"),
            True,
        ),
        (with_rules(SHORTS), False),
        (with_window("staff_quota: 2") + f"rules: {{{SHORTS}, {VEST}}}\n", False),
    ],
)
def test_the_hash_is_that_of_what_is_meant(other: str, same: bool) -> None:
    site = parse_site(with_rules(f"{SHORTS}, {VEST}"))
    assert (config_sha256(parse_site(other)) == config_sha256(site)) is same
