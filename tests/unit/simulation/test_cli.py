import importlib.util

import pytest
from typer.testing import CliRunner

from tests.unit.simulation.scenes import TEXT
from vision.errors import ConfigError, MissingExtra, UsageError
from vision.simulation import cli
from vision.simulation.extra import need


def run(*arguments):
    result = CliRunner().invoke(cli.app, list(arguments))
    return result.exception


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(cli, "need", lambda *modules: None)


def test_a_missing_extra_is_named():
    with pytest.raises(MissingExtra, match=r"pip install 'deportment\[simulate\]'"):
        need("a_module_that_nobody_has")


def test_modules_that_are_there_are_not_missed():
    need("json", "numpy")


def test_the_command_asks_for_its_extra_before_all_else(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert isinstance(run("whatever.yaml"), MissingExtra)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [((), "expected a SCENARIO file"), (("--realism",), "needs --weights")],
)
def test_arguments_that_do_not_fit(arguments, message):
    error = run(*arguments)

    assert isinstance(error, UsageError)
    assert message in str(error)


@pytest.mark.usefixtures("installed")
def test_a_wrong_scenario_is_refused_with_its_line(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(TEXT.replace("seed: 5", "sede: 5"))

    error = run(str(file), "--out", str(tmp_path / "out"))

    assert isinstance(error, ConfigError)
    assert f"{file}:2: sede: unknown key" in str(error)


@pytest.mark.usefixtures("installed")
def test_pictures_are_made_in_the_folder_asked_for(tmp_path, monkeypatch):
    from vision.simulation import pictures

    asked = []
    monkeypatch.setattr(pictures, "write_pictures", lambda *args: asked.append(args))

    assert run("--pictures", "12", "--seed", "3", "--out", str(tmp_path)) is None
    assert run("--pictures", "8", "--conduct", "rest", "--out", str(tmp_path)) is None
    assert [(*args[:3], args[4].prefix) for args in asked] == [
        (tmp_path, 12, 3, "sim"),
        (tmp_path, 8, 0, "rest"),
    ]


@pytest.mark.usefixtures("installed")
def test_an_unknown_conduct_is_refused_with_those_that_there_are(tmp_path):
    error = run("--pictures", "8", "--conduct", "sleep", "--out", str(tmp_path))

    assert isinstance(error, UsageError)
    assert str(error) == "--conduct: no 'sleep'; expected things or rest"
