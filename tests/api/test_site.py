"""The site over HTTP: checked as on the command line, changed by one at a time, never half."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.support import NOW, SITE, Hall, assert_problem, bearer, open_hall
from vision.config import load_site
from vision.errors import Conflict
from vision.sitebook import SiteBook
from vision.testing.stores import MemoryStore

API = "/api/v1/site"
POST = [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]


@pytest.fixture
def file(hall: Hall) -> Path:
    found = hall.app.state.services.desk.file
    assert isinstance(found, Path)
    return found


def get(hall: Hall, path: str = "") -> Any:
    return hall.client.get(API + path, headers=bearer("all"))


def change(hall: Hall, wanted: Any, tag: str | None = "*", path: str = "", query: str = "") -> Any:
    headers = bearer("all") | ({"If-Match": tag} if tag else {})
    ask = hall.client.patch if path else hall.client.put
    return ask(API + path + query, headers=headers, json=wanted)


def test_the_site_without_its_secrets(hall: Hall, file: Path) -> None:
    answer = get(hall)
    assert answer.json()["windows"][1]["id"] == "A02"
    assert answer.json()["cameras"] == [{"id": "cam-1", "url": "********"}]
    assert "secret" not in answer.text
    assert str(file.parent) not in answer.text


def test_a_post_is_changed_and_taken_on(hall: Hall, file: Path) -> None:
    tag = get(hall).headers["etag"]
    answer = change(hall, {"post": POST}, tag, "/windows/A01")
    assert answer.status_code == 200
    assert answer.json()["post"] == POST
    assert answer.headers["etag"] == get(hall).headers["etag"] != tag
    seen = hall.client.get("/api/v1/windows/A01", headers=bearer("reader")).json()
    assert seen["post"] == POST
    assert "rtsp://user:secret@10.0.0.9/s" in file.read_text("utf-8")
    assert load_site(file).windows[0].name == "社保 1 号窗口"
    assert hall.app.state.services.live.reloads == 1
    told = [line for line in hall.log if line["event"] == "site_changed"]
    assert [line["places"] for line in told] == [["windows[A01].post"]]


def test_the_file_is_read_anew(hall: Hall, file: Path) -> None:
    file.write_text(SITE.replace("社保 1 号窗口", "by hand"), "utf-8")
    answer = hall.client.post(f"{API}/reload", headers=bearer("all"))
    assert answer.status_code == 202
    assert answer.json()["windows"][0]["name"] == "by hand"
    assert "secret" not in answer.text
    assert hall.app.state.services.live.reloads == 1
    file.write_text("cameras: 7", "utf-8")
    assert_problem(hall.client.post(f"{API}/reload", headers=bearer("all")), 422)
    assert hall.app.state.services.live.reloads == 1
    assert_problem(hall.client.post(f"{API}/reload", headers=bearer("reader")), 403)


def test_a_rule_is_set_and_taken_out_again(hall: Hall) -> None:
    rules = {"rules": {"smoking": {"enabled": False}, "phone_use": {"dwell_s": 20}}}
    change(hall, rules, path="/windows/A01")
    answer = change(hall, {"rules": {"phone_use": None}, "name": None}, path="/windows/A01")
    assert answer.json()["rules"] == {"smoking": {"enabled": False}}
    assert "name" not in answer.json()


def test_the_whole_site_is_changed(hall: Hall, file: Path) -> None:
    site = get(hall).json()
    site["windows"].append({"id": "A03", "camera": "cam-1", "post": POST})
    assert change(hall, site, get(hall).headers["etag"]).status_code == 200
    assert [window.id for window in load_site(file).windows] == ["A01", "A02", "A03"]
    assert "rtsp://user:secret@10.0.0.9/s" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("wanted", "name", "words", "line"),
    [
        ({"post": [[0, 0], [2, 0], [1, 1]]}, "windows[0].post", "[0, 1], got [2.0, 0.0]", 5),
        ({"post": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "windows[0].post", "crosses", 5),
        ({"colour": "red"}, "windows[0].colour", "unknown key", 5),
        ({"camera": "cam-9"}, "windows[0].camera", "no camera 'cam-9'", 5),
        ({"rules": {"smokin": {}}}, "windows[0].rules.smokin", "did you mean 'smoking'?", 5),
        ({"staff_quota": 0}, "windows[0].staff_quota", "at least 1", 5),
        ({"post": None}, "windows[0].post", "this key is missing", 5),
    ],
)
def test_mistakes_are_named_like_on_the_command_line(
    hall: Hall, file: Path, wanted: Any, name: str, words: str, line: int
) -> None:
    before = file.read_bytes()
    fault = assert_problem(change(hall, wanted, path="/windows/A01"), 422)["errors"][0]
    assert fault["name"] == name or fault["name"].startswith(f"{name}[")
    assert words in fault["problem"]
    assert abs(fault["line"] - line) <= 1
    assert file.read_bytes() == before


def test_a_try_changes_nothing(hall: Hall, file: Path) -> None:
    before = file.read_bytes()
    tried = change(hall, {"post": POST}, path="/windows/A01", query="?dry_run=true")
    assert (tried.status_code, tried.json()["post"]) == (200, POST)
    wrong = change(hall, {"post": []}, path="/windows/A01", query="?dry_run=true")
    assert_problem(wrong, 422)
    assert file.read_bytes() == before
    assert hall.app.state.services.live.reloads == 0


def test_a_change_needs_the_present_version(hall: Hall, file: Path) -> None:
    tag = get(hall).headers["etag"]
    assert_problem(change(hall, {"post": POST}, None, "/windows/A01"), 428)
    assert change(hall, {"post": POST}, tag, "/windows/A01").status_code == 200
    assert_problem(change(hall, {"name": "late"}, tag, "/windows/A01"), 412)
    file.write_text(SITE, "utf-8")  # by hand
    assert change(hall, {"post": POST}, tag, "/windows/A01").status_code == 200


def test_of_many_at_once_one_wins(hall: Hall) -> None:
    tag = get(hall).headers["etag"]
    with ThreadPoolExecutor(6) as people:
        names = [f"name {number}" for number in range(6)]
        found = list(people.map(lambda n: change(hall, {"name": n}, tag, "/windows/A01"), names))
    assert sorted(answer.status_code for answer in found) == [200, *[412] * 5]


def test_history(hall: Hall, file: Path) -> None:
    assert get(hall, "/history").json()["items"] == []
    first = get(hall).headers["etag"].strip('"')
    change(hall, {"post": POST}, path="/windows/A01")
    change(hall, {"post": POST}, path="/windows/A01")  # changes nothing
    items = get(hall, "/history").json()["items"]
    assert [(one["by"], one["changed"]) for one in items] == [
        ("all", ["windows[A01].post"]),
        (None, []),
    ]
    assert items[1]["version"] == first
    old = get(hall, f"/history/{first}")
    assert old.json()["windows"][0]["post"][0] == [0.1, 0.2]
    assert "secret" not in old.text
    assert change(hall, old.json()).status_code == 200
    assert load_site(file) == load_site(file)
    assert_problem(get(hall, f"/history/{'0' * 64}"), 404)
    folder = file.with_name("hall.yaml.history")
    assert folder.stat().st_mode & 0o077 == 0
    assert {page.stat().st_mode & 0o077 for page in folder.glob("*.yaml")} == {0}


def test_a_mask_that_stands_for_nothing(hall: Hall) -> None:
    site = get(hall).json()
    site["cameras"].append({"id": "cam-2", "url": "********"})
    fault = assert_problem(change(hall, site), 422)["errors"][0]
    assert fault["name"] == "cameras[1].url"


def test_whoever_sees_one_window_changes_no_other(hall: Hall) -> None:
    headers = bearer("one") | {"If-Match": "*"}
    assert hall.client.patch(f"{API}/windows/A02", headers=headers, json={}).status_code == 200
    assert_problem(hall.client.patch(f"{API}/windows/A01", headers=headers, json={}), 404)
    assert_problem(hall.client.put(API, headers=headers, json={}), 403)
    for path in ("", "/history", f"/history/{'0' * 64}"):
        assert_problem(hall.client.get(API + path, headers=headers), 403)


def test_an_id_stays(hall: Hall) -> None:
    assert_problem(change(hall, {"id": "A09"}, path="/windows/A01"), 422)
    assert_problem(change(hall, {}, path="/windows/A09"), 404)


def test_without_a_site_file() -> None:
    hall = open_hall(MemoryStore(), site=None)
    for answer in (get(hall), change(hall, {}), get(hall, "/history")):
        body = assert_problem(answer, 409)
        assert "--site" in body["detail"]


def test_a_hand_that_breaks_the_file_breaks_no_answer(hall: Hall, file: Path) -> None:
    file.write_text("site: [", "utf-8")
    hall.app.state.services.desk.look()
    seen = hall.client.get("/api/v1/windows/A01", headers=bearer("reader"))
    assert seen.status_code == 200
    fault = assert_problem(get(hall), 422)["errors"][0]
    assert fault["line"] == 1


def test_a_file_that_cannot_be_written_stays_whole(tmp_path: Path) -> None:
    file = tmp_path / "gone" / "hall.yaml"
    with pytest.raises(Conflict, match="cannot be written: No such file"):
        SiteBook(file, lambda: NOW).write("*", "li", lambda one: one)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "hall.yaml"
    real.write_text(SITE, "utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    SiteBook(link, lambda: NOW).write("*", "li", lambda one: {**one, "rules": {}})
    assert link.is_symlink()
    assert real.read_text("utf-8").endswith("rules: {}\n")
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.fixture(scope="module")
def one_hall() -> Iterator[Hall]:
    made = open_hall(MemoryStore())
    with made.client:
        yield made


KEYS = st.sampled_from(["post", "rules", "name", "camera", "public", "staff_quota", "x\x00", "é"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from([POST, "********", {"smoking": {"dwell_s": 5}}]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner),
    max_leaves=10,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.dictionaries(KEYS, JSON, max_size=4))
def test_no_patch_breaks_the_file(one_hall: Hall, patch: dict[str, Any]) -> None:
    body = json.dumps(patch).encode()
    headers = bearer("all") | {"If-Match": "*", "Content-Type": "application/json"}
    answer = one_hall.client.patch(f"{API}/windows/A01", headers=headers, content=body)
    assert answer.status_code in (200, 422)
    load_site(one_hall.app.state.services.desk.file)
