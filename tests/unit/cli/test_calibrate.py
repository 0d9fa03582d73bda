"""``deportment calibrate`` with scripted models: what it prints, writes, draws and refuses."""

from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from tests.bodies import Body
from vision.cli import calibrate
from vision.cli.check import hints
from vision.cli.main import app
from vision.config import config_sha256, load_site
from vision.observe import post_of
from vision.testing.models import ScriptedDetector, ScriptedPose
from vision.types import Detections, Label
from vision.wiring import DEFAULT_THRESHOLDS, Models, camera_plan, rules_with

SITE = """\
site: {id: hall}
cameras: [{id: c}]
windows:   # two of them
  - {id: A, camera: c, post: [[0, 0], [0.8, 0], [0.8, 1], [0, 1]]}
  - {id: B, camera: c, post: [[0.9, 0], [1, 0], [1, 1], [0.9, 1]]}
"""
BOX = (200, 100, 440, 470)
SITTING = Body(neck_deg=10, trunk_deg=2, middle_px=(140, 330))


@pytest.fixture
def hall(tmp_path):
    noise = np.random.default_rng(1)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(8):
        image = noise.integers(60, 200, (480, 640, 3), np.uint8)
        cv2.imwrite(str(pictures / f"{number}.png"), image)
    (tmp_path / "hall.yaml").write_text(SITE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(hall, monkeypatch):
    def go(*arguments, persons=1, body=SITTING):
        @contextmanager
        def models():
            boxes = [(Label.PERSON, 0.9, (BOX[0] - 150 * n, *BOX[1:])) for n in range(persons)]
            detector = ScriptedDetector(lambda _: Detections.of(boxes))
            pose = ScriptedPose(lambda _: body.pose())
            yield Models(detector, pose, "", "", DEFAULT_THRESHOLDS)

        monkeypatch.setattr(calibrate, "open_models", models)
        words = ["calibrate", "--site", str(hall / "hall.yaml"), *map(str, arguments)]
        return CliRunner().invoke(app, words)

    return go


def upright_in(hall):
    return load_site(hall / "hall.yaml").windows[0].upright


def test_it_prints_what_it_learnt_and_writes_it(hall, run):
    before = config_sha256(load_site(hall / "hall.yaml"))
    result = run("--window", "A", hall / "pictures")
    assert result.exit_code == 0, result.output
    assert "seen from the side" in result.output
    assert "8 pictures" in result.output
    assert "lateral_tilt_deg (needs a view from the front)" in result.output
    kept = upright_in(hall)
    assert kept.size_px == (640, 480)
    assert kept.side.neck_flexion_deg[0] == pytest.approx(10, abs=1)
    text = (hall / "hall.yaml").read_text(encoding="utf-8")
    assert "# two of them" in text
    assert config_sha256(load_site(hall / "hall.yaml")) != before
    assert f"{kept.side.neck_flexion_deg[0] + 25:.2f}" in result.output


def test_every_use_of_the_site_begins_with_it(hall, run):
    run("--window", "A", hall / "pictures")
    plan = camera_plan(load_site(hall / "hall.yaml"), "c", rules_with(DEFAULT_THRESHOLDS))
    ours, other = (window.post((640, 480)).fresh.baseline.usual for window in plan.windows)
    assert round(ours.neck_flexion_deg) == 10
    assert other is None
    assert (
        plan.windows[0].post((1280, 960)).fresh
        == post_of("A", [(0, 0), (1, 0), (1, 1)], (9, 9)).fresh
    )


def test_a_second_calibration_takes_the_place_of_the_first(hall, run):
    run("--window", "A", hall / "pictures")
    leaning = Body(neck_deg=20, trunk_deg=2, middle_px=(140, 330))
    assert run("--window", "A", hall / "pictures", body=leaning).exit_code == 0
    assert upright_in(hall).side.neck_flexion_deg[0] == pytest.approx(20, abs=1)


def test_a_dry_run_changes_nothing(hall, run):
    assert run("--window", "A", "--dry-run", hall / "pictures").exit_code == 0
    assert (hall / "hall.yaml").read_text(encoding="utf-8") == SITE


def test_it_draws_what_it_learnt(hall, run):
    run("--window", "A", "--draw", hall / "seen.png", hall / "pictures")
    picture = cv2.imread(str(hall / "seen.png"))
    assert picture.shape[0] > 480
    assert picture.shape[1] == 640


@pytest.mark.parametrize(
    ("arguments", "given", "why"),
    [
        (("--window", "A"), {"persons": 0}, "nobody is seen in the post in 8 of 8 pictures"),
        (("--window", "A"), {"persons": 2}, "more than one person is in the post in 8 of 8"),
        (("--window", "B"), {}, "nobody is seen"),
        (("--window", "A"), {"body": Body(neck_deg=60, middle_px=(140, 330))}, "sit upright"),
        (("--window", "Z"), {}, "no window 'Z' in"),
    ],
    ids=["nobody", "two", "nobody in that post", "slumped", "no such window"],
)
def test_what_is_refused_leaves_the_file_alone(hall, run, arguments, given, why):
    result = run(*arguments, hall / "pictures", **given)
    assert result.exit_code != 0
    assert why in str(result.exception)
    assert (hall / "hall.yaml").read_text(encoding="utf-8") == SITE


@pytest.mark.parametrize(
    ("source", "why"), [("nowhere.mp4", "no such file"), ("camera", "expected a URL")]
)
def test_what_cannot_be_opened_is_named(hall, run, source, why):
    assert why in str(run("--window", "A", source).exception)


def test_a_dark_post_is_no_reference(hall, run):
    for file in (hall / "pictures").iterdir():
        cv2.imwrite(str(file), np.zeros((480, 640, 3), np.uint8))
    assert "the post cannot be seen: dark" in str(run("--window", "A", hall / "pictures").exception)


def test_check_says_that_a_post_was_drawn_anew(hall, run):
    run("--window", "A", hall / "pictures")
    file = hall / "hall.yaml"
    assert not any("upright" in line for line in hints(load_site(file)))
    file.write_text(file.read_text(encoding="utf-8").replace("0.8", "0.7"), encoding="utf-8")
    told = [line for line in hints(load_site(file)) if "upright" in line]
    assert told == [
        "window 'A': its upright reference is not applied: the post was drawn anew since it was "
        "taken; run deportment calibrate again"
    ]
