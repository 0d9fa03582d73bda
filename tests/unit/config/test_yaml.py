"""What YAML is accepted, and how other files are refused."""

import time
from pathlib import Path

import pytest

from tests.unit.config.site_files import BASE
from vision.config import load_site, parse_site
from vision.config.yaml import MAX_BYTES, dotted, line_of, parse_yaml
from vision.errors import ConfigError

FILE = Path("hall.yaml")
NINE = "[" + ", ".join(["*{0}"] * 9) + "]"
LAUGHS = 'a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]\n' + "".join(
    f"{name}: &{name} {NINE.format(before)}\n"
    for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "hall.yaml: the file is empty"),
        ("# nothing yet\n", "hall.yaml: the file is empty"),
        ("null\n", "hall.yaml:1: expected keys with values, got nothing"),
        ("- a\n", "hall.yaml:1: expected keys with values, got a list"),
        ("hello\n", "hall.yaml:1: expected keys with values, got text"),
        (
            BASE + "x: !!python/object/apply:os.system [ls]\n",
            "hall.yaml:6: not valid YAML: the tag",
        ),
        (BASE + "x: !here {}\n", "the tag '!here' is not allowed; write the plain value"),
        (BASE + "x: !!binary aGVsbG8=\n", "is not allowed; write the plain value"),
        (BASE + "---\n" + BASE, "hall.yaml:6: not valid YAML: but found another document"),
        (BASE + "\tx: 1\n", "hall.yaml:6: not valid YAML: indent with spaces, not with tabs"),
        (BASE + "rules: {a\n", "hall.yaml:7: not valid YAML: expected ',' or '}'"),
        (BASE + "x: \x07\n", "hall.yaml:6: not valid YAML: the character U+0007"),
        (BASE + "? [a, b]\n: c\n", "hall.yaml:6: not valid YAML: found unhashable key"),
        (BASE + "x: *nowhere\n", "hall.yaml:6: not valid YAML: found undefined alias"),
        (LAUGHS, "aliases (*) make the document too large"),
        ("site: &a {id: *a}\n", "aliases (*) make the document too large"),
        ("&a [*a]\n", "aliases (*) make the document too large"),
        ("[" * 100_000, "hall.yaml:1: not valid YAML: nested deeper than 40 levels"),
        ("{a: " * 5000 + "1" + "}" * 5000, "nested deeper than 40 levels"),
        ("- " * 5000 + "a", "nested deeper than 40 levels"),
    ],
)
def test_other_files_are_refused_quickly(text: str, expected: str) -> None:
    began_s = time.monotonic()
    with pytest.raises(ConfigError, match=r".") as caught:
        parse_site(text, FILE)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13:30", "13:30"),
        ("on", "on"),
        ("no", "no"),
        ("NO", "NO"),
        ("2026-11-02", "2026-11-02"),
        ("010", 10),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("true", True),
        ("~", None),
        ("", None),
        ('"5"', "5"),
    ],
)
def test_plain_values_follow_yaml_1_2(text: str, value: object) -> None:
    document, _ = parse_yaml(f"x: {text}\n", FILE)
    assert document == {"x": value}
    assert type(document["x"]) is type(value)


def test_an_alias_may_repeat_a_value() -> None:
    text = BASE.replace("post: [", "post: &post [")
    site = parse_site(text + "  - {id: A02, camera: cam-1, post: *post}\n", FILE)
    assert site.windows[0].post == site.windows[1].post


def test_lines_are_those_of_keys_and_items() -> None:
    _, lines = parse_yaml("a:\n  - b: 1\n    c: 2\n  -\n    b: 3\n", FILE)
    assert [line_of(path, lines) for path in [("a", 0, "c"), ("a", 1, "b"), ("a", 1, "none")]] == [
        3,
        5,
        5,
    ]
    assert line_of(("nowhere",), lines) == 1


def test_paths_are_shown_as_in_code() -> None:
    assert dotted(("windows", 0, "post", 2, 1)) == "windows[0].post[2][1]"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"site: {id: \xff\xfe}", "expected UTF-8 text"),
        ("站点: 遂宁".encode("gbk"), "expected UTF-8 text"),
        (b"#" * (MAX_BYTES + 1), "bytes are too many for a file of settings"),
    ],
)
def test_other_bytes_are_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "hall.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_site(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert expected in str(caught.value)


@pytest.mark.parametrize(("name", "why"), [("none.yaml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(ConfigError, match=f"cannot be read: {why}"):
        load_site(tmp_path / name)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "hall.yaml"
    file.write_text(BASE, encoding="utf-8-sig")
    assert load_site(file).site.name == "大厅"
