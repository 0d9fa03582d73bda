import json
import re
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from vision.cli import checks
from vision.cli.checks import Check
from vision.cli.doctor import doctor
from vision.errors import ModelError
from vision.registry import Model, ModelFile, Registry

FINE = Check("python", "ok", "3.11.7")
ABSENT = Check("extra train", "missing", "not installed", "pip install it", needed=False)
BROKEN = Check("data folder", "broken", "/data: Permission denied", "give write access")


def run(monkeypatch, found, *arguments):
    app = typer.Typer()
    app.command()(doctor)
    monkeypatch.setattr("vision.cli.doctor.run_checks", lambda: found)
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    ("found", "code", "last"),
    [
        ([FINE], 0, "Everything that serving needs is there."),
        ([FINE, ABSENT], 0, "Everything that serving needs is there."),
        ([FINE, ABSENT, BROKEN], 1, "Needs attention: data folder"),
    ],
)
def test_it_fails_only_where_serving_is_impossible(monkeypatch, found, code, last):
    result = run(monkeypatch, found)
    assert result.exit_code == code
    assert result.output.splitlines()[-1] == last


def test_every_finding_is_a_line_and_every_remedy_stands_below_it(monkeypatch):
    assert run(monkeypatch, [FINE, ABSENT, BROKEN]).output.splitlines()[:5] == [
        "ok       python: 3.11.7",
        "missing  extra train (optional): not installed",
        "         -> pip install it",
        "broken   data folder: /data: Permission denied",
        "         -> give write access",
    ]


def test_the_findings_can_be_had_as_json(monkeypatch):
    result = run(monkeypatch, [FINE, BROKEN], "--json")
    assert result.exit_code == 1
    report = json.loads(result.output)
    assert report["ok"] is False
    assert report["checks"][0] == {
        "name": "python",
        "state": "ok",
        "detail": "3.11.7",
        "remedy": "",
        "needed": True,
    }


def test_it_looks_for_exactly_the_packages_that_the_project_depends_on():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[^\w.-]", each)[0].lower() for each in project["dependencies"]]
    assert sorted(checks.SERVING) == sorted(names)
    assert set(checks.EXTRAS) <= set(project["optional-dependencies"])


def test_packages_that_are_not_installed_are_missing(monkeypatch):
    monkeypatch.setattr(checks, "SERVING", ("pytest", "no-such-package-anywhere"))
    assert [(check.name, check.state) for check in checks.packages()] == [
        ("pytest", "ok"),
        ("no-such-package-anywhere", "missing"),
    ]


@pytest.mark.parametrize(("installed", "state"), [((), "ok"), (("opencv-python",), "broken")])
def test_a_second_opencv_is_told(monkeypatch, installed, state):
    monkeypatch.setattr(checks, "version_of", lambda name: "5.0" if name in installed else None)
    [check] = checks.opencv()
    assert check.state == state
    assert check.remedy.count("opencv-python ") == len(installed)


def test_this_machine_decodes_what_cameras_send():
    assert [(check.name, check.state) for check in checks.codecs()] == [
        ("codec h264", "ok"),
        ("codec hevc", "ok"),
    ]


def test_a_data_folder_is_made_and_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("DEPORTMENT_HOME", str(tmp_path / "new"))
    [check] = checks.data_folder()
    assert (check.state, check.detail) == ("ok", str(tmp_path / "new"))
    assert list((tmp_path / "new").iterdir()) == []


def test_a_data_folder_that_cannot_be_written_is_broken(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DEPORTMENT_HOME", str(tmp_path / "file" / "home"))
    [check] = checks.data_folder()
    assert check.state == "broken"
    assert "DEPORTMENT_HOME" in check.remedy


def test_the_machine_is_described():
    found = {check.name: check for check in checks.machine()}
    assert found["python"].state == "ok"
    assert re.fullmatch(r"\d+ cores, .*memory.*", found["processor"].detail)


@pytest.mark.parametrize(
    ("extra", "package", "state"), [("here", "pytest", "ok"), ("gone", "no-such-one", "missing")]
)
def test_extras_are_optional(monkeypatch, extra, package, state):
    monkeypatch.setattr(checks, "EXTRAS", {extra: (package,)})
    [check] = checks.extras()
    assert (check.name, check.state, check.needed) == (f"extra {extra}", state, False)


@pytest.fixture
def registry(tmp_path, monkeypatch):
    (tmp_path / "net").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    file = ModelFile(path="net", sha256=digest, size_bytes=3)
    models = tuple(
        Model(name=role, role=role, files=(file,), licence="-", origin="-", default=True)
        for role in ("detector", "pose")
    )
    made = Registry(models, (tmp_path,))
    monkeypatch.setattr(Registry, "load", lambda: made)
    return made


def test_models_that_run_are_told_with_their_times(registry, monkeypatch):
    monkeypatch.setattr(checks, "try_detector", lambda *_: [100.0, 5.5])
    monkeypatch.setattr(checks, "try_pose", lambda *_: [200.0, 17.25])
    assert [(check.name, check.state, check.detail[:33]) for check in checks.models()][1::2] == [
        ("detector self test", "ok", "loaded in 100 ms, 5.5 ms a pictur"),
        ("pose self test", "ok", "loaded in 200 ms, 17.2 ms a pictu"),
    ]


def test_a_model_that_does_not_run_is_broken(registry, monkeypatch):
    def refuse(*_):
        raise ModelError("cannot load it")

    monkeypatch.setattr(checks, "try_detector", refuse)
    monkeypatch.setattr(checks, "try_pose", refuse)
    found = list(checks.models())
    assert [check.state for check in found] == ["ok", "broken"] * 2
    assert found[1].failed


def test_an_altered_model_is_not_even_tried(registry, tmp_path):
    (tmp_path / "net").write_bytes(b"other")
    assert [check.state for check in checks.models()] == ["broken"] * 4


def test_a_registry_without_models_is_broken(monkeypatch):
    monkeypatch.setattr(Registry, "load", lambda: Registry((), ()))
    [check] = checks.models()
    assert (check.name, check.state) == ("model registry", "broken")
