"""A real HTTP receiver that fails, hangs and lies as it is told."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        hook = self.server.hook
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with hook.lock:
            mood = hook.moods.pop(0) if hook.moods else hook.mood
            hook.requests.append((self.path, dict(self.headers), body, mood))
        getattr(self, f"_{mood}", self._status)(mood)

    def _status(self, mood):
        self.send_response(int(mood))
        self.send_header("Content-Length", str(len(self.server.hook.answer)))
        self.end_headers()
        self.wfile.write(self.server.hook.answer)

    def _late(self, _):
        self.server.hook.released.wait(1.0)
        self._status("200")

    def _close(self, _):
        self.close_connection = True

    def _halfway(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"x")
        self.wfile.flush()
        self.server.hook.released.wait(1.0)

    def _redirect(self, _):
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            return

    def log_message(self, *_):
        """Say nothing."""


class Hook:
    """What the receiver got, and how it answers.

    Attributes:
        moods: Of the next requests, one after the other; then ``mood`` for ever.
        requests: Path, headers, body and mood of every request.
    """

    def __init__(self, port):
        self.lock = threading.Lock()
        self.port = port
        self.mood = "200"
        self.moods = []
        self.answer = b'{"errcode": 0}'
        self.requests = []
        self.released = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self):
        with self.lock:
            return [json.loads(body) for _, _, body, _ in self.requests]

    def accepted(self):
        """Messages that it answered with 200, however late, in the order of their arrival."""
        with self.lock:
            return [json.loads(b) for _, _, b, mood in self.requests if mood in ("200", "late")]


@contextmanager
def hook(port=0):
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    server.hook = Hook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.hook
    finally:
        server.hook.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
