"""Measures ``deportment watch``: a hall of sample clips as endless streams in real time.

Run it as ``python tests/benchmarks/live.py --cameras 10 --fps 2 --seconds 900 --rtsp --json
out.json``. Every camera plays the same clip and sees its windows; with ``--rtsp`` over an RTSP
server of its own on loopback (see tests/cameras.py). The clip is coded anew once as cameras code
(no B pictures, a key picture every two seconds, ``--stream-fps`` pictures a second, for which those
of the sample are repeated) and sent over and over, so that serving costs little. Those begin one
after another: their key pictures are spread as those of real cameras are. Without it the clips are
played in lockstep.

``delay_legs_s`` tells where the time between capture and commit goes, of all frames and of those
that open an event: receive (network, and what a decoder must have before it gives a picture), wait
(behind earlier frames of the camera), analyse, draw (snapshots), queue (for the one who commits) and
store. ``stages`` tells of single calls of the models, and how long requests waited for them.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import av
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.cameras import rtsp_camera  # noqa: E402

SAMPLE = ROOT / "datasets" / "samples" / "afternoon-row"
KEY = "benchmark-key-0123456789"
LEGS = "deportment_delay_leg_seconds"
LEGS_OF = {
    "frames": ("receive", "wait", "analyse", "draw", "queue"),
    "events": ("receive", "wait", "analyse", "draw", "queue", "store"),
}
STAGES = ("detect", "detect_wait", "pose", "pose_wait", "commit")
LINE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def as_from_a_camera(folder, fps):
    """The sample coded without B pictures, at so many pictures a second."""
    path = folder / "camera.mp4"
    with av.open(str(SAMPLE / "clip.mp4")) as clip, av.open(str(path), "w") as coded:
        source = clip.streams.video[0]
        repeat = max(1, round(fps / source.average_rate))
        stream = coded.add_stream("libx264", rate=source.average_rate * repeat)
        stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuv420p"
        # threads make slices, and the server would send parameter sets within a key picture
        stream.codec_context.thread_count = 1
        gop = round(2 * source.average_rate * repeat)
        wanted = {"preset": "ultrafast", "crf": "23", "bf": "0", "g": str(gop), "sc_threshold": "0"}
        stream.options = wanted
        for number, picture in enumerate(clip.decode(source)):
            frame = picture.reformat(format="yuv420p")
            for again in range(repeat):
                frame.pts, frame.time_base = number * repeat + again, 1 / stream.average_rate
                frame.pict_type = 0
                coded.mux(stream.encode(frame))
        coded.mux(stream.encode())
    return path


def looped(folder, sample, seconds):
    """A clip over and over as one file, not encoded anew."""
    path = folder / "looped.mp4"
    with av.open(str(path), "w") as long:
        shift = 0
        stream = None
        while stream is None or shift * stream.time_base < seconds:
            with av.open(str(sample)) as clip:
                source = clip.streams.video[0]
                stream = stream or long.add_stream_from_template(source)
                for packet in clip.demux(source):
                    if packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = stream
                    long.mux(packet)
                shift += source.duration
    return path


def hall(urls, sampling, dwell_s):
    """A site file of so many cameras with the windows of the sample."""
    cameras = len(urls)
    sample = yaml.safe_load((SAMPLE / "site.yaml").read_text(encoding="utf-8"))
    windows = [
        {"id": f"{window['id']}-{number}", "camera": f"cam-{number}", "post": window["post"]}
        for number in range(cameras)
        for window in sample["windows"]
    ]
    rules = {"leaving_post": {"dwell_s": dwell_s}, "phone_use": {"dwell_s": min(dwell_s, 10)}}
    return {
        "site": {"id": "benchmark", "timezone": "Asia/Shanghai"},
        "cameras": [
            {"id": f"cam-{number}", "url": urls[number], "sampling": sampling}
            for number in range(cameras)
        ],
        "windows": windows,
        "rules": rules,
    }


def scrape(port):
    """Metric name to list of (labels, value); empty until the service answers."""
    request = Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {KEY}"}
    )
    found = defaultdict(list)
    try:
        with urlopen(request, timeout=20) as answer:
            text = answer.read().decode()
    except (URLError, TimeoutError, ConnectionError):
        return found
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            labels = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
            found[match[1]].append((labels, float(match[3])))
    return found


def total(metrics, name):
    return sum(value for _, value in metrics[name])


def buckets(metrics, name, wanted):
    """Of a histogram: upper bound to count."""
    return {
        labels["le"]: value
        for labels, value in metrics[f"{name}_bucket"]
        if all(labels[key] == one for key, one in wanted.items())
    }


def quantile(before, after, name, share, **wanted):
    """Of a histogram between two scrapes, interpolated within its bucket; None without samples."""
    old = buckets(before, name, wanted)
    counts = sorted(
        (float(high), value - old.get(high, 0.0))
        for high, value in buckets(after, name, wanted).items()
    )
    if not counts or not counts[-1][1]:
        return None
    wanted, low, seen = share * counts[-1][1], 0.0, 0.0
    for high, count in counts:
        if count >= wanted:
            inside = (wanted - seen) / (count - seen) if count > seen else 1.0
            return round(low + (min(high, 1e6) - low) * inside, 3)
        low, seen = high, count
    return None


def process(pid):
    """CPU seconds, resident MiB, threads and open files."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    return {
        "cpu_s": (int(fields[11]) + int(fields[12])) / TICKS_PER_S,
        "rss_mib": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024,
        "threads": int(re.search(r"Threads:\s+(\d+)", status)[1]),
        "files": len(list(Path(f"/proc/{pid}/fd").iterdir())),
    }


def quantiles(before, after, name, **wanted):
    return {
        name_: quantile(before, after, name, share, **wanted)
        for name_, share in (("p50", 0.5), ("p95", 0.95))
    }


def call(before, after, stage):
    """Of the calls of a stage."""
    return mean_ms(before, after, stage) | quantiles(
        before, after, "deportment_stage_seconds", stage=stage
    )


def mean_ms(before, after, stage):
    def sums(metrics, suffix):
        name = f"deportment_stage_seconds_{suffix}"
        return sum(value for labels, value in metrics[name] if labels["stage"] == stage)

    calls = sums(after, "count") - sums(before, "count")
    seconds = sums(after, "sum") - sums(before, "sum")
    return {"calls": calls, "mean_ms": round(1000 * seconds / calls, 1) if calls else None}


def streams(options, folder, servers):
    """The URL of every camera; RTSP servers are stopped with ``servers``."""
    if not options.rtsp:
        return [f"file://{SAMPLE / 'clip.mp4'}"] * options.cameras
    sample = as_from_a_camera(folder, options.stream_fps)
    clip = looped(folder, sample, options.seconds + options.warm_s + 300)
    started = [
        servers.enter_context(rtsp_camera("--file", str(clip))) for _ in range(options.cameras)
    ]
    return [camera.url() for camera in started]


def measure(options, folder, servers):
    sampling = {"mode": "fps", "fps": options.fps} if options.fps else {}
    site = folder / "site.yaml"
    halls = hall(streams(options, folder, servers), sampling, options.dwell_s)
    site.write_text(yaml.safe_dump(halls))
    command = [
        sys.executable,
        "-c",
        "from vision.cli.main import main; main()",
        "watch",
        "--site",
        site,
        "--db",
        folder / "e.db",
    ]
    command += ["--port", str(options.port), "--media-root", SAMPLE]
    environment = os.environ | {"DEPORTMENT_API_KEY": KEY}
    load_before = os.getloadavg()[0]
    with (folder / "log.jsonl").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, stdout=log)
        try:
            until_s = time.monotonic() + 120
            while not total(scrape(options.port), "deportment_frames_total"):
                if running.poll() is not None or time.monotonic() > until_s:
                    raise SystemExit((folder / "log.jsonl").read_text()[-2000:])
                time.sleep(0.5)
            time.sleep(options.warm_s)
            started_s, first, begun = time.monotonic(), scrape(options.port), process(running.pid)
            time.sleep(options.seconds)
            last, ended = scrape(options.port), process(running.pid)
            lasted_s = time.monotonic() - started_s
        finally:
            stopped_s = time.monotonic()
            running.send_signal(signal.SIGTERM)
            code = running.wait(60)
            stopped_s = time.monotonic() - stopped_s
    frames = total(last, "deportment_frames_total") - total(first, "deportment_frames_total")
    verdicts = defaultdict(float)
    for labels, value in last["deportment_verdicts_total"]:
        verdicts[labels["verdict"]] += value
    delay = "deportment_event_delay_seconds"
    dropped = "deportment_frames_dropped_total"
    packets = "deportment_camera_packets_dropped"
    return {
        "cameras": options.cameras,
        "windows": len(halls["windows"]),
        "streams": f"rtsp, {options.stream_fps:g} fps" if options.rtsp else "files in lockstep",
        "sampling": sampling or "adaptive",
        "seconds": round(lasted_s, 1),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": load_before,
        "load_after": os.getloadavg()[0],
        "base_frames_per_camera_s": round(frames / lasted_s / options.cameras, 3),
        "frames_dropped": total(last, dropped) - total(first, dropped),
        "packets_dropped": total(last, packets) - total(first, packets),
        "lag_s": sorted(value for _, value in last["deportment_camera_lag_seconds"]),
        "events": total(last, f"{delay}_count") - total(first, f"{delay}_count"),
        "event_delay_s": quantiles(first, last, delay),
        "delay_legs_s": {
            of: {leg: quantiles(first, last, LEGS, of=of, leg=leg) for leg in legs}
            for of, legs in LEGS_OF.items()
        },
        "cpu_cores_used": round((ended["cpu_s"] - begun["cpu_s"]) / lasted_s, 2),
        "at_start": begun,
        "at_end": ended,
        "verdicts": dict(verdicts),
        "stages": {one: call(first, last, one) for one in STAGES},
        "stopped_in_s": round(stopped_s, 2),
        "exit_code": code,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm-s", type=float, default=10)
    parser.add_argument("--fps", type=float, default=0, help="fixed rate instead of adaptive")
    parser.add_argument("--rtsp", action="store_true", help="over RTSP instead of files")
    parser.add_argument("--stream-fps", type=float, default=25, help="of RTSP cameras")
    parser.add_argument("--dwell-s", type=float, default=10, help="of leaving_post")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        result = json.dumps(measure(options, Path(folder), servers), indent=2)
    print(result)
    if options.json:
        options.json.write_text(result + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
