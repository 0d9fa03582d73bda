"""Cameras for tests of live sources: a real RTSP server, and an HTTP one."""

import signal
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import cv2
import pytest

from tests.media import numbered

SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("rtsp_server.py")
PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad "
    "gstreamer1.0-plugins-ugly glib-networking python3-gi"
)


def rtsp_is_there() -> bool:
    """Whether the system's Python has GStreamer's RTSP server."""
    probe = (
        "import gi; gi.require_version('GstRtspServer', '1.0'); "
        "from gi.repository import Gst, GstRtspServer; Gst.init(None); "
        "raise SystemExit(not all(map(Gst.ElementFactory.find, ['x264enc', 'x265enc'])))"
    )
    if not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True).returncode == 0


needs_rtsp = pytest.mark.skipif(not rtsp_is_there(), reason=f"needs the Debian packages {PACKAGES}")


LOGIN_HEADER = "Basic " + b64encode(b"admin:secret").decode()


class RtspCamera:
    """An RTSP server in a process of its own.

    Attributes:
        port: On 127.0.0.1.
    """

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(SCRIPT), *arguments], stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._process.stdout.readline())

    def url(self, login: str = "", path: str = "cam") -> str:
        return f"rtsp://{login}{'@' if login else ''}127.0.0.1:{self.port}/{path}"

    def stall(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def resize(self) -> None:
        """Take on ``--other-size`` without a break."""
        self._process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def rtsp_camera(*arguments: str) -> Iterator[RtspCamera]:
    camera = RtspCamera(*arguments)
    try:
        yield camera
    finally:
        camera.kill()


class _HttpCamera(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {"redirect": self._redirect, "list": self._playlist, "hls": self._segment}
        answers.get(self.path.split("/")[1].split(".")[0], self._pictures)()

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.server.elsewhere)
        self.end_headers()

    def _playlist(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.apple.mpegurl")
        self.end_headers()
        line = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{self.server.elsewhere}\n"
        self.wfile.write(line.encode())

    def _pictures(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        try:
            for number in range(1000):
                data = cv2.imencode(".jpg", numbered(number))[1].tobytes()
                head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")
                self.server.stopped.wait(0.04)
        except (BrokenPipeError, ConnectionResetError):
            return

    def _segment(self) -> None:
        """A file of the folder ``elsewhere``, given only to those who log in."""
        path = Path(self.server.elsewhere) / Path(self.path).name
        allowed = self.headers.get("Authorization") == LOGIN_HEADER
        self.send_response(200 if path.exists() and allowed else 404 if allowed else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="camera"')
        self.end_headers()
        self.wfile.write(path.read_bytes() if path.exists() and allowed else b"")

    def log_message(self, *arguments) -> None:
        """Say nothing."""


@contextmanager
def http_camera(elsewhere: str = "") -> Iterator[str]:
    """Base URL of a camera that sends JPEG pictures, and at two paths something it should not."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _HttpCamera)
    server.daemon_threads = True
    server.elsewhere, server.stopped = elsewhere, threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _RtspRedirector(StreamRequestHandler):
    """Sends its viewers elsewhere at one method; asks for a login before, if it is told to."""

    def handle(self) -> None:
        while head := self._head():
            self.server.heard.append(head)
            number = head.partition("CSeq: ")[2].split("\r\n")[0]
            answer = f"RTSP/1.0 {self._status(head)}\r\nCSeq: {number}\r\n\r\n"
            self.wfile.write(answer.encode())

    def _head(self) -> str:
        return "\r\n".join(iter(lambda: self.rfile.readline().decode().strip(), ""))

    def _status(self, head: str) -> str:
        method = head.split(" ")[0]
        if method == "DESCRIBE" and self.server.challenge and "Authorization: " not in head:
            return f"401 Unauthorized\r\nWWW-Authenticate: {self.server.challenge}"
        if method == self.server.at:
            return f"302 Moved\r\nLocation: {self.server.elsewhere}"
        return "200 OK\r\nPublic: OPTIONS, DESCRIBE"


@contextmanager
def rtsp_redirector(elsewhere: str, at: str, challenge: str = "") -> Iterator[ThreadingTCPServer]:
    """An RTSP camera that redirects; its server has the ``port`` and the requests ``heard``."""
    server = ThreadingTCPServer(("127.0.0.1", 0), _RtspRedirector)
    server.daemon_threads = True
    server.elsewhere, server.at, server.challenge, server.heard = elsewhere, at, challenge, []
    server.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
