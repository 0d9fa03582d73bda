"""``deportment evaluate detector`` from pictures to tables, rows, JSON and a page."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.unit.evaluation.detector_cases import boxes, drawn
from tests.unit.training.pictures import box, noise, write_source
from vision.errors import UsageError
from vision.evaluation.cli import evaluate_app
from vision.evaluation.detector_calibration import fit_class
from vision.evaluation.detector_print import calibration_toml, floored, threshold_toml
from vision.evaluation.detector_threshold import fit
from vision.registry import CalibrationRow, Registry
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Label

MIDDLE = (32, 24, 96, 72)
COUNT = 70


def seeing(name):
    """A detector that finds the phone in every picture, and a weaker one that is not there."""
    rng = np.random.default_rng(0)
    finds = {"worse.xml": 0.5}.get(name, 1.0)

    def answer(image):
        right = (Label.PHONE, float(rng.uniform(0.6, 0.9)), MIDDLE)
        wrong = (Label.PHONE, float(rng.uniform(0.1, 0.4)), (0, 0, 20, 20))
        return Detections.of([right] * (rng.random() < finds) + [wrong])

    return ScriptedDetector(answer)


@pytest.fixture
def opened(monkeypatch):
    """What was opened: file names, input sizes of sheets and of whole pictures, whether in 32 bits."""
    noted = []

    def detector(path, *, min_confidence, input_px, look_px, f32):
        noted.append((path.name, input_px, look_px, f32))
        return seeing(path.name)

    monkeypatch.setattr("vision.detect.openvino.OpenVinoDetector", detector)
    return noted


@pytest.fixture
def source(tmp_path, opened):
    pictures = {f"p{n}": (noise(n), [box(Label.PHONE)]) for n in range(COUNT)}
    return write_source(tmp_path / "hall", pictures, {name: ["phone"] for name in pictures})


def evaluate(source, *options):
    arguments = ["detector", str(source), *options]
    result = CliRunner().invoke(evaluate_app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def rows_of(text, heading):
    return tomllib.loads(text[text.index(heading) :])["model"]


def test_figures_go_to_the_terminal_and_into_a_file(source, tmp_path):
    out = evaluate(source, "--json", str(tmp_path / "figures.json"))
    phone = json.loads((tmp_path / "figures.json").read_text())["classes"]["phone"]
    assert (phone["truths"], phone["ap50"]) == (COUNT, 1.0)
    assert f"{COUNT} pictures" in out
    assert "[model." not in out
    assert max(map(len, out.splitlines())) <= 80


def test_fitted_rows_can_be_pasted_into_the_registry(source, tmp_path):
    out = evaluate(
        source, "--fit-calibration", "--fit-precision", "0.95", "--confidence-level", "0.95"
    )
    model = rows_of(out, "[model.thresholds]")
    assert set(model["thresholds"]) == {label.name.lower() for label in Label}
    assert 0 < model["thresholds"]["phone"] < 1
    assert model["thresholds"]["vest"] == 1.0
    assert list(model["calibration"]) == ["phone"]
    assert CalibrationRow(**model["calibration"]["phone"]).a >= 0


def test_a_page_is_written(source, tmp_path):
    page = str(tmp_path / "page.html")
    evaluate(source, "--fit-precision", "0.95", "--html", page, "--mistakes", "2")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").count("data:image/jpeg") == 2


def test_another_detector_is_shown_the_same_pictures(source, opened, tmp_path):
    out = evaluate(
        source, "--against", "worse.xml", "--input-px", "320", "--json", str(tmp_path / "f.json")
    )
    found = json.loads((tmp_path / "f.json").read_text())["against"]["phone"]
    assert 0.3 < found["low"] < found["difference"] < found["high"] < 0.7
    assert "Difference of AP50" in out
    assert [sides for _, *sides in opened] == [[320, (), False]] * 2
    assert opened[1][0] == "worse.xml"


def test_pictures_are_looked_at_as_the_product_does(source, opened):
    evaluate(source)
    shipped = Registry.load().default("detector")
    assert opened[0][1:] == (shipped.input_px, shipped.look_px, False)


def test_figures_can_be_those_of_a_processor_without_bfloat16(source, opened):
    evaluate(source, "--f32")
    assert opened[0][-1] is True


def test_smaller_views_tell_the_least_size(source, tmp_path):
    out = evaluate(source, "--sizes", "--fit-precision", "0.95", "--json", str(tmp_path / "f.json"))
    assert "needs_px: size from which recall" in out
    assert re.search(r"phone: \d+ px \(phone_use: a phone of \d+ px\)", out)
    assert "sleeved_top: never reached here\n" in out
    phone = json.loads((tmp_path / "f.json").read_text())["classes"]["phone"]
    assert phone["needs_px"]["px"] == pytest.approx(416 / 128 * (64 * 48) ** 0.5, abs=1)


def test_a_level_without_a_precision_is_refused(source):
    with pytest.raises(UsageError, match="--fit-precision"):
        evaluate(source, "--confidence-level", "0.9")


def test_a_page_that_cannot_be_written_is_named(source, tmp_path):
    with pytest.raises(UsageError, match=r"nowhere.*cannot be written"):
        evaluate(source, "--html", str(tmp_path / "nowhere" / "page.html"))


def test_each_row_says_what_it_rests_on():
    made = drawn(lambda confidence: confidence**2)
    lines = list(calibration_toml({Label.PHONE: fit_class(made), Label.VEST: fit_class(boxes())}))
    assert lines[0] == "[model.calibration]"
    assert f"{int(made.right.sum())} of 4000 boxes right" in lines[1]
    assert "isotonic" in lines[1]
    assert lines[2].startswith("phone = {a = ")
    assert lines[3].startswith("# vest: unchanged, too few boxes; 0 of 0")
    sure = fit(boxes(*[(0.9, True)] * 59), 0.95, 0.95)
    assert list(threshold_toml({Label.VEST: sure}))[1].endswith(
        "# 59 of 59 boxes right, 0 wrong where there was none; at least 0.950"
    )


def test_a_pasted_threshold_is_never_above_the_chosen_one():
    assert [floored(value) for value in (0.79999, 0.8, 0.12345)] == [0.7999, 0.8, 0.1234]


def test_a_close_look_is_compared_with_a_single_one(source, opened, monkeypatch):
    monkeypatch.setattr("vision.evaluation.detector_cli.CloserDetector", lambda seeing, _: seeing)
    monkeypatch.setattr("vision.pose.mediapipe.MediaPipePose", lambda _: ScriptedPose())
    monkeypatch.setattr(Registry, "verified", lambda _, model: Path(model.name))
    out = evaluate(source, "--close-look")
    assert len(opened) == 2
    assert "against" in out


def test_a_close_look_is_not_compared_with_another_model(source):
    with pytest.raises(UsageError, match="leave out --against"):
        evaluate(source, "--close-look", "--against", "worse.xml")
