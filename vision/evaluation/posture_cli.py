"""``deportment evaluate posture``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.console import Console, Group
from rich.table import Table

from vision.evaluation.posture import PostureReport, evaluate_posture
from vision.evaluation.posture_scenes import evaluate_scenes, scenes_table, scenes_to_json
from vision.evaluation.tally import Tally
from vision.registry import Registry


def posture(
    folder: Annotated[
        Path, typer.Argument(help="Folder with good/, bad/ and keypoints.json, or of scenes.")
    ],
    keypoints: Annotated[
        Path | None, typer.Option(help="Rows of landmarks with a class column (CSV), as well.")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="FOLDER holds recorded scenes of the simulator.")
    ] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Slouching against upright on labelled pictures, or events of posture on simulated scenes."""
    if simulated:
        figures = evaluate_scenes(folder)
        _write(as_json, scenes_to_json(figures))
        Console().print(scenes_table(figures))
        return
    from vision.pose.mediapipe import MediaPipePose

    registry = Registry.load()
    with MediaPipePose(registry.verified(registry.default("pose"))) as estimator:
        report = evaluate_posture(folder, estimator, keypoints)
    _write(as_json, report.as_json())
    Console().print(posture_tables(report))


def _write(file: Path | None, document: dict[str, Any]) -> None:
    if file is not None:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")


def posture_tables(report: PostureReport) -> Group:
    """The rule under every assumption, and below it the plain rules that it has to beat."""
    ours = _table("assumption")
    for name, protocol in report.protocols.items():
        _add(ours, name, protocol.shipped)
        _add(ours, f"{name}, held out", protocol.held_out)
    plain = _table("plain rule, fitted elsewhere")
    for name, fitted in report.fitted.items():
        _add(plain, name, fitted)
    return Group(f"{report.pictures} pictures", ours, plain)


def _table(first: str) -> Table:
    table = Table(box=SIMPLE)
    table.add_column(first, no_wrap=True)
    for heading in ("F1", "precision", "recall", "unknown"):
        table.add_column(heading, justify="right")
    return table


def _add(table: Table, name: str, counted: Tally) -> None:
    shares = (counted.f1, counted.precision, counted.recall)
    table.add_row(name, *(f"{share:.3f}" for share in shares), f"{counted.unknown_share:.1%}")
