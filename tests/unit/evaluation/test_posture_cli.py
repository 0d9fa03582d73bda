"""``deportment evaluate posture``: the tables, and the command on the shared pictures."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.shared import DATA
from vision.evaluation.cli import evaluate_app
from vision.evaluation.posture import PostureReport, ProtocolResult
from vision.evaluation.posture_cli import posture_tables
from vision.evaluation.tally import tally
from vision.types import VerdictKind

POSTURE = DATA / "posture"
BAD, GOOD = True, False
SOME = tally(
    [
        (BAD, VerdictKind.VIOLATION),
        (BAD, VerdictKind.COMPLIANT),
        (GOOD, VerdictKind.COMPLIANT),
        (GOOD, VerdictKind.UNKNOWN),
    ]
)


def test_a_line_for_every_assumption_and_every_plain_rule() -> None:
    result = ProtocolResult("calibrated first", SOME, {}, SOME, ())
    report = PostureReport(4, {"calibrated": result}, {"fixed limits": SOME}, None)
    out = StringIO()
    Console(file=out, width=80).print(posture_tables(report))
    lines = [line.split() for line in out.getvalue().splitlines() if "25.0%" in line]
    assert [line[-4:] for line in lines] == [["0.667", "1.000", "0.500", "25.0%"]] * 3
    assert [line[0] for line in lines] == ["calibrated", "calibrated,", "fixed"]


@pytest.mark.models
@pytest.mark.shared
@pytest.mark.skipif(not POSTURE.is_dir(), reason="needs ../shared/data/posture")
def test_the_shared_pictures_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "posture.json"
    result = CliRunner().invoke(
        evaluate_app, ["posture", str(POSTURE), "--json", str(file)], catch_exceptions=False
    )
    assert result.exit_code == 0
    assert json.loads(file.read_text())["pictures"] == 165
