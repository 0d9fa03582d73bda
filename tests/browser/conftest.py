"""A served hall and a headless Chromium: ``pytest tests/browser``.

Needs the package ``playwright`` (extra ``browser``) and a Chromium on the PATH (``apt-get install
chromium``); where one is missing every test here is skipped and says which.
"""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.people import save_person
from tests.api.support import NOW, make_event, open_hall
from vision.evidence import FileEvidenceStore
from vision.ports import Batch, WindowState
from vision.store import SqlStore

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PASSWORD = "correct horse battery"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class Served:
    """A running service."""

    url: str
    store: SqlStore
    site: Path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with SqlStore(str(tmp_path / "events.db")) as store:
        hall = open_hall(store, evidence=FileEvidenceStore(tmp_path / "evidence"))
        for name, role in (
            ("li", "reviewer"),
            ("wu", "reviewer"),
            ("wang", "clerk"),
            ("boss", "admin"),
        ):
            save_person(store, name, role, PASSWORD)
        store.commit(Batch(states=[WindowState("A02", NOW, "present", "")]))
        server = uvicorn.Server(uvicorn.Config(hall.app, port=0, log_config=None))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.05)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield Served(f"http://127.0.0.1:{port}", store, hall.app.state.services.desk.file)
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    reason = "playwright is not installed"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH")
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class People:
    """Opens a signed-in page for whoever is asked for."""

    browser: Any
    served: Served
    lang: str

    def page(self, name: str, path: str = "/") -> Any:
        size = {"width": 1280, "height": 800}
        context = self.browser.new_context(locale=LOCALES[self.lang], viewport=size)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.served.url}{path}")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("form:has(input[name=password][autocomplete=current-password]) button.main")
        page.wait_for_url(f"{self.served.url}{path}")
        return page


@pytest.fixture(params=["zh", "en"])
def people(request: pytest.FixtureRequest, chromium: Any, served: Served) -> Iterator[People]:
    yield People(chromium, served, request.param)
    for context in chromium.contexts:
        context.close()


def late_event(number: int, **changes: Any) -> Batch:
    return Batch([make_event(number, **changes)])
