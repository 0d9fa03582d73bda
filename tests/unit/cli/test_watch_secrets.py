"""A whole live process, with cameras whose passwords must appear nowhere that anybody can look."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.cameras import http_camera, rtsp_redirector

KEY = "live-process-key-0123456789"
SECRETS = ("pa55-good", "pa55-away", "pa55-nobody", "pa55-query", "pa55%40", "pa55@")
ANSWERS = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/cameras",
    "/api/v1/cameras/good",
    "/api/v1/cameras/away/snapshot",
    "/api/v1/cameras/nobody/snapshot",
    "/api/v1/cameras/nobody/%00",
    "/api/v1/site",
    "/api/v1/windows/Wgood",
    "/coverage",
)


def site_text(cameras):
    listed = "\n".join(f'  - {{id: {name}, url: "{url}"}}' for name, url in cameras.items())
    windows = "\n".join(
        f"  - {{id: W{name}, camera: {name}, post: [[0,0],[1,0],[1,1],[0,1]]}}" for name in cameras
    )
    return f"site: {{id: s}}\ncameras:\n{listed}\nwindows:\n{windows}\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Service:
    """``deportment watch`` in a process of its own."""

    def __init__(self, folder, environment):
        self.port, self.folder = free_port(), folder
        program = "from vision.cli.main import main; main()"
        command = [sys.executable, "-c", program, "watch", "--site", str(folder / "site.yaml")]
        command += ["--db", str(folder / "e.db"), "--port", str(self.port)]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | environment
            )

    def answer(self, path):
        headers = {"Authorization": f"Bearer {KEY}"}
        try:
            with urlopen(
                Request(f"http://127.0.0.1:{self.port}{path}", headers=headers), timeout=30
            ) as found:
                return f"{found.headers}{found.read().decode('utf-8', 'replace')}"
        except HTTPError as error:
            with error:
                return f"{error.headers}{error.read().decode('utf-8', 'replace')}"
        except (URLError, ConnectionError, TimeoutError):
            return ""

    def states(self):
        found = re.search(r"\{.*\}", self.answer("/api/v1/cameras"), re.DOTALL)
        items = json.loads(found[0])["items"] if found else []
        return {one["id"]: (one["state"], one["reason"]) for one in items}

    def titles(self):
        """Command line and names of all threads, as ``ps`` shows them."""
        proc = Path(f"/proc/{self.process.pid}")
        names = [one.read_text() for one in proc.glob("task/*/comm")]
        return (proc / "cmdline").read_text() + "".join(names)


@contextmanager
def running(folder, environment):
    service = Service(folder, environment)
    try:
        yield service
    finally:
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(30)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_passwords_of_cameras_appear_nowhere(tmp_path):
    with http_camera() as base, rtsp_redirector("rtsp://127.0.0.1:9/", "DESCRIBE") as away:
        cameras = {
            "good": f"{base.replace('//', '//admin:pa55-good@')}/mjpeg?password=pa55-query",
            "away": f"rtsp://admin:pa55-away@127.0.0.1:{away.port}/cam",
            "nobody": "${NOBODY_URL}",
        }
        (tmp_path / "site.yaml").write_text(site_text(cameras))
        environment = {
            "DEPORTMENT_API_KEY": KEY,
            "NOBODY_URL": "rtsp://admin:pa55%40-pa55-nobody@127.0.0.1:9/pwd=pa55-query",
        }
        expected = {
            "good": ("live", None),
            "away": ("lost", "redirected"),
            "nobody": ("lost", "refused"),
        }
        with running(tmp_path, environment) as service:
            until_s = time.monotonic() + 120
            while service.states() != expected and time.monotonic() < until_s:
                time.sleep(0.5)
            assert service.states() == expected
            shown = {path: service.answer(path) for path in ANSWERS}
            shown["titles"] = service.titles()
    assert service.process.returncode == 0
    assert all(shown.values())
    for file in tmp_path.glob("*"):
        if file.is_file() and file.name != "site.yaml":
            shown[file.name] = file.read_bytes().decode("latin-1")
    assert "redirected" in shown["log"]
    found = [(place, one) for place, text in shown.items() for one in SECRETS if one in text]
    assert found == []
