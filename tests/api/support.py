"""One service over stores in memory, with two windows, a key of every kind and a few events."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from api.access import digest
from api.app import create_app
from api.settings import ServiceSettings
from vision.access import AccessKey
from vision.audits import AuditOrder, AuditRecord
from vision.config import SiteConfig, parse_site
from vision.ports import Batch, WindowState
from vision.sources.live import CameraState, Health
from vision.spotchecks import SpotCheck
from vision.testing.live import StillCamera
from vision.testing.stores import MemoryEvidence
from vision.types import (
    Coverage,
    Event,
    EventStatus,
    Evidence,
    Exemption,
    ExemptionKind,
    Frame,
    Provenance,
)

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AUDIT_ID = "01J0000000000000000000AVD1"
NOW = T0 + timedelta(hours=3)
PICTURE = b"\xff\xd8\xff\xe0 a picture"
WORKPLACE = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, WORKPLACE)
GREY = np.full((90, 160, 3), 128, np.uint8)
SITE = """
site: {id: hall, name: 大厅, timezone: Asia/Shanghai}
cameras: [{id: cam-1, url: "rtsp://user:secret@10.0.0.9/s"}]
windows:
  - {id: A01, name: 社保 1 号窗口, camera: cam-1, post: [[0.1,0.2],[0.4,0.2],[0.4,0.9],[0.1,0.9]]}
  - {id: A02, camera: cam-1, post: [[0.5,0.2],[0.9,0.2],[0.9,0.9],[0.5,0.9]]}
"""
KEYS = {
    "all": ("read", "appeal", "review", "admin"),
    "reader": ("read",),
    "appellant": ("appeal",),
    "reviewer": ("review",),
    "admin": ("admin",),
    "none": (),
}


def key_of(name: str) -> str:
    return f"dpk_key-of-{name}-0123456789"


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key_of(name)}"}


def make_event(number: int, **changes: Any) -> Event:
    started = T0 + timedelta(seconds=60 * number)
    values: dict[str, Any] = {
        "id": f"01J{number:05d}",
        "window_id": "A01",
        "camera_id": "cam-1",
        "rule_id": "phone_use",
        "status": EventStatus.CLOSED,
        "started_at": started,
        "confirmed_at": started + timedelta(seconds=10),
        "ended_at": started + timedelta(seconds=40),
        "end_reason": "cleared",
        "score": 0.87,
        "reason": "phone_in_hand",
        "measured": {"distance_norm": 0.2, "limit": 0.5},
        "clauses": ("SZ 一.(一)",),
        "provenance": Provenance("d" * 64, "p" * 64, "c" * 64, "0.1.0", 1, "cam-1"),
    }
    return Event(**(values | changes))


@dataclass(frozen=True)
class Hall:
    """A service under test."""

    app: FastAPI
    client: TestClient
    store: Any
    evidence: Any
    log: list[Any]


def fill(store: Any, evidence: Any) -> None:
    sha256 = evidence.put(PICTURE)
    shown = (Evidence("snapshot", T0, sha256, "image/jpeg"),)
    open_one: dict[str, Any] = {
        "status": EventStatus.OPEN,
        "ended_at": None,
        "end_reason": None,
        "rule_id": "leaving_post",
    }
    events = [
        make_event(1, evidence=shown),
        make_event(2, window_id="A02", score=0.4),
        make_event(3, **open_one),
    ]
    coverage = [
        Coverage(
            window, "phone_use", T0 + timedelta(hours=hour), 3600, 3000, 500, 100, {"dark": 500}
        )
        for window in ("A01", "A02")
        for hour in (0, 1)
    ]
    states = [
        WindowState("A01", T0, "absent", "", {"leaving_post": ("violation", 0.9, "nobody")}),
        WindowState("B09", T0, "unknown", "dark"),
    ]
    store.commit(Batch(events, coverage, states))
    later = T0 + timedelta(minutes=30)
    span = (later, later + timedelta(minutes=2))
    allowed = (T0 + timedelta(hours=2), T0 + timedelta(hours=4))
    kind = ExemptionKind.APPROVED_ABSENCE
    store.add_exemption(Exemption("01E", "A01", kind, *allowed, "体检", "王主任", T0, "li"))
    store.save_spot_checks([SpotCheck("01C", "A01", "cam-1", "vest", *span, T0, "li", 0)])
    store.save_audit(AuditRecord(AUDIT_ID, T0, AuditOrder("all", ("cam-1",))))
    for name, scopes in KEYS.items():
        store.save_access_key(AccessKey(name, digest(key_of(name)), scopes))
    one_window = AccessKey("one", digest(key_of("one")), KEYS["all"], frozenset({"A02"}))
    store.save_access_key(one_window)


def open_hall(store: Any, report: Any = None, evidence: Any = None, **changes: Any) -> Hall:
    evidence = evidence or MemoryEvidence()
    fill(store, evidence)
    lines: list[Any] = []
    log = structlog.wrap_logger(
        structlog.testing.ReturnLogger(),
        processors=[_kept_in(lines)],
        wrapper_class=structlog.BoundLogger,
    )
    folder = Path(tempfile.mkdtemp(dir=WORKPLACE))
    (folder / "hall.yaml").write_text(SITE, encoding="utf-8")
    (folder / "media").mkdir()
    (folder / "media" / "a.mp4").write_bytes(b"no video")
    places = {
        "evidence": folder / "evidence",
        "site": folder / "hall.yaml",
        "media_root": folder / "media",
    } | changes
    settings = ServiceSettings(db="unused.db", **places)
    app = create_app(
        settings,
        store,
        evidence,
        site() if settings.site else None,
        view_report=lambda _: report or {},
        now=lambda: NOW,
        log=log,
        live=StillCamera({"cam-1": Health(CameraState.LIVE)}, Frame("cam-1", T0, GREY)),
    )
    client = TestClient(app, raise_server_exceptions=False)
    return Hall(app, client, store, evidence, lines)


def site() -> SiteConfig:
    return parse_site(SITE)


def _kept_in(lines: list[Any]) -> Any:
    def keep(_logger: Any, level: str, line: Any) -> str:
        lines.append(dict(line) | {"level": level})
        return ""

    return keep


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every (method, path) of the application, in the schema or not."""
    found = iter_route_contexts(app.routes)
    return sorted(
        (method, route.path)
        for route in found
        for method in (route.methods or ())
        if isinstance(route.original_route, APIRoute)
    )


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    """Every error, wherever it comes from, has this one shape."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert list(body) == ["type", "title", "status", "detail", "instance", "errors"]
    assert body["status"] == status
    assert body["type"].startswith("urn:deportment:problem:")
    assert body["instance"].startswith("urn:deportment:request:")
    return body
