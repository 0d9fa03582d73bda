"""Pages for administrators: people, keys, the site file; and everybody's own password."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.people import save_person
from api.web import nav
from api.web.pages.audits import offered
from tests.api.support import T0, Hall
from vision.audits import AuditOrder, AuditPart, AuditRecord, AuditStatus
from vision.config import load_site
from vision.jobs.place import moved_since, view_key
from vision.ports import Batch, Checkpoint

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PASSWORD = "correct horse battery"


@pytest.fixture
def site(hall: Hall) -> Any:
    return hall.app.state.services.desk.file


class Browser:
    """Somebody who signed in."""

    def __init__(self, hall: Hall, name: str) -> None:
        self.client = TestClient(hall.app, headers=HTML, follow_redirects=False)
        signed = {"name": name, "password": PASSWORD, "next": "/"}
        assert self.client.post("/signin", data=signed).status_code == 303
        found = re.search(r'data-csrf="([^"]+)"', self.client.get("/").text)
        self.csrf = found[1] if found else ""

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        return self.client.post(path, data={"csrf": self.csrf} | fields)


@pytest.fixture
def boss(hall: Hall) -> Iterator[Browser]:
    save_person(hall.store, "boss", "admin", PASSWORD)
    browser = Browser(hall, "boss")
    with browser.client:
        yield browser


def test_people_are_made_changed_and_taken_away(hall: Hall, boss: Browser) -> None:
    new = {"name": "李雷", "role": "clerk", "windows": "A01, A02", "password": PASSWORD}
    assert boss.post("/people", **new).status_code == 303
    made = hall.store.account("李雷")
    assert (made.role, made.windows) == ("clerk", frozenset({"A01", "A02"}))
    theirs = Browser(hall, "李雷")
    changed = boss.post("/people", name="李雷", role="viewer", windows="", password="")
    assert changed.status_code == 303
    assert hall.store.account("李雷").windows is None
    assert theirs.get("/").status_code == 200
    boss.post("/people", **new | {"password": "another horse battery"})
    assert theirs.get("/").status_code == 303
    assert boss.post("/people/drop", name="李雷").status_code == 303
    assert hall.store.account("李雷") is None
    assert boss.post("/people/drop", name="李雷").status_code == 404
    assert PASSWORD not in repr(hall.log)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "a b"}, "letters, digits"),
        ({"role": "root"}, "expected a role"),
        ({"password": "short"}, "at least 12"),
        ({"password": ""}, "since it is new"),
        ({"name": "boss", "role": "viewer", "password": ""}, "last administrator"),
        ({"name": "boss", "role": "admin", "windows": "A01", "password": ""}, "last administrator"),
    ],
)
def test_what_is_refused_of_people(boss: Browser, fields: dict[str, str], words: str) -> None:
    usual = {"name": "li", "role": "viewer", "windows": "", "password": PASSWORD}
    answer = boss.post("/people", **usual | fields)
    assert answer.status_code == 422
    assert words in re.findall(r'role="alert">([^<]*)<', answer.text)[0].replace("&#39;", "'")


def test_the_last_administrator_stays(hall: Hall, boss: Browser) -> None:
    assert boss.post("/people/drop", name="boss").status_code == 422
    save_person(hall.store, "other", "admin", PASSWORD)
    assert boss.post("/people/drop", name="boss").status_code == 303
    assert boss.get("/").status_code == 303


def test_keys_are_told_once(hall: Hall, boss: Browser) -> None:
    answer = boss.post("/keys", name="wall", scope_read="1", windows="A02")
    key = re.search(r'<pre id="made"[^>]*>(dpk_[^<]+)</pre>', answer.text)
    assert key
    headers = {"Authorization": f"Bearer {key[1]}"}
    windows = hall.client.get("/api/v1/windows", headers=headers).json()["items"]
    assert [one["id"] for one in windows] == ["A02"]
    assert key[1] not in boss.get("/keys").text
    assert boss.post("/keys", name="wall", scope_read="1").status_code == 422
    assert boss.post("/keys", name="other").status_code == 422
    assert boss.post("/keys/drop", name="wall").status_code == 303
    assert hall.client.get("/api/v1/windows", headers=headers).status_code == 401


def test_own_password(hall: Hall, boss: Browser) -> None:
    new = "a new horse battery"
    for wrong in ({"old": "guess"}, {"again": "other"}, {"new": "short", "again": "short"}):
        fields = {"old": PASSWORD, "new": new, "again": new} | wrong
        assert boss.post("/account", **fields).status_code == 422
    assert boss.post("/account", old=PASSWORD, new=new, again=new).status_code == 303
    assert boss.get("/").status_code == 303
    signed = {"name": "boss", "password": new, "next": "/"}
    assert boss.client.post("/signin", data=signed).status_code == 303


def form_of(page: str) -> dict[str, str]:
    text = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)
    version = re.search(r'name="version" value="([^"]*)"', page)
    assert text
    assert version
    plain = text[1].replace("&#34;", '"').replace("&#39;", "'").replace("&gt;", ">")
    return {"text": plain, "version": version[1]}


def test_site_file_is_changed_and_its_secrets_stay(hall: Hall, boss: Browser, site: Any) -> None:
    form = form_of(boss.get("/settings").text)
    assert "secret" not in form["text"]
    changed = form | {"text": form["text"].replace("大厅", "新大厅").replace("\n", "\r\n")}
    checked = boss.post("/settings", **changed, do="check")
    assert checked.status_code == 200
    assert "site.name" in checked.text
    assert "新大厅" not in site.read_text("utf-8")
    assert boss.post("/settings", **changed, do="save").status_code == 303
    stored = load_site(site)
    assert stored.site.name == "新大厅"
    assert stored.cameras[0].stream_url() == "rtsp://user:secret@10.0.0.9/s"
    page = boss.get("/settings").text
    assert "site.name" in page[page.index("Changes") :]
    assert boss.post("/settings", **changed, do="save").status_code == 422


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("camera: cam-1, post", "camera: cam-9, post", 4, "no camera"),
        ("timezone: Asia/Shanghai", "timezone: Mars", 1, "expected a time zone"),
        ("{id: A02", "{id: A02, colour: red", 5, "unknown key"),
        ("windows:", "windows: [", 3, "not valid YAML"),
    ],
)
def test_mistakes_stand_at_their_line(
    boss: Browser, site: Any, old: str, new: str, line: int, words: str
) -> None:
    before = site.read_text("utf-8")
    form = form_of(boss.get("/settings").text)
    lines = [one for one in form["text"].split("\n") if one.strip()]
    wrong = "\n".join(lines).replace(old, new, 1)
    answer = boss.post("/settings", **form | {"text": wrong}, do="save")
    assert answer.status_code == 422
    told = re.search(r'role="alert">.*?</ol>', answer.text, re.S)
    assert told
    assert words in told[0]
    expected = next(n for n, text in enumerate(wrong.split("\n"), 1) if new.split()[0] in text)
    assert int(re.findall(r'data-line="(\d+)"', told[0])[0]) >= min(expected, line)
    assert new.split("\n")[0] in form_of(answer.text)["text"]
    assert site.read_text("utf-8") == before


@pytest.mark.parametrize("path", ["/people", "/keys", "/settings"])
@pytest.mark.parametrize(("role", "windows"), [("reviewer", None), ("admin", {"A01"})])
def test_not_for_others(
    hall: Hall, boss: Browser, path: str, role: str, windows: set[str] | None
) -> None:
    reach = frozenset(windows) if windows else None
    save_person(hall.store, "li", role, PASSWORD, reach)
    theirs = Browser(hall, "li")
    fields = {"name": "x", "role": "admin", "password": PASSWORD, "scope_read": "1", "text": "x"}
    assert theirs.post(path, **fields).status_code == 403
    assert boss.client.post(path, data=fields | {"csrf": "guess"}).status_code == 403
    assert hall.store.account("x") is None


def test_audits_tell_progress_failures_and_where_their_events_are(
    hall: Hall, boss: Browser
) -> None:
    order = AuditOrder("boss", ("day",), camera_id="cam-1")
    parts = (
        AuditPart("day/a.mp4", "done", 60, 60, 2, "RUN1"),
        AuditPart("day/b.mp4", "failed", failure="b.mp4: not a video"),
        AuditPart("day/c.mp4", "running", 15, 60),
    )
    running = AuditRecord("01J" + "0" * 23, T0, order, AuditStatus.RUNNING, parts, 5.0)
    hall.store.save_audit(running)
    page = boss.get("/audits").text
    for text in (
        "62 %", "5.0 x real time", "9 s left", "b.mp4: not a video",
        'href="/events?audit_id=RUN1"', f'data-cancel="{running.id}"', "data-active",
    ):  # fmt: skip
        assert text in page, text
    hall.store.save_audit(replace(running, status=AuditStatus.DONE, finished_at=T0))
    assert f'data-cancel="{running.id}"' not in boss.get("/audits/list").text
    assert boss.get("/events?audit_id=RUN1").status_code == 200


def test_offered_footage(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MKV", "notes.txt", ".hidden.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "cam-03").mkdir()
    assert offered(tmp_path) == ["a.MKV", "b.mp4", "cam-03"]
    assert offered(tmp_path / "none") == offered(None) == []


def test_tabs_show_only_what_is_within_reach(hall: Hall, boss: Browser) -> None:
    save_person(hall.store, "li", "viewer", PASSWORD)
    theirs = Browser(hall, "li").get("/posts").text
    assert 'href="/people"' in boss.get("/posts").text
    assert 'href="/people"' not in theirs


@pytest.mark.parametrize(
    ("here", "section", "tab"),
    [("/", "hall", None), ("/events/01J", "events", None), ("/checks?x=1", "review", "checks")],
)
def test_where_one_is(hall: Hall, here: str, section: str, tab: str | None) -> None:
    principal = hall.app.state.services.gate.by_key("dpk_key-of-all-0123456789")
    assert [one.key for one in nav.sections(principal, here) if one.current] == [section]
    assert next((one.key for one in nav.tabs(principal, here) if one.current), None) == tab


def test_a_moved_camera_is_acknowledged_on_its_page_by_administrators_only(
    hall: Hall, boss: Browser
) -> None:
    path = "/cameras/cam-1/acknowledge"
    assert "acknowledge" not in boss.get("/coverage").text
    hall.store.commit(Batch(checkpoint=Checkpoint(view_key("cam-1"), T0, "")))
    assert path in boss.get("/coverage").text
    save_person(hall.store, "li", "reviewer", PASSWORD)
    li = Browser(hall, "li")
    assert "acknowledge" not in li.get("/coverage").text
    assert "The posts still fit" not in li.get("/coverage").text
    assert li.post(path).status_code == 403
    assert boss.post(path, csrf="x").status_code == 403
    assert moved_since("cam-1", hall.store) == T0
    assert boss.post("/cameras/cam-9/acknowledge").status_code == 404
    done = boss.post(path)
    assert (done.status_code, done.headers["location"]) == (303, "/coverage")
    assert moved_since("cam-1", hall.store) is None
    assert boss.post(path).status_code == 409
