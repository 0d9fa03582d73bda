"""Renders a scenario to a clip with its site file, truth and labels: in chunks, resumable."""

import gzip
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from vision.simulation.body import BodyLibrary
from vision.simulation.extra import need
from vision.simulation.labels import Box, Landmarks
from vision.simulation.lens import Picture, add_smoke, expose, write_clock
from vision.simulation.scenario import Scenario
from vision.simulation.scene import Scene, cast
from vision.simulation.site_file import write_site
from vision.simulation.truth import truth_rows, with_view, write_truth
from vision.types import CLASSES

CHUNK_FRAMES = 40
GOP_S = 2.0
CLIP_NAME = "clip.mp4"


@dataclass(frozen=True, slots=True)
class Clip:
    """What a rendered scenario left in its folder."""

    video: Path
    site: Path
    truth: Path
    labels: Path


def film(
    scenario: Scenario,
    out: Path,
    workers: int = 1,
    progress: Callable[[int], None] = lambda frames: None,
    library: BodyLibrary | None = None,
) -> Clip:
    """Render a scenario into the folder `out`.

    Chunks of pictures that an earlier, interrupted run of the same scenario left in
    `out/.parts` are used again. `progress` is told how many more pictures are done.

    Raises:
        MissingExtra: the `simulate` extra is not installed.
    """
    need("pyvista")
    library = library or BodyLibrary()
    out.mkdir(parents=True, exist_ok=True)
    parts = out / ".parts" / scenario.sha256()[:16]
    parts.mkdir(parents=True, exist_ok=True)
    people = cast(scenario, library)
    _render_parts(scenario, parts, workers, progress)
    clip = Clip(out / CLIP_NAME, out / "site.yaml", out / "truth.jsonl", out / "labels.jsonl.gz")
    write_video(scenario, _pictures(scenario, parts), clip.video)
    write_site(scenario, CLIP_NAME, clip.site)
    lines = b"".join(
        (parts / f"{chunk.start:06d}.jsonl").read_bytes() for chunk in chunks(scenario)
    )
    with gzip.GzipFile(clip.labels, "wb", mtime=0) as packed:
        packed.write(lines)
    motions = {name: motion for name, (_, motion) in people.items()}
    rows = truth_rows(scenario, motions)
    rows = with_view(rows, scenario, (json.loads(line) for line in lines.splitlines()))
    write_truth(rows, scenario, clip.truth)
    shutil.rmtree(out / ".parts")
    return clip


def chunks(scenario: Scenario) -> list[range]:
    """The frame numbers of every chunk."""
    count = scenario.frame_count
    return [range(i, min(i + CHUNK_FRAMES, count)) for i in range(0, count, CHUNK_FRAMES)]


def _render_parts(
    scenario: Scenario, parts: Path, workers: int, progress: Callable[[int], None]
) -> None:
    todo = []
    for chunk in chunks(scenario):
        if (parts / f"{chunk.start:06d}.jsonl").exists():
            progress(len(chunk))
        else:
            todo.append(chunk)
    if workers <= 1:
        for chunk in todo:
            progress(render_chunk(scenario, chunk, parts))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as pool:
        jobs = [pool.submit(render_chunk, scenario, chunk, parts) for chunk in todo]
        for job in as_completed(jobs):
            progress(job.result())


def render_chunk(scenario: Scenario, chunk: range, parts: Path) -> int:
    """Render some frames to `parts`: pictures first, the labels last, which marks it done."""
    scene = Scene(scenario, BodyLibrary())
    pictures, lines = [], []
    try:
        for frame in chunk:
            picture, line = take(scene, scenario, frame)
            pictures.append(picture)
            lines.append(json.dumps(line, separators=(",", ":")))
    finally:
        scene.close()
    _store(pictures, parts / f"{chunk.start:06d}.npz")
    labels = parts / f"{chunk.start:06d}.jsonl"
    part = labels.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(labels)
    return len(chunk)


def take(scene: Scene, scenario: Scenario, frame: int) -> tuple[Picture, dict[str, Any]]:
    """One frame as the camera takes it, and its labels as plain data."""
    t_s = frame / scenario.fps
    shot = scene.shoot(t_s)
    picture = add_smoke(shot.picture, shot.smoke, shot.view)
    picture = expose(picture, scenario.camera, frame, scenario.seed, t_s)
    if scenario.camera.clock:
        picture = write_clock(picture, scenario, t_s)
    return picture, label_line(frame, t_s, shot.boxes, shot.landmarks)


def label_line(frame: int, t_s: float, found: list[Box], poses: list[Landmarks]) -> dict[str, Any]:
    """One line of `labels.jsonl.gz`."""
    return {
        "frame": frame,
        "t_s": round(t_s, 3),
        "boxes": [
            {
                "class": box.label,
                "person": box.owner,
                "xyxy": list(box.xyxy),
                "visibility": box.visibility,
            }
            for box in sorted(found, key=lambda box: CLASSES.index(box.label))
        ],
        "poses": [
            {
                "person": pose.owner,
                "landmarks": [[float(x), float(y), int(v)] for x, y, v in pose.points],
            }
            for pose in poses
        ],
    }


def _store(pictures: list[Picture], path: Path) -> None:
    import cv2

    coded = [
        cv2.imencode(".png", p[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1] for p in pictures
    ]
    np.savez(path, *coded)


def _pictures(scenario: Scenario, parts: Path) -> Iterator[Picture]:
    import cv2

    for chunk in chunks(scenario):
        with np.load(parts / f"{chunk.start:06d}.npz") as stored:
            for number in range(len(chunk)):
                coded = stored[f"arr_{number}"]
                yield np.ascontiguousarray(
                    np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[:, :, ::-1]
                )


def write_video(scenario: Scenario, pictures: Iterator[Picture], path: Path) -> None:
    """Encode H.264, yuv420p, a key frame every two seconds, the start time in the container."""
    import av

    camera = scenario.camera
    rate = Fraction(scenario.fps).limit_denominator(100)
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = camera.width, camera.height, "yuv420p"
        stream.options = {
            "crf": str(camera.crf),
            "preset": "medium",
            "g": str(round(scenario.fps * GOP_S)),
            "sc_threshold": "0",
            "threads": "1",
        }
        container.metadata["creation_time"] = _creation_time(scenario)
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    part.replace(path)


def _creation_time(scenario: Scenario) -> str:
    at = (scenario.start + timedelta(0)).astimezone(UTC)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
