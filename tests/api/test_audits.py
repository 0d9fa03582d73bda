"""Audits over HTTP: what is taken, what is refused and why, and what becomes of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api.support import (
    AUDIT_ID,
    NOW,
    T0,
    Hall,
    assert_problem,
    bearer,
    make_event,
    open_hall,
)
from vision.audits import AuditPart, AuditStatus, Report
from vision.ports import Batch
from vision.testing.stores import MemoryStore

API = "/api/v1/audits"
VIDEO = ("a b.mp4", b"0123456789" * 1000, "video/mp4")


@pytest.fixture
def media(hall: Hall) -> Path:
    root = hall.app.state.services.settings.media_root
    (root / "notes.txt").touch()
    (root / "cam-1").mkdir()
    (root / "out").symlink_to("/etc")
    return Path(root)


def order(hall: Hall, key: str = "all", **body: Any) -> Any:
    return hall.client.post(API, headers=bearer(key), json=body)


def send(hall: Hall, files: list[Any], **fields: str) -> Any:
    parts = [("files", one) for one in files]
    return hall.client.post(API, headers=bearer("all"), files=parts, data=fields)


def uploads(hall: Hall) -> list[str]:
    folder = hall.app.state.services.settings.uploads_folder
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_footage_of_the_media_folder(hall: Hall, media: Path) -> None:
    answer = order(hall, paths=["a.mp4"], camera_id="cam-1", start="2026-11-02T09:00:00+08:00")
    assert answer.status_code == 202
    made = answer.json()
    assert answer.headers["location"] == f"{API}/{made['id']}"
    assert (made["status"], made["paths"], made["by"]) == ("queued", ["a.mp4"], "all")
    assert made["start"] == "2026-11-02T01:00:00.000Z"
    shown = hall.client.get(f"{API}/{made['id']}", headers=bearer("all")).json()
    assert shown == made
    assert hall.store.claim_audit(NOW, NOW).id == AUDIT_ID  # the older one first


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"paths": ["../hall.yaml"]}, "paths[0]"),
        ({"paths": ["a.mp4", "/etc/passwd"]}, "paths[1]"),
        ({"paths": ["out"]}, "paths[0]"),
        ({"paths": ["gone.mp4"]}, "paths[0]"),
        ({"paths": ["notes.txt"]}, "paths[0]"),
        ({"paths": ["a\u0000b"]}, "paths[0]"),
        ({"paths": []}, "paths"),
        ({"paths": ["a.mp4"], "camera_id": "cam-9"}, "camera_id"),
        ({"paths": ["a.mp4"], "start": "yesterday"}, "start"),
        ({"paths": ["a.mp4", "cam-1"], "start": "2026-11-02T09:00:00Z"}, "start"),
        ({"paths": ["a.mp4"], "name_pattern": "%Q"}, "name_pattern"),
        ({"paths": ["a.mp4"], "colour": "red"}, "colour"),
        ({}, "paths"),
    ],
)
def test_orders_that_do_not_fit(hall: Hall, media: Path, body: Any, name: str) -> None:
    problem = assert_problem(order(hall, **body), 422)
    assert problem["errors"][0]["name"] == name
    assert str(media) not in str(problem)
    assert len(hall.store.audits()) == 1


def test_what_is_not_there_and_what_is_out_of_reach_are_told_alike(hall: Hall, media: Path) -> None:
    told = {
        assert_problem(order(hall, paths=[path]), 422)["errors"][0]["problem"]
        for path in ("gone.mp4", "../hall.yaml", "../../../../etc/passwd", "out/passwd")
    }
    assert told == {"there is no such file or folder in the media folder"}


def test_footage_that_comes_along(hall: Hall) -> None:
    answer = send(hall, [VIDEO, ("C:\\videos\\b.mkv", b"x", "")], name_pattern="%Y%m%d")
    assert answer.status_code == 202
    made = answer.json()
    assert made["paths"] == ["a b.mp4", "b.mkv"]
    assert (made["uploaded"], made["name_pattern"]) == (True, "%Y%m%d")
    assert uploads(hall) == [f"{made['id']}/a b.mp4", f"{made['id']}/b.mkv"]
    folder = hall.app.state.services.settings.uploads_folder / made["id"]
    assert (folder / "a b.mp4").read_bytes() == VIDEO[1]
    cancelled = hall.client.post(f"{API}/{made['id']}/cancel", headers=bearer("all"))
    assert cancelled.json()["status"] == "cancelled"
    assert uploads(hall) == []


@pytest.mark.parametrize(
    ("files", "fields", "status"),
    [
        ([], {"camera_id": "cam-1"}, 415),
        ([("../../x.mp4.sh", b"", "")], {}, 422),
        ([("..mp4", b"", "")], {}, 422),
        ([(".mp4", b"", "")], {}, 422),
        ([("notes.txt", b"", "")], {}, 422),
        ([VIDEO, VIDEO], {}, 422),
        ([VIDEO], {"colour": "red"}, 422),
        ([VIDEO], {"camera_id": "cam-9"}, 422),
        ([VIDEO], {"name_pattern": "x" * 3000}, 422),
    ],
)
def test_uploads_that_are_refused_leave_nothing(
    hall: Hall, files: list[Any], fields: dict[str, str], status: int
) -> None:
    assert_problem(send(hall, files, **fields), status)
    assert uploads(hall) == []
    assert len(hall.store.audits()) == 1


def test_an_upload_that_is_too_large_leaves_nothing() -> None:
    hall = open_hall(MemoryStore(), most_upload_bytes=9_000)
    assert_problem(send(hall, [VIDEO]), 413)
    assert uploads(hall) == []
    assert_problem(order(hall, paths=["x" * 900] * 400), 413)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"x", 415),
        ("", b"x", 415),
        ("application/json", b"{", 422),
        ("application/json", b"\xff", 422),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Dispo", 400),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 422),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\nhalf',
            400,
        ),
    ],
)
def test_bodies_that_are_none(hall: Hall, kind: str, body: bytes, status: int) -> None:
    headers = bearer("all") | {"Content-Type": kind}
    assert_problem(hall.client.post(API, headers=headers, content=body), status)
    assert uploads(hall) == []


def test_a_disk_that_does_not_take_it_is_told(hall: Hall) -> None:
    folder = hall.app.state.services.settings.uploads_folder
    folder.write_text("in the way")
    problem = assert_problem(send(hall, [VIDEO]), 503)
    assert "cannot be stored" in problem["detail"]
    assert str(folder) not in str(problem)


@pytest.mark.parametrize(
    ("changes", "words"), [({"site": None}, "--site"), ({"media_root": None}, "--media-root")]
)
def test_what_is_missing_is_said(changes: Any, words: str) -> None:
    hall = open_hall(MemoryStore(), **changes)
    problem = assert_problem(order(hall, paths=["a.mp4"]), 409)
    assert words in problem["detail"]


def test_a_key_of_some_windows_orders_nothing(hall: Hall) -> None:
    assert_problem(order(hall, "one", paths=["a.mp4"]), 403)
    for path in (API, f"{API}/{AUDIT_ID}"):
        assert_problem(hall.client.get(path, headers=bearer("one")), 403)
    assert_problem(hall.client.post(f"{API}/{AUDIT_ID}/cancel", headers=bearer("one")), 403)


def test_progress(hall: Hall) -> None:
    hall.store.claim_audit(NOW, NOW)
    parts = (
        AuditPart("a.mp4", "running", 30.0, 60.0, 2, "run-a"),
        AuditPart("b.mp4", "failed", failure="b.mp4: not a video"),
    )
    hall.store.report_audit(AUDIT_ID, Report(parts, 10.0, NOW))
    found = hall.client.get(f"{API}/{AUDIT_ID}", headers=bearer("all")).json()
    assert (found["status"], found["progress"], found["speed"]) == ("running", 0.5, 10.0)
    assert (found["eta_s"], found["events"]) == (3.0, 2)
    assert found["inputs"][1]["failure"] == "b.mp4: not a video"
    asked = hall.client.post(f"{API}/{AUDIT_ID}/cancel", headers=bearer("all")).json()
    assert (asked["status"], asked["cancelling"]) == ("running", True)
    hall.store.end_audit(AUDIT_ID, AuditStatus.CANCELLED, NOW)
    again = hall.client.post(f"{API}/{AUDIT_ID}/cancel", headers=bearer("all"))
    assert "cancelled already" in assert_problem(again, 409)["detail"]


def test_the_list_goes_on_by_cursor(hall: Hall) -> None:
    for number in range(5):
        stored = hall.store.audit(AUDIT_ID)
        hall.store.save_audit(replace(stored, id=AUDIT_ID[:-1] + str(number), created_at=T0))
    seen: list[str] = []
    address: str | None = f"{API}?limit=2"
    while address:
        answer = hall.client.get(address, headers=bearer("all"))
        seen += [one["id"][-1] for one in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert seen == list("43210")


def test_events_of_one_run(hall: Hall) -> None:
    hall.store.commit(Batch([make_event(7, audit_id="run-a"), make_event(8, audit_id="run-b")]))
    found = hall.client.get("/api/v1/events?audit_id=run-a", headers=bearer("reader")).json()
    assert [event["id"] for event in found["items"]] == ["01J00007"]
