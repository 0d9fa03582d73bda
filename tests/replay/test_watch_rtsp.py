"""``deportment watch`` as a user runs it, with a real RTSP camera that asks for a password."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.cameras import needs_rtsp, rtsp_camera
from vision.errors import ModelError
from vision.registry import Registry

PASSWORD, KEY = "s3cr3t-camera", "k" * 20
SITE = """
site: {id: s}
cameras: [{id: c, url: "${CAM}", sampling: {mode: fps, fps: 2}}]
windows: [{id: A, camera: c, post: [[0,0],[1,0],[1,1],[0,1]]}]
rules: {leaving_post: {dwell_s: 3600}}
"""
COMMAND = [sys.executable, "-c", "from vision.cli.main import main; main()", "watch"]


def models_are_there():
    try:
        registry = Registry.load()
        return all(registry.verified(registry.default(role)) for role in ("detector", "pose"))
    except ModelError:
        return False


pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(not models_are_there(), reason="needs the models: deportment weights pull"),
    needs_rtsp,
]


class Running:
    def __init__(self, folder, url):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        (folder / "site.yaml").write_text(SITE)
        self._log = folder / "log.jsonl"
        environment = os.environ | {"CAM": url, "DEPORTMENT_API_KEY": KEY}
        options = ["--site", "site.yaml", "--db", "e.db", "--port", str(self.port)]
        root = str(Path(__file__).parents[2])
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                COMMAND + options, cwd=folder, stderr=log, stdout=log,
                env=environment | {"PYTHONPATH": root},
            )  # fmt: skip

    def log(self):
        return self._log.read_text(encoding="utf-8")

    def ask(self, path):
        headers = {"Authorization": f"Bearer {KEY}"}
        with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)) as answer:
            return answer.read().decode()

    def state(self):
        try:
            return json.loads(self.ask("/api/v1/windows/A/state"))
        except URLError:
            return {}

    def lost(self):
        return self.state().get("reason", "lost") == "lost"

    def events_in_log(self):
        return [json.loads(line)["event"] for line in self.log().splitlines() if line[0] == "{"]

    def wait_for(self, true, longest_s=90):
        until_s = time.monotonic() + longest_s
        while not true() and time.monotonic() < until_s:
            assert self.process.poll() is None, self.log()
            time.sleep(0.2)
        assert true(), self.state()


def test_a_camera_is_lost_and_found_and_its_password_shows_nowhere(tmp_path):
    with rtsp_camera("--login", f"viewer:{PASSWORD}") as camera:
        running = Running(tmp_path, camera.url(f"viewer:{PASSWORD}"))
        try:
            running.wait_for(lambda: not running.lost())
            camera.stall()
            running.wait_for(running.lost)
            metrics = running.ask("/metrics")
            camera.go_on()
            running.wait_for(lambda: not running.lost())
            running.process.send_signal(signal.SIGHUP)
            running.wait_for(lambda: "site file taken on" in running.events_in_log())
            camera.stall()
            time.sleep(1)
            started_s = time.monotonic()
            running.process.terminate()
            assert running.process.wait(30) == 0
            assert time.monotonic() - started_s < 5
        finally:
            running.process.kill()
            running.process.wait()
            camera.go_on()
    assert 'deportment_frames_total{camera="c"}' in metrics
    assert 'deportment_camera_state{camera="c",state="live"}' in metrics
    database = b"".join(file.read_bytes() for file in tmp_path.glob("e.db*"))
    for place in (running.log(), metrics, database.decode("latin-1")):
        assert PASSWORD not in place
    assert "interrupted" not in running.log()
