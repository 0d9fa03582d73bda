"""Every mistake names the file, the line, the key, and what was expected."""

from pathlib import Path

import pytest

from tests.unit.config.site_files import (
    BASE,
    with_calendar,
    with_camera,
    with_post,
    with_rules,
    with_window,
)
from vision.config import parse_site
from vision.errors import ConfigError

FILE = Path("hall.yaml")
UNFINISHED = "the polygon crosses or touches itself, or has no area"
RULE_KEYS = "enabled, window_s, enter_threshold, exit_threshold, dwell_s, gap_s"
NIGHT = (
    "'to' must be later than 'from'; write a night shift as two spans, one to \"24:00\" and one "
    'from "00:00"'
)

KEYS = [
    (BASE + "calender: {}\n", "6: calender: unknown key; did you mean 'calendar'?"),
    (BASE + "zzz: 1\n", "6: zzz: unknown key; expected: site, calendar, cameras, windows, rules"),
    (with_window("nmae: x"), "5: windows[0].nmae: unknown key; did you mean 'name'?"),
    (with_camera("sampling: {burst: 5}"), "3: cameras[0].sampling.burst: unknown key"),
    (with_calendar("fram: 1, from: 9:00, to: 10:00"), "did you mean 'from'?"),
    (with_rules("smoking: {dwel_s: 3}"), "6: rules.smoking.dwel_s: unknown key; did you mean"),
    (with_rules("smoking: {frames: 3}"), f"unknown key; expected: {RULE_KEYS}"),
    (BASE.replace("camera: cam-1, ", ""), "5: windows[0].camera: this key is missing"),
    (BASE.replace("site: {id: hall,", "site: {"), "1: site.id: this key is missing"),
    (BASE + "site: {id: x}\n", "6: site: the key stands twice (first on line 1)"),
    (BASE + "1: x\n", "6: 1: expected text as the key; put quotes round it, got a number"),
]
REFERENCES = [
    (
        BASE.replace("windows:", "  - {id: cam-1}\nwindows:"),
        "4: cameras[1].id: the id 'cam-1' stands twice; ids must be unique",
    ),
    (
        BASE + "  - {id: A01, camera: cam-1, post: [[0, 0], [1, 0], [1, 1]]}\n",
        "6: windows[1].id: the id 'A01' stands twice; ids must be unique",
    ),
    (
        BASE.replace("camera: cam-1", "camera: cam-9"),
        "5: windows[0].camera: no camera 'cam-9'; expected one of: cam-1",
    ),
    (with_rules("smokin: {}"), "6: rules.smokin: unknown rule; did you mean 'smoking'?"),
    (with_rules("xyz: {}"), "6: rules.xyz: unknown rule; expected: slippers, vest, shorts"),
    (
        with_window("rules: {sleping: {}}"),
        "5: windows[0].rules.sleping: unknown rule; did you mean 'sleeping'?",
    ),
    ("site: {id: s}\ncameras: []\nwindows: []\n", "2: cameras: expected at least one"),
]
ONE_MORE = BASE + "  - {id: A02, camera: cam-1, post: [[0, 0], [1, 0], [1, 1]]}\n"
OTHER_CAMERA = BASE.replace("windows:", "  - {id: cam-2}\nwindows:") + (
    "  - {id: A02, camera: cam-2, post: [[0, 0], [1, 0], [1, 1]]}\n"
)
GROUPS = [
    (
        ONE_MORE + "groups: [{id: g, windows: [A01]}]\n",
        "7: groups[0].windows: expected at least two",
    ),
    (
        ONE_MORE + "groups:\n  - {id: g, windows: [A01, A20]}\n",
        "8: groups[0].windows[1]: no window 'A20'; did you mean 'A02'?",
    ),
    (
        ONE_MORE + "groups:\n  - {id: g, windows: [A01, A01]}\n",
        "8: groups[0].windows[1]: the window 'A01' is in group 'g' already",
    ),
    (
        ONE_MORE + "groups:\n  - {id: g, windows: [A01, A02]}\n  - {id: h, windows: [A02, A01]}\n",
        "9: groups[1].windows[0]: the window 'A02' is in group 'g' already",
    ),
    (
        ONE_MORE + "groups:\n  - {id: g, windows: [A01, A02]}\n  - {id: g, windows: [A02, A01]}\n",
        "9: groups[1].id: the id 'g' stands twice; ids must be unique",
    ),
    (
        OTHER_CAMERA + "groups:\n  - {id: g, windows: [A01, A02]}\n",
        "9: groups[0].windows[1]: 'A02' is seen by camera 'cam-2', 'A01' by 'cam-1'; expected",
    ),
    (
        ONE_MORE + "groups: [{id: g, windows: [A01, A02], staff_quota: 0}]\n",
        "staff_quota: expected at",
    ),
    (
        ONE_MORE + "groups: [{id: g, windows: [A01, A02], staff_quota: 3}]\n",
        "7: groups[0].staff_quota: expected at most 2, which is what its windows have together",
    ),
    (
        ONE_MORE + "groups: [{id: g, windows: [A01, A02], quota: 1}]\n",
        "groups[0].quota: unknown key",
    ),
    (ONE_MORE + "groups: [{windows: [A01, A02]}]\n", "7: groups[0].id: this key is missing"),
]
POLYGONS = [
    (with_post("[[0.1, 0.1], [0.5, 0.1], [0.5, 1.9]]"), "in [0, 1], got [0.5, 1.9]"),
    (with_post("[[0.1, 0.1], [0.5, 0.1], [0.5, -0.1]]"), "in [0, 1], got [0.5, -0.1]"),
    (with_post("[[0, 0], [1, 1], [1, 0], [0, 1]]"), UNFINISHED),
    (with_post("[[0.1, 0.1], [0.5, 0.1], [0.9, 0.1]]"), UNFINISHED),
    (with_post("[[0, 0], [0.5, 0], [0.3, 0], [0.5, 1]]"), UNFINISHED),
    (with_post("[[0.1, 0.1], [0.5, 0.1]]"), "expected at least 3 points [x, y], got 2"),
    (with_post("[]"), "expected at least 3 points [x, y], got 0"),
    (with_post("[[0, 0], [1, 0], [1, 1], [0, 0]]"), "point 4 repeats point 1; leave one"),
    (with_post("[[0, 0], [1, 0], [1, .nan]]"), "post[2][1]: expected a finite number, got nan"),
    (with_post("[[0, 0], [1, 0], [1, .inf]]"), "post[2][1]: expected a finite number, got inf"),
    (with_post("[[0, 0], [1, 0], [1, 1, 1]]"), "post[2]: expected at most 2 values, got 3"),
    (with_post("[[0, 0], [1, 0], [1]]"), "5: windows[0].post[2][1]: this key is missing"),
    (with_post("[[0, 0], [1, 0], [1, a]]"), "post[2][1]: expected a number, got text"),
    (with_post("corner"), "5: windows[0].post: expected a list, got text"),
    (with_window("public: [[0, 0], [1, 1]]"), "5: windows[0].public: expected at least 3 points"),
]
VALUES = [
    (with_rules("smoking: {dwell_s: ten}"), "rules.smoking.dwell_s: expected a number, got text"),
    (with_rules("smoking: {dwell_s: true}"), "dwell_s: expected a number, got true"),
    (with_rules("smoking: {dwell_s: [3]}"), "dwell_s: expected a number, got a list"),
    (with_rules("smoking: {dwell_s: 0}"), "dwell_s: expected at least 1, got 0"),
    (with_rules("smoking: {dwell_s: 4000}"), "dwell_s: expected at most 3600, got 4000"),
    (with_rules("smoking: {gap_s: 0}"), "gap_s: expected more than 0, got 0"),
    (with_rules("smoking: {dwell_s: " + "9" * 5000 + "}"), "dwell_s: expected a number"),
    (with_rules("smoking: {enabled: maybe}"), "enabled: expected true or false, got text"),
    (with_rules("smoking: true"), "6: rules.smoking: expected keys with values, got true"),
    (with_rules("smoking: "), "6: rules.smoking: expected keys with values, got nothing"),
    (BASE + "rules: [smoking]\n", "6: rules: expected keys with values, got a list"),
    (with_rules("shorts: {months: [5, 13]}"), "months[1]: expected at most 12, got 13"),
    (with_rules("shorts: {months: []}"), "'enabled: false' switches a rule off"),
    (with_window("staff_quota: 0"), "5: windows[0].staff_quota: expected at least 1, got 0"),
    (with_window("staff_quota: 1.5"), "staff_quota: expected a whole number, got a number"),
    (BASE.replace("id: A01", "id: 101"), "id: expected text; put quotes round it, got a number"),
    (BASE.replace("id: A01", "id: 窗口1"), "expected an id of 1 to 64 letters"),
    (BASE.replace("id: A01", "id: ../x"), "expected an id of 1 to 64 letters"),
    (BASE.replace("Asia/Shanghai", "Asia/Peking"), "1: site.timezone: expected a time zone such"),
    (with_camera("sampling: {mode: all}"), "expected 'adaptive', 'keyframes' or 'fps'"),
    (with_camera("sampling: {fps: 0}"), "3: cameras[0].sampling.fps: expected more than 0, got 0"),
]
THRESHOLDS = [
    (
        with_rules("smoking: {enter_threshold: 0.2, exit_threshold: 0.4}"),
        "6: rules.smoking: exit_threshold 0.4 must be below enter_threshold 0.2",
    ),
    (
        with_rules("smoking: {enter_threshold: 0.2, exit_threshold: 0.2}"),
        "6: rules.smoking: exit_threshold 0.2 must be below enter_threshold 0.2",
    ),
    (
        with_window("rules: {smoking: {exit_threshold: 0.9}}"),
        "5: windows[0].rules.smoking: exit_threshold 0.9 must be below enter_threshold 0.29",
    ),
]
CALENDARS = [
    (
        with_calendar("days: mon-fry, from: 9:00, to: 10:00"),
        "such as mon-fri or sat, got 'mon-fry'",
    ),
    (with_calendar("days: 5, from: 9:00, to: 10:00"), "such as mon-fri or sat, got '5'"),
    (with_calendar("days: [], from: 9:00, to: 10:00"), "such as mon-fri or sat, got an empty list"),
    (with_calendar("days: , from: 9:00, to: 10:00"), "such as mon-fri or sat, got ''"),
    (with_calendar("from: 22:00, to: 06:00"), f"6: calendar.service_hours[0]: {NIGHT}"),
    (with_calendar("from: 09:00, to: 09:00"), NIGHT),
    (with_calendar("from: 9, to: 17:00"), 'from: expected a time of day such as "09:00", got 9'),
    (with_calendar("from: 9.5, to: 17:00"), "from: expected a time of day"),
    (with_calendar("from: '09:00Z', to: 17:00"), "from: expected a time of day"),
    (with_calendar("from: 24:00, to: 17:00"), "from: expected a time of day"),
    (with_calendar("from: 09:00, to: 25:00"), "to: expected a time of day"),
    (with_calendar("from: 09:60, to: 17:00"), "from: expected a time of day"),
    (BASE + "calendar: {holidays: cn}\n", "6: calendar.holidays: expected an ISO country code"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [*KEYS, *REFERENCES, *GROUPS, *POLYGONS, *VALUES, *THRESHOLDS, *CALENDARS],
)
def test_a_mistake_is_named(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_site(text, FILE)
    assert expected in str(caught.value)
    assert str(caught.value).startswith("hall.yaml:")
    assert caught.value.exit_code == 2


def test_every_mistake_is_listed_in_the_order_of_the_file() -> None:
    text = with_post("[[0, 0], [1, 0]]").replace("timezone: Asia/Shanghai", "timezone: Mars")
    with pytest.raises(ConfigError) as caught:
        parse_site(text + "rules: {shorts: {dwell_s: x, gap_s: 0}}\n", FILE)
    assert [(mistake.line, mistake.key) for mistake in caught.value.mistakes] == [
        (1, "site.timezone"),
        (5, "windows[0].post"),
        (6, "rules.shorts.dwell_s"),
        (6, "rules.shorts.gap_s"),
    ]


def test_thresholds_of_the_site_are_named_once_and_those_of_a_window_too() -> None:
    text = with_window("rules: {shorts: {exit_threshold: 0.9}}")
    more = "  - {id: A02, camera: cam-1, post: [[0, 0], [1, 0], [1, 1]]}\n"
    site = "rules: {vest: {exit_threshold: 0.8}, phone_use: {exit_threshold: 0.7}}\n"
    with pytest.raises(ConfigError) as caught:
        parse_site(text + more + site, FILE)
    assert [(mistake.line, mistake.key) for mistake in caught.value.mistakes] == [
        (5, "windows[0].rules.shorts"),
        (7, "rules.vest"),
        (7, "rules.phone_use"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://admin:hunter2@10.0.0.1/x",
        "admin:hunter2@10.0.0.1",
        "//admin:hunter2@10.0.0.1",
        "concat:rtsp://admin:hunter2@10.0.0.1",
        "gopher://admin:hunter2@\u2100.example/x",
    ],
)
def test_a_barred_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_site(with_camera(f'url: "{url}"'), FILE)
    assert str(caught.value).startswith("hall.yaml:3: cameras[0].url: expected a URL that begins")
    assert "hunter2" not in str(caught.value)


def test_a_url_of_the_wrong_type_is_refused_without_repeating_it() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_site(with_camera("url: {password: hunter2}"), FILE)
    assert "cameras[0].url: expected text" in str(caught.value)
    assert "hunter2" not in str(caught.value)
