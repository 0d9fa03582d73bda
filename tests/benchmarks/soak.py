"""Runs ``deportment watch`` on RTSP cameras that are killed, stalled and restarted at random.

``python tests/benchmarks/soak.py --cameras 10 --minutes 60 --json out.json`` prints memory,
threads and open files over time, every outage beside the time that the coverage calls lost on its
account, and how often somebody "left the post", which nobody does in the pictures that the cameras
send over and over. Cameras that are up hold more than those that are down: ``rss_growth_of_medians``
compares the last third of the run with the middle one. A line a minute on standard error tells how it is going. Needs GStreamer's RTSP
server (see tests/cameras.py).
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import av
import cv2
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.live import process  # noqa: E402
from tests.cameras import RtspCamera  # noqa: E402
from vision.ports import EventFilter  # noqa: E402
from vision.store import SqlStore  # noqa: E402

SAMPLE = ROOT / "datasets" / "samples" / "frontal-counter"
RATE = 5
SIZE = (640, 360)
HOLD_S = 10.0
"""A silence of so long is no outage yet: the last verdict holds."""

SLACK_S = 4.0
"""Until a frame of a camera that is back is analysed, and the outage with it."""


def pictures(folder):
    """The sample as numbered pictures; nobody leaves the post in it."""
    folder.mkdir()
    with av.open(str(SAMPLE / "clip.mp4")) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            small = cv2.resize(frame.to_ndarray(format="bgr24"), SIZE)
            cv2.imwrite(str(folder / f"{number:05d}.jpg"), small)


class Unsteady:
    """A camera that comes and goes; when it was away is known.

    Attributes:
        outages: Pairs of instants, seconds of the monotonic clock, and how it went away.
    """

    def __init__(self, codec, shown):
        self._arguments = ("--codec", codec, "--pictures", str(shown), "--rate", str(RATE))
        self._camera = RtspCamera(*self._arguments)
        self.port = self._camera.port
        self._down_since = None
        self._stalled = False
        self.outages = []

    def go(self, chance):
        if self._down_since is None:
            self._down_since = time.monotonic()
            self._stalled = chance.random() < 0.5
            (self._camera.stall if self._stalled else self._camera.kill)()
            return
        if self._stalled:
            self._camera.go_on()
        else:
            self._camera = RtspCamera(*self._arguments, "--port", str(self.port))
        kind = "stalled" if self._stalled else "killed"
        self.outages.append((self._down_since, time.monotonic(), kind))
        self._down_since = None

    def end(self):
        self._camera.go_on()
        self._camera.kill()


def site_of(cameras, dwell_s):
    sample = yaml.safe_load((SAMPLE / "site.yaml").read_text(encoding="utf-8"))
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
            {"id": f"{window['id']}-{number}", "camera": f"cam-{number}", "post": window["post"]}
            for number in range(len(cameras))
            for window in sample["windows"]
        ],
        "rules": {"leaving_post": {"dwell_s": dwell_s}},
    }


class Ledger:
    """What the coverage calls lost, camera by camera, over time."""

    def __init__(self, path, count):
        self._path = path
        self._series = {number: [] for number in range(count)}

    def look(self):
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10) as database:
            rows = database.execute(
                "select window_id, sum(lost_s) from coverage where rule_id = 'leaving_post' "
                "group by window_id"
            ).fetchall()
        database.close()
        lost = Counter()
        for window_id, seconds in rows:
            lost[int(window_id.rpartition("-")[2])] += seconds / 3
        now_s = time.monotonic()
        for number, series in self._series.items():
            series.append((now_s, lost[number]))

    def between(self, number, start_s, end_s):
        values = [lost for at_s, lost in self._series[number] if start_s - 3 <= at_s <= end_s]
        return values[-1] - values[0] if values else 0.0

    def total(self):
        return sum(series[-1][1] for series in self._series.values())


def run(options, folder, cameras, pid, ledger):
    """Let the cameras come and go; what the process took over time."""
    chance = random.Random(options.seed)
    samples, told_s, next_s = [], 0.0, 0.0
    until_s = time.monotonic() + options.minutes * 60
    while (now_s := time.monotonic()) < until_s:
        ledger.look()
        if now_s - told_s >= 60:
            told_s = now_s
            samples.append(process(pid))
            outages = sum(len(camera.outages) for camera in cameras)
            print(json.dumps(samples[-1] | {"outages": outages}), file=sys.stderr, flush=True)
        if now_s >= next_s:
            next_s = now_s + chance.uniform(*options.every_s)
            for _ in range(max(1, len(cameras) // 3)):
                chance.choice(cameras).go(chance)
        time.sleep(min(2, options.every_s[0]))
    samples.append(process(pid))
    return samples


def outages_of(cameras, ledger):
    """Every outage with the time that the coverage calls lost around it."""
    return [
        {
            "camera": number,
            "kind": kind,
            "seconds": round(end_s - start_s, 1),
            "lost_s": round(ledger.between(number, start_s, end_s + 25), 1),
        }
        for number, camera in enumerate(cameras)
        for start_s, end_s, kind in camera.outages
    ]


def soak(options, folder):
    pictures(folder / "pictures")
    cameras = [
        Unsteady(("h264", "h265")[n % 2], folder / "pictures") for n in range(options.cameras)
    ]
    (folder / "site.yaml").write_text(yaml.safe_dump(site_of(cameras, options.dwell_s)))
    program = "from vision.cli.main import main; main()"
    command = [sys.executable, "-c", program, "watch", "--no-api"]
    command += ["--site", str(folder / "site.yaml"), "--db", str(folder / "e.db")]
    ledger = Ledger(folder / "e.db", options.cameras)
    with (folder / "log.jsonl").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log)
        try:
            time.sleep(options.warm_s)
            samples = run(options, folder, cameras, running.pid, ledger)
        finally:
            running.send_signal(signal.SIGTERM)
            started_s = time.monotonic()
            code = running.wait(60)
            stopped_s = time.monotonic() - started_s
            for camera in cameras:
                camera.end()
    ledger.look()
    now = datetime.now(UTC)
    with SqlStore(str(folder / "e.db")) as store:
        rows = store.coverage(None, "leaving_post", now - timedelta(days=1), now)
        events = store.events(EventFilter(limit=1000))
    outages = outages_of(cameras, ledger)
    long_ones = [one for one in outages if one["seconds"] > HOLD_S + SLACK_S]
    third = max(1, len(samples) // 3)
    memory = [one["rss_mib"] for one in samples]
    middle, last = (
        median(memory[third : 2 * third] or memory),
        median(memory[2 * third :] or memory),
    )
    return {
        "cameras": options.cameras,
        "minutes": options.minutes,
        "load": os.getloadavg()[0],
        "outages": len(outages),
        "outages_longer_than_hold": len(long_ones),
        "of_them_not_in_coverage": [
            one for one in long_ones if one["lost_s"] < one["seconds"] - HOLD_S - SLACK_S
        ],
        "longer_than_dwell": sum(one["seconds"] > options.dwell_s for one in outages),
        "scripted_beyond_hold_s": round(sum(max(0.0, o["seconds"] - HOLD_S) for o in outages)),
        "coverage_lost_s": round(ledger.total()),
        "coverage_scheduled_s": round(sum(row.scheduled_s for row in rows) / 3),
        "coverage_assessable_s": round(sum(row.assessable_s for row in rows) / 3),
        "leaving_post_events": sum(event.rule_id == "leaving_post" for event in events),
        "events": dict(Counter(event.rule_id for event in events)),
        "rss_mib": [round(one, 1) for one in memory],
        "rss_growth_last_two_thirds": round(memory[-1] / memory[third] - 1, 4),
        "rss_growth_of_medians": round(last / middle - 1, 4),
        "threads": [one["threads"] for one in samples],
        "files": [one["files"] for one in samples],
        "stopped_in_s": round(stopped_s, 2),
        "exit_code": code,
        "every_outage": outages,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm-s", type=float, default=30)
    parser.add_argument("--dwell-s", type=float, default=15, help="of leaving_post")
    parser.add_argument(
        "--every-s", type=float, nargs=2, default=(5, 25), help="between two comings and goings"
    )
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
