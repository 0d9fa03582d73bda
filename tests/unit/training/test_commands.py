import json

import pytest
from typer.testing import CliRunner

from tests.unit.training.pictures import box, noise, write_source
from tests.unit.training.test_labelled import MANIFEST
from vision.cli.main import app
from vision.errors import ModelError, UsageError
from vision.types import Label


def test_a_stopped_run_is_not_begun_anew_by_mistake(tmp_path):
    (tmp_path / "manifest.toml").write_text(MANIFEST)
    (tmp_path / "state.pt").write_bytes(b"")
    manifest, folder = str(tmp_path / "manifest.toml"), str(tmp_path)

    result = CliRunner().invoke(
        app, ["train", manifest, "--data", folder, "--checkpoints", folder, "--out", folder]
    )

    assert isinstance(result.exception, UsageError)
    assert "--resume" in str(result.exception)


def test_a_missing_checkpoint_is_named(tmp_path):
    missing = tmp_path / "none.pt"
    result = CliRunner().invoke(app, ["export", str(missing), "--to", str(tmp_path / "x.xml")])
    assert isinstance(result.exception, ModelError)
    assert str(missing) in str(result.exception)


@pytest.mark.models
def test_evaluate_detector_writes_its_figures(tmp_path):
    source = write_source(tmp_path / "one", {"a": (noise(1), [box(Label.PHONE)])}, {"a": ["phone"]})

    result = CliRunner().invoke(
        app, ["evaluate", "detector", str(source), "--json", str(tmp_path / "figures.json")]
    )

    assert result.exit_code == 0, result.output
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["pictures"] == 1
    assert figures["classes"]["phone"]["truths"] == 1
    assert figures["classes"]["vest"]["truths"] == 0
