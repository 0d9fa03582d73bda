"""Batch audit against its budget: whole process, beside bare decoding and the usual script.

    python tests/benchmarks/footage.py /tmp/long.mp4
    python tests/benchmarks/audit_throughput.py /tmp/long.mp4 [--baseline WEIGHTS.pt] [--exhaustive]

Prints JSON. ``x_real_time`` is media seconds per second of the whole process, start-up included.
``--baseline`` (needs the ``train`` extra) times what a user would write instead,
``YOLO(pt).track`` on every frame at 640 px with pose on every person, over ``--baseline-frames``
frames. ``--exhaustive`` audits once more at five pictures a second and compares the events.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import yaml

SITE = Path(__file__).parents[2] / "datasets" / "samples" / "demo-morning" / "site.yaml"
START = "2026-11-02T09:00:00"
FOURTH = [[0.02, 0.02], [0.2, 0.02], [0.2, 0.5], [0.02, 0.5]]


def length_s(clip: Path) -> float:
    with av.open(str(clip)) as container:
        return float(container.duration or 0) / av.time_base


def floor_s(clip: Path) -> float:
    """Seconds to decode the key frames and nothing else, one thread."""
    begun = time.perf_counter()
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        for _ in container.decode(stream):
            pass
    return time.perf_counter() - begun


def site_file(folder: Path, sampling: dict[str, object]) -> Path:
    """The sample's site with a fourth window and these sampling settings."""
    site = yaml.safe_load(SITE.read_text(encoding="utf-8"))
    camera = site["cameras"][0]
    camera.pop("files", None)
    camera["sampling"] = sampling
    site["windows"].append({"id": "A04", "camera": camera["id"], "post": FOURTH})
    target = folder / "site.yaml"
    target.write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")
    return target


def audit(
    clip: Path, sampling: dict[str, object]
) -> tuple[dict[str, float], list[dict[str, object]]]:
    """Run the command as a process of its own; its figures and its events."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "events.jsonl"
        command = [
            sys.executable, "-c", "from vision.cli.main import main; main()", "audit", str(clip),
            "--site", str(site_file(folder, sampling)), "--start", START,
            "--db", str(folder / "events.db"), "--jsonl", str(lines),
        ]  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        done = subprocess.run(
            command, capture_output=True, check=True, cwd=Path(__file__).parents[2]
        )
        wall_s = time.perf_counter() - begun
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        del done
        events = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    cpu_s = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    figures = {
        "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
        "x_real_time": round(length_s(clip) / wall_s, 1),
        "x_real_time_per_cpu_s": round(length_s(clip) / cpu_s, 1),
        "peak_rss_mb": round(used.ru_maxrss / 1024),
        "events": len(events),
    }
    return figures, events


def baseline(clip: Path, weights: Path, frames: int) -> dict[str, float]:
    """The plain script: track every frame, pose every person."""
    import mediapipe as mp
    from ultralytics import YOLO

    from vision.registry import Registry

    registry = Registry.load()
    options = mp.tasks.vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(
            model_asset_path=str(registry.verified(registry.default("pose")))
        )
    )
    model = YOLO(str(weights))
    with mp.tasks.vision.PoseLandmarker.create_from_options(options) as pose:
        begun = 0.0
        seen = model.track(str(clip), imgsz=640, stream=True, verbose=False)
        for done, result in enumerate(seen):
            if done == 0:
                begun = time.perf_counter()
            if done == frames:
                break
            for box in result.boxes.xyxy.int().tolist():
                crop = result.orig_img[box[1] : box[3], box[0] : box[2], ::-1].copy()
                pose.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=crop))
        wall_s = time.perf_counter() - begun
    return {"frames": frames, "ms_a_frame": round(1000 * wall_s / frames, 1),
            "x_real_time": round(frames / 25 / wall_s, 3)}  # fmt: skip


def agreement(found: list[dict[str, object]], reference: list[dict[str, object]]) -> float:
    """F1 of events against a reference: same window and rule, onset within two seconds."""
    from datetime import datetime

    left = list(reference)
    hits = 0
    for event in found:
        for other in left:
            same = all(event[key] == other[key] for key in ("window_id", "rule_id"))
            one, two = (datetime.fromisoformat(str(e["started_at"])) for e in (event, other))
            if same and abs((one - two).total_seconds()) <= 2:
                left.remove(other)
                hits += 1
                break
    total = len(found) + len(reference)
    return round(2 * hits / total, 4) if total else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--baseline-frames", type=int, default=150)
    parser.add_argument("--exhaustive", action="store_true")
    arguments = parser.parse_args()
    floor = floor_s(arguments.clip)
    figures, events = audit(arguments.clip, {"mode": "adaptive"})
    report: dict[str, object] = {
        "clip": arguments.clip.name,
        "length_s": length_s(arguments.clip),
        "load_average": os.getloadavg(),
        "key_frame_decoding_s": round(floor, 2),
        "audit": figures,
        "audit_over_key_frame_decoding": round(figures["wall_s"] / floor, 2),
    }
    if arguments.baseline:
        plain = baseline(arguments.clip, arguments.baseline, arguments.baseline_frames)
        report["baseline"] = plain
        report["times_baseline"] = round(figures["x_real_time"] / plain["x_real_time"], 1)
    if arguments.exhaustive:
        slow, reference = audit(arguments.clip, {"mode": "fps", "fps": 5})
        report["exhaustive"] = slow
        report["f1_against_exhaustive"] = agreement(events, reference)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
