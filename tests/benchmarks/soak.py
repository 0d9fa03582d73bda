"""Runs ``deportment watch`` on RTSP cameras that are killed, stalled and restarted at random.

``python tests/benchmarks/soak.py --cameras 10 --minutes 60 --json out.json`` prints memory,
threads and open files over time, and the time lost by the script beside the time that the coverage
calls lost. Needs GStreamer's RTSP server (see tests/cameras.py).
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.live import process  # noqa: E402
from tests.cameras import RtspCamera  # noqa: E402
from vision.ports import EventFilter  # noqa: E402
from vision.store import SqlStore  # noqa: E402

HOLD_S = 10.0


class Unsteady:
    """A camera that comes and goes; how long it was away is known."""

    def __init__(self, codec):
        self._codec = codec
        self._camera = RtspCamera("--codec", codec)
        self.port = self._camera.port
        self._down_since = None
        self._stalled = False
        self.outages_s = []

    def go(self, chance):
        if self._down_since is None:
            self._down_since = time.monotonic()
            self._stalled = chance.random() < 0.5
            (self._camera.stall if self._stalled else self._camera.kill)()
            return
        if self._stalled:
            self._camera.go_on()
        else:
            self._camera = RtspCamera("--codec", self._codec, "--port", str(self.port))
        self.outages_s.append(time.monotonic() - self._down_since)
        self._down_since = None

    def end(self):
        if self._down_since is not None:
            self.outages_s.append(time.monotonic() - self._down_since)
        self._camera.go_on()
        self._camera.kill()


def site_of(cameras):
    whole = [[0, 0], [1, 0], [1, 1], [0, 1]]
    return {
        "site": {"id": "soak"},
        "cameras": [
            {
                "id": f"cam-{number}",
                "url": f"rtsp://127.0.0.1:{camera.port}/cam",
                "sampling": {"mode": "fps", "fps": 1},
            }
            for number, camera in enumerate(cameras)
        ],
        "windows": [
            {"id": f"W{number}", "camera": f"cam-{number}", "post": whole}
            for number in range(len(cameras))
        ],
    }


def soak(options, folder):
    chance = random.Random(options.seed)
    cameras = [Unsteady(("h264", "h265")[n % 2]) for n in range(options.cameras)]
    (folder / "site.yaml").write_text(yaml.safe_dump(site_of(cameras)))
    program = "from vision.cli.main import main; main()"
    command = [sys.executable, "-c", program, "watch", "--no-api"]
    command += ["--site", str(folder / "site.yaml"), "--db", str(folder / "e.db")]
    samples = []
    with (folder / "log.jsonl").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
        try:
            time.sleep(options.warm_s)
            until_s = time.monotonic() + options.minutes * 60
            while time.monotonic() < until_s:
                samples.append(process(running.pid))
                for _ in range(max(1, len(cameras) // 3)):
                    chance.choice(cameras).go(chance)
                time.sleep(chance.uniform(5, 25))
            samples.append(process(running.pid))
        finally:
            running.send_signal(signal.SIGTERM)
            started_s = time.monotonic()
            code = running.wait(60)
            stopped_s = time.monotonic() - started_s
            for camera in cameras:
                camera.end()
    now = datetime.now(UTC)
    with SqlStore(str(folder / "e.db")) as store:
        rows = store.coverage(None, "leaving_post", now - timedelta(days=1), now)
        events = store.events(EventFilter(limit=1000))
    outages_s = [one for camera in cameras for one in camera.outages_s]
    third = max(1, len(samples) // 3)
    return {
        "cameras": options.cameras,
        "minutes": options.minutes,
        "load": os.getloadavg()[0],
        "outages": len(outages_s),
        "scripted_outage_s": round(sum(outages_s)),
        "scripted_beyond_hold_s": round(sum(max(0.0, one - HOLD_S) for one in outages_s)),
        "coverage_lost_s": round(sum(row.lost_s for row in rows)),
        "coverage_scheduled_s": round(sum(row.scheduled_s for row in rows)),
        "leaving_post_events": sum(event.rule_id == "leaving_post" for event in events),
        "rss_mib": [round(one["rss_mib"], 1) for one in samples],
        "rss_growth_last_two_thirds": round(
            samples[-1]["rss_mib"] / samples[third]["rss_mib"] - 1, 4
        ),
        "threads": [one["threads"] for one in samples],
        "files": [one["files"] for one in samples],
        "stopped_in_s": round(stopped_s, 2),
        "exit_code": code,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm-s", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = json.dumps(soak(options, Path(folder)), indent=2)
    print(result)
    if options.json:
        options.json.write_text(result + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
