import hashlib

import pytest
from typer.testing import CliRunner

from vision.cli.weights import weights_app
from vision.errors import ModelError

NET, POSE = b"<net/>", b"a bundle"
REGISTRY = f"""
[[model]]
name = "hall"
role = "detector"
default = true
files = [{{path = "hall.xml", sha256 = "{hashlib.sha256(NET).hexdigest()}", size_bytes = 6}}]
licence = "AGPL-3.0-or-later"
origin = "made here"

[[model]]
name = "body"
role = "pose"
default = true
files = [{{path = "body.task", sha256 = "{hashlib.sha256(POSE).hexdigest()}", size_bytes = 8}}]
licence = "Apache-2.0"
origin = "made elsewhere"
[model.source]
url = "https://models.example/body.task"
requirement = "parts==1.0"
python = "3.11"
platform = "any"
wheel_sha256 = "{"0" * 64}"
detector = "a"
landmarks = "b"
"""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "registry.toml").write_text(REGISTRY)
    (folder / "hall.xml").write_bytes(NET)
    monkeypatch.setattr("vision.registry.shipped_weights", lambda: folder)
    monkeypatch.setenv("DEPORTMENT_HOME", str(tmp_path / "home"))
    return folder


@pytest.fixture
def fetched(monkeypatch):
    """Stands in for the network; the list holds where it was asked to put files."""
    folders = []

    def fetch(file, source, folder):
        folders.append(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(POSE)
        return source.requirement

    monkeypatch.setattr("vision.cli.weights.fetch", fetch)
    return folders


def run(*arguments):
    return CliRunner().invoke(weights_app, arguments)


def test_pull_puts_what_does_not_travel_with_the_product_into_the_data_folder(
    shipped, fetched, tmp_path
):
    result = run("pull")
    assert result.exit_code == 0
    assert fetched == [tmp_path / "home" / "weights"]
    assert "body.task (from parts==1.0)" in result.output
    assert run("verify").exit_code == 0


def test_pull_keeps_what_is_there(shipped, fetched):
    run("pull")
    result = run("pull")
    assert "already there" in result.output
    assert len(fetched) == 1


def test_pull_replaces_what_was_altered(shipped, fetched, tmp_path):
    run("pull")
    (tmp_path / "home" / "weights" / "body.task").write_bytes(b"altered")
    run("pull")
    assert len(fetched) == 2
    assert run("verify").exit_code == 0


def test_pull_to_a_folder_fills_it_even_if_this_machine_has_the_model(shipped, fetched, tmp_path):
    run("pull")
    result = run("pull", "--to", str(tmp_path / "stick"))
    assert result.exit_code == 0
    assert (tmp_path / "stick" / "body.task").read_bytes() == POSE


def test_pull_lets_the_root_report_what_failed(shipped, monkeypatch):
    def fetch(*_):
        raise ModelError("no source gave it")

    monkeypatch.setattr("vision.cli.weights.fetch", fetch)
    assert isinstance(run("pull").exception, ModelError)


def test_verify_names_what_is_missing(shipped):
    result = run("verify")
    assert result.exit_code == 1
    assert "ok       hall: hall.xml" in result.output
    assert "missing  body: body.task: expected sha256" in result.output


def test_verify_names_what_is_altered(shipped, fetched):
    run("pull")
    (shipped / "hall.xml").write_bytes(b"other")
    result = run("verify")
    assert result.exit_code == 1
    assert "altered  hall: hall.xml" in result.output
    assert hashlib.sha256(b"other").hexdigest() in result.output


def test_list_shows_every_model_on_one_line(shipped):
    lines = [line.split() for line in run("list").output.splitlines()]
    digest = hashlib.sha256(NET).hexdigest()[:8]
    assert ["hall", "*", "detector", "0.0", digest, "AGPL-3.0-or-later", "shipped", "ok"] in lines
    assert ["body", "*", "pose"] in [line[:3] for line in lines]
    assert ["pulled", "missing"] in [line[-2:] for line in lines]
