"""``deportment evaluate detector``."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vision.errors import UsageError
from vision.evaluation.detector import LOOSE_IOU, Judged, judge, of_class, report
from vision.evaluation.detector_curves import threshold_for
from vision.labelled.manifest import gather, read_manifest
from vision.labelled.pictures import Picture, load_source
from vision.registry import Registry
from vision.types import Label

DEFAULT_THRESHOLD = 0.5
NEVER = 1.01


class Side(StrEnum):
    """Which pictures of a manifest."""

    VALIDATION = "validation"
    HELD_BACK = "held-back"


def detector(
    data: Annotated[Path, typer.Argument(help="Folder that holds the sources, or one source.")],
    manifest: Annotated[
        Path | None, typer.Option(help="Training manifest: score only what it did not train on.")
    ] = None,
    side: Annotated[Side, typer.Option(help="Which pictures of the manifest.")] = Side.VALIDATION,
    model: Annotated[
        Path | None, typer.Option(help="Another .xml than the registered detector.")
    ] = None,
    shrink: Annotated[
        float, typer.Option(min=0.02, max=1, help="Show the pictures smaller by this factor.")
    ] = 1.0,
    fit_precision: Annotated[
        float | None, typer.Option(help="Choose thresholds that reach this precision.")
    ] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Average precision, precision and recall per class, source and object size."""
    from vision.detect.openvino import OpenVinoDetector

    registry = Registry.load()
    registered = registry.default("detector")
    pictures = _pictures(data, manifest, side)
    path = model or registry.verified(registered)
    with OpenVinoDetector(path, min_confidence=0.01) as seeing:
        judged = judge(seeing, pictures, shrink=shrink)
    thresholds = {
        label: registered.thresholds.get(label.name.lower(), DEFAULT_THRESHOLD) for label in Label
    }
    if fit_precision is not None:
        thresholds = fitted(judged, fit_precision)
    figures = report(judged, thresholds)
    if as_json is not None:
        as_json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    Console().print(_table(figures))


def fitted(judged: Sequence[Judged], precision: float) -> dict[Label, float]:
    """Thresholds at which boxes of each class reach a precision; above 1 where none does.

    A cigarette is right where its middle is: the rule asks where it is held, not how long it is.
    """
    thresholds = {}
    for label in Label:
        pooled = of_class(judged, label)
        right = pooled.centre if label in LOOSE_IOU else pooled.hit
        thresholds[label] = threshold_for(precision, pooled.confidence, right) or NEVER
    return thresholds


def _pictures(data: Path, manifest: Path | None, side: Side) -> list[Picture]:
    if manifest is not None:
        material = gather(read_manifest(manifest), data)
        return material.validation if side is Side.VALIDATION else material.held_back
    folders = [data] if (data / "images").is_dir() else sorted(data.glob("*/"))
    pictures = [picture for folder in folders for picture in load_source(folder)]
    if not pictures:
        raise UsageError(f"{data}: no source in it; a source has images/ and labels/")
    return pictures


def _table(figures: dict[str, object]) -> Table:
    columns = ("truths", "ap50", "ap50_95", "threshold", "precision", "recall")
    table = Table("class", *columns, title=f"{figures['pictures']} pictures")
    classes = figures["classes"]
    for name, row in classes.items() if isinstance(classes, dict) else ():
        table.add_row(name, *(str(row[column]) for column in columns))
    return table
