"""Changing a site file as text: what is not changed stays as it was written."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.config import parse_site
from vision.config.edit import changed_places, patched, rewritten, same
from vision.config.secrets import MASK, masked, still_masked, unmasked
from vision.config.yaml import parse_yaml

TEXT = """\
# the hall
site: {id: hall, name: 大厅}
calendar:
  service_hours:
    - {days: mon-fri, from: 13:30, to: "17:00"}   # afternoon
cameras:
  - {id: c1, url: "rtsp://admin:secret@10.0.0.9/s"}   # east
  - {id: c2, url: "${C2}"}
windows:
  # social insurance
  - id: A01
    camera: c1   # by name
    post: [[0.10, 0.22], [0.48, 0.22], [0.48, 0.95]]
    rules: {leaving_post: {dwell_s: 300}}
  - {id: A02, camera: c1, post: [[0, 0], [1, 0], [1, 1]]}
sinks:
  - {kind: webhook, id: w, url: "https://a.example/${TOKEN}", secret: hush}
  - {kind: mqtt, id: m, host: b.example, password: "${MQTT}"}
  - {kind: mqtt, id: n, host: b.example, password: hush}
"""


def document() -> Any:
    return parse_yaml(TEXT, Path("x"))[0]


def lines_changed(text: str) -> list[str]:
    return [line for line in text.splitlines() if line not in TEXT.splitlines()]


def set_post(site: Any) -> None:
    site["windows"][0]["post"] = [[0, 0.5], [1, 0], [1, 1]]


def add_rule(site: Any) -> None:
    site["windows"][0]["rules"]["smoking"] = {"enabled": False}


def drop_window(site: Any) -> None:
    del site["windows"][1]


def add_window(site: Any) -> None:
    site["windows"].append({"id": "A03", "camera": "c2", "post": [[0, 0], [1, 0], [1, 1]]})


def name_camera(site: Any) -> None:
    site["cameras"][1]["name"] = "yes: no"


def add_section(site: Any) -> None:
    site["scorecard"] = {"grace": 2}


@pytest.mark.parametrize(
    ("change", "expected", "places"),
    [
        (set_post, ["    post: [[0, 0.5], [1, 0], [1, 1]]"], ["windows[A01].post"]),
        (
            add_rule,
            ["    rules: {leaving_post: {dwell_s: 300}, smoking: {enabled: false}}"],
            ["windows[A01].rules.smoking"],
        ),
        (drop_window, [], ["windows[A02]"]),
        (
            add_window,
            ["  - id: A03", "    camera: c2", "    post: [[0, 0], [1, 0], [1, 1]]"],
            ["windows[A03]"],
        ),
        (name_camera, ["  - {id: c2, url: \"${C2}\", name: 'yes: no'}"], ["cameras[c2].name"]),
        (add_section, ["scorecard:", "  grace: 2"], ["scorecard"]),
    ],
)
def test_only_what_changes_is_written_anew(change: Any, expected: Any, places: Any) -> None:
    after = document()
    change(after)
    text = rewritten(TEXT, after)
    assert lines_changed(text) == expected
    assert text.count("#") == TEXT.count("#")
    assert same(parse_yaml(text, Path("x"))[0], after)
    assert changed_places(document(), after) == places


def test_another_order_and_aliases_are_written_all_the_same() -> None:
    turned = document()
    turned["windows"].reverse()
    assert same(parse_yaml(rewritten(TEXT, turned), Path("x"))[0], turned)
    assert changed_places(document(), turned) == ["windows"]
    shared = "one: &it {a: 1}\ntwo: *it\n"
    assert same(
        parse_yaml(rewritten(shared, {"one": {"a": 2}, "two": {"a": 1}}), Path("x"))[0],
        {"one": {"a": 2}, "two": {"a": 1}},
    )


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["on", "13:30", "1e3", "", "#"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a", "b"]), inner)
    ),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b", "windows"]), VALUES, min_size=1)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_any_document_becomes_any_other(before: Any, after: Any) -> None:
    text = rewritten("x: 1\n", before)
    assert same(parse_yaml(rewritten(text, after), Path("x"))[0], after)
    assert (changed_places(before, after) == []) == same(before, after)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"a": None}, {"b": {"c": 1}}),
        ({"b": {"d": 2}}, {"a": [1], "b": {"c": 1, "d": 2}}),
        ({"b": {"c": None}}, {"a": [1], "b": {}}),
        ({"a": [2]}, {"a": [2], "b": {"c": 1}}),
        ({"n": {"x": {"y": None, "z": 0}}}, {"a": [1], "b": {"c": 1}, "n": {"x": {"z": 0}}}),
        ([1], [1]),
    ],
)
def test_merge_patch(patch: Any, expected: Any) -> None:
    assert patched({"a": [1], "b": {"c": 1}}, patch) == expected


def test_secrets_are_masked_and_come_back() -> None:
    shown = masked(document(), parse_site(TEXT))
    assert [camera["url"] for camera in shown["cameras"]] == [MASK, "${C2}"]
    assert [(one.get("url"), one.get("secret"), one.get("password")) for one in shown["sinks"]] == [
        (MASK, MASK, None),
        (None, None, "${MQTT}"),
        (None, None, MASK),
    ]
    assert unmasked(shown, document()) == document()
    turned = copy.deepcopy(shown)
    turned["cameras"].reverse()
    assert unmasked(turned, document())["cameras"] == document()["cameras"][::-1]


def test_a_mask_without_a_secret_behind_it_is_found() -> None:
    shown = masked(document(), parse_site(TEXT))
    shown["cameras"].append({"id": "c3", "url": MASK})
    shown["sinks"][2]["host"] = "elsewhere.example"
    found = list(still_masked(unmasked(shown, document())))
    assert found == [("cameras", 2, "url"), ("sinks", 2, "password")]
