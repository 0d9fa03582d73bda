"""What ``deportment doctor`` looks at: each check is a function that returns findings."""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import av
import numpy as np

from vision.errors import DeportmentError
from vision.registry import Model, Registry, home
from vision.types import Image

SERVING = (
    "alembic",
    "anyio",
    "argon2-cffi",
    "av",
    "fastapi",
    "holidays",
    "httptools",
    "httpx",
    "jinja2",
    "mediapipe",
    "numpy",
    "opencv-contrib-python",
    "openpyxl",
    "openvino",
    "orjson",
    "pillow",
    "platformdirs",
    "prometheus-client",
    "pydantic",
    "python-multipart",
    "python-ulid",
    "pyyaml",
    "rich",
    "ruamel.yaml",
    "sqlalchemy",
    "structlog",
    "typer",
    "tzdata",
    "uvicorn",
    "uvloop",
)
EXTRAS = {
    "train": ("ultralytics", "nncf"),
    "simulate": ("anny", "pyvista", "trimesh"),
    "postgresql": ("psycopg",),
    "mqtt": ("paho-mqtt",),
}
OTHER_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")
CODECS = ("h264", "hevc")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report.

    Attributes:
        name: What was looked at.
        state: ``ok``, ``missing`` or ``broken``.
        detail: What was found.
        remedy: What to do; empty where nothing is.
        needed: Whether serving is impossible without it.
    """

    name: str
    state: str
    detail: str
    remedy: str = ""
    needed: bool = True

    @property
    def failed(self) -> bool:
        """Whether the installation cannot serve as it is."""
        return self.needed and self.state != "ok"


def run_checks() -> list[Check]:
    """Every check, in the order of the report."""
    parts: Sequence[Callable[[], Iterator[Check]]] = (
        machine,
        packages,
        opencv,
        models,
        codecs,
        data_folder,
        extras,
    )
    return [check for part in parts for check in part()]


def machine() -> Iterator[Check]:
    """Python, platform, cores and memory."""
    version = platform.python_version()
    recent = sys.version_info >= (3, 11)
    yield Check(
        "python", "ok" if recent else "broken", version, "" if recent else "use 3.11 or later"
    )
    yield Check("platform", "ok", f"{platform.platform()}, {platform.machine()}")
    yield Check("processor", "ok", f"{_cores()} cores, {_memory()}")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> str:
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return "memory unknown"
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{size / 2**30:.1f} GiB memory"


def version_of(package: str) -> str | None:
    """Installed version; None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def packages() -> Iterator[Check]:
    """Every package that serving needs."""
    for name in SERVING:
        version = version_of(name)
        remedy = "" if version else f"pip install {name}"
        yield Check(name, "ok" if version else "missing", version or "not installed", remedy)


def opencv() -> Iterator[Check]:
    """All OpenCV packages write the same folder, so there must be one only."""
    others = [name for name in OTHER_OPENCV if version_of(name)]
    if not others:
        yield Check("opencv", "ok", "installed once", needed=False)
        return
    remedy = f"pip uninstall -y {' '.join(others)} && "
    remedy += "pip install --force-reinstall --no-deps opencv-contrib-python"
    detail = f"{', '.join(others)} beside opencv-contrib-python: they overwrite each other"
    yield Check("opencv", "broken", detail, remedy, needed=False)


def models() -> Iterator[Check]:
    """Whether the models are there and unaltered, and whether they run."""
    try:
        registry = Registry.load()
        chosen = registry.default("detector"), registry.default("pose")
    except DeportmentError as error:
        yield Check("model registry", "broken", str(error), "reinstall the product")
        return
    for model, trial in zip(chosen, (try_detector, try_pose), strict=True):
        yield from _model(registry, model, trial)


def _model(
    registry: Registry, model: Model, trial: Callable[[Model, Path], list[float]]
) -> Iterator[Check]:
    remedy = "deportment weights pull" if model.source else "reinstall the product"
    for finding in registry.findings(model):
        state = {"ok": "ok", "missing": "missing", "altered": "broken"}[finding.state]
        detail = f"{model.name}: {finding.path or finding.file.path} {finding.state}"
        yield Check(f"{model.role} file", state, detail, "" if finding.ok else remedy)
    try:
        load_ms, run_ms = trial(model, registry.verified(model))
    except (DeportmentError, ImportError) as error:
        yield Check(f"{model.role} self test", "broken", str(error), remedy)
        return
    yield Check(
        f"{model.role} self test", "ok", f"loaded in {load_ms:.0f} ms, {run_ms:.1f} ms a picture"
    )


def try_detector(model: Model, path: Path) -> list[float]:
    """Milliseconds to load the detector and to look at one synthetic picture."""
    start = time.perf_counter()
    from vision.detect.openvino import OpenVinoDetector

    with OpenVinoDetector(path, input_px=model.input_px or 416) as detector:
        return [_ms(start), _run_ms(detector.detect)]


def try_pose(_: Model, path: Path) -> list[float]:
    """Milliseconds to load the pose model and to look at one synthetic picture."""
    start = time.perf_counter()
    from vision.pose.mediapipe import MediaPipePose

    with MediaPipePose(path, pool_size=1) as pose:
        return [_ms(start), _run_ms(pose.estimate)]


def _run_ms(run: Callable[[list[Image]], Any], times: int = 5) -> float:
    picture = np.random.default_rng(0).integers(0, 255, (480, 320, 3), np.uint8)
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        run([picture])
        taken.append(_ms(start))
    return float(np.median(taken))


def _ms(since: float) -> float:
    return (time.perf_counter() - since) * 1e3


def codecs() -> Iterator[Check]:
    """Decoders for what cameras send."""
    for name in CODECS:
        there = name in av.codecs_available
        remedy = "" if there else "pip install --force-reinstall --only-binary=:all: av"
        yield Check(f"codec {name}", "ok" if there else "missing", "decoder", remedy)


def data_folder() -> Iterator[Check]:
    """Whether events, evidence and models can be written."""
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"deportment")
    except OSError as error:
        remedy = "give write access, or set DEPORTMENT_HOME to another folder"
        yield Check("data folder", "broken", f"{folder}: {error.strerror}", remedy)
        return
    yield Check("data folder", "ok", str(folder))


def extras() -> Iterator[Check]:
    """Optional parts."""
    for extra, names in EXTRAS.items():
        absent = [name for name in names if version_of(name) is None]
        if absent:
            remedy = f"pip install 'deportment[{extra}]'"
            detail = f"not installed: {', '.join(absent)}"
            yield Check(f"extra {extra}", "missing", detail, remedy, needed=False)
        else:
            yield Check(f"extra {extra}", "ok", ", ".join(names), needed=False)
