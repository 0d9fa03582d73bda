"""``deportment evaluate detector``."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from vision.detect.calibration import Calibration
from vision.errors import UsageError
from vision.evaluation.detector import Judged, judge
from vision.evaluation.detector_calibration import as_calibration, calibrated, fit_all
from vision.evaluation.detector_compare import compare
from vision.evaluation.detector_page import detector_page
from vision.evaluation.detector_print import (
    calibration_table,
    calibration_toml,
    class_table,
    difference_table,
    needs_px_lines,
    threshold_table,
    threshold_toml,
)
from vision.evaluation.detector_report import Evaluation, evaluation_to_json
from vision.evaluation.detector_sizes import SHRINKS
from vision.evaluation.detector_threshold import USUAL_LEVEL, fit_thresholds, given
from vision.labelled.manifest import gather, read_manifest
from vision.labelled.pictures import Picture, load_source
from vision.registry import Model, Registry
from vision.types import Label

DEFAULT_THRESHOLD = 0.5
USUAL_SIDE_PX = 416


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
    against: Annotated[
        Path | None, typer.Option(help="A second .xml, to compare on the same pictures.")
    ] = None,
    input_px: Annotated[
        int | None,
        typer.Option(min=32, help="Side of the network's input; the registered one's by default."),
    ] = None,
    shrink: Annotated[
        float, typer.Option(min=0.02, max=1, help="Show the pictures smaller by this factor.")
    ] = 1.0,
    sizes: Annotated[
        bool, typer.Option(help="Show them at 1/2, 1/4 and 1/8 too, for recall by size.")
    ] = False,
    fit_precision: Annotated[
        float | None,
        typer.Option(min=0.5, max=1, help="Choose thresholds that reach this precision."),
    ] = None,
    confidence_level: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=0.999, help="Precision must hold at this confidence level (one-sided)."
        ),
    ] = None,
    fit_calibration: Annotated[
        bool, typer.Option(help="Fit what makes confidence the share of right boxes.")
    ] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with curves and mistakes here.")
    ] = None,
    mistakes: Annotated[
        int, typer.Option(min=0, max=50, help="Pictures of mistakes per class in the page.")
    ] = 6,
) -> None:
    """Average precision, precision and recall per class, source and object size."""
    if confidence_level is not None and fit_precision is None:
        raise UsageError("--confidence-level says how sure --fit-precision must be: give both")
    registry = Registry.load()
    registered = registry.default("detector")
    path = model or registry.verified(registered)
    pictures = _pictures(data, manifest, side)
    side_px = input_px or registered.input_px or USUAL_SIDE_PX
    shown = [shrink, *(shrink * factor for factor in SHRINKS if sizes)]
    raw, *smaller = _judged(path, pictures, shown, side_px)
    fits = fit_all(raw) if fit_calibration else None
    maps = Calibration.of(registered.calibration) if fits is None else as_calibration(fits)
    judged = calibrated(raw, maps)
    found = Evaluation(
        raw=raw,
        judged=judged,
        smaller=[calibrated(one, maps) for one in smaller],
        thresholds=(
            given(judged, _written(registered))
            if fit_precision is None
            else fit_thresholds(judged, fit_precision, confidence_level)
        ),
        fits=fits,
        differences=(
            {}
            if against is None
            else compare(raw, _judged(against, pictures, [shrink], side_px)[0])
        ),
        level=confidence_level or USUAL_LEVEL,
    )
    figures = evaluation_to_json(found)
    if as_json is not None:
        _write(as_json, json.dumps(figures, indent=2) + "\n")
    if html is not None:
        _write(html, detector_page(found, path.name, mistakes))
    _print(found, figures, fitted=fit_precision is not None)


def _written(model: Model) -> dict[Label, float]:
    return {label: model.thresholds.get(label.name.lower(), DEFAULT_THRESHOLD) for label in Label}


def _judged(
    path: Path, pictures: list[Picture], shrinks: list[float], input_px: int
) -> list[list[Judged]]:
    from vision.detect.openvino import OpenVinoDetector

    with OpenVinoDetector(path, min_confidence=0.01, input_px=input_px) as seeing:
        return [judge(seeing, pictures, input_px=input_px, shrink=factor) for factor in shrinks]


def _print(found: Evaluation, figures: Mapping[str, Any], *, fitted: bool) -> None:
    console = Console()
    console.print(class_table(figures), threshold_table(found.thresholds, found.level))
    console.print(calibration_table(figures))
    if found.differences:
        console.print(difference_table(found.differences))
    lines = list(threshold_toml(found.thresholds)) if fitted else []
    if found.fits is not None:
        lines += ["", *calibration_toml(found.fits)]
    if found.smaller:
        lines += ["", *needs_px_lines(figures)]
    typer.echo("\n".join(lines))


def _pictures(data: Path, manifest: Path | None, side: Side) -> list[Picture]:
    if manifest is not None:
        material = gather(read_manifest(manifest), data)
        return material.validation if side is Side.VALIDATION else material.held_back
    folders = [data] if (data / "images").is_dir() else sorted(data.glob("*/"))
    pictures = [picture for folder in folders for picture in load_source(folder)]
    if not pictures:
        raise UsageError(f"{data}: no source in it; a source has images/ and labels/")
    return pictures


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
