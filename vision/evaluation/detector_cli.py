"""``deportment evaluate detector``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from vision.detect.calibration import Calibration
from vision.errors import UsageError
from vision.evaluation.closer import CloserDetector
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
from vision.evaluation.detector_threshold import USUAL_LEVEL, Threshold, fit_thresholds, given
from vision.labelled.manifest import gather, read_manifest
from vision.labelled.pictures import Picture, load_source
from vision.ports import Detector
from vision.registry import Model, Registry
from vision.types import Label

DEFAULT_THRESHOLD = 0.5
USUAL_SIDE_PX = 416
LOWEST_CONFIDENCE = 0.01


class Side(StrEnum):
    """Which pictures of a manifest."""

    VALIDATION = "validation"
    HELD_BACK = "held-back"


OfManifest = Annotated[
    Path | None, typer.Option(help="Training manifest: score only what it did not train on.")
]
WhichSide = Annotated[Side, typer.Option(help="Which pictures of the manifest.")]
Other = Annotated[Path | None, typer.Option(help="Another .xml than the registered detector.")]
Against = Annotated[
    Path | None, typer.Option(help="A second .xml, to compare on the same pictures.")
]
CloseLook = Annotated[
    bool,
    typer.Option(help="Look at heads, hands and feet again, and compare with a single look."),
]
InputPx = Annotated[
    int | None,
    typer.Option(min=32, help="Side of the network's input; the registered one's by default."),
]
Shrink = Annotated[
    float, typer.Option(min=0.02, max=1, help="Show the pictures smaller by this factor.")
]
F32 = Annotated[
    bool,
    typer.Option("--f32", help="Calculate in 32 bits, as processors without bfloat16 do."),
]
Sizes = Annotated[bool, typer.Option(help="Show them at 1/2, 1/4 and 1/8 too, for recall by size.")]
FitPrecision = Annotated[
    float | None, typer.Option(min=0.5, max=1, help="Choose thresholds that reach this precision.")
]
Level = Annotated[
    float | None,
    typer.Option(
        min=0.5, max=0.999, help="Precision must hold at this confidence level (one-sided)."
    ),
]
FitCalibration = Annotated[
    bool, typer.Option(help="Fit what makes confidence the share of right boxes.")
]
Json = Annotated[Path | None, typer.Option("--json", help="Write the figures here.")]
Html = Annotated[Path | None, typer.Option(help="Write a page with curves and mistakes here.")]
Mistakes = Annotated[
    int, typer.Option(min=0, max=50, help="Pictures of mistakes per class in the page.")
]


@dataclass(frozen=True, slots=True)
class _Exam:
    """Which pictures are shown, and how."""

    pictures: list[Picture]
    shrink: float
    sizes: bool
    input_px: int
    look_px: tuple[int, ...]
    f32: bool

    def of(self, path: Path, *, closely: bool = False) -> list[list[Judged]]:
        """What a model says: at the size asked for, then at the smaller ones."""
        shown = [self.shrink, *(self.shrink * factor for factor in SHRINKS if self.sizes)]
        with self._opened(path, closely) as seeing:
            return [
                judge(seeing, self.pictures, input_px=self.input_px, shrink=factor)
                for factor in shown
            ]

    @contextmanager
    def _opened(self, path: Path, closely: bool) -> Iterator[Detector]:
        from vision.detect.openvino import OpenVinoDetector

        with ExitStack() as stack:
            seeing = stack.enter_context(
                OpenVinoDetector(
                    path,
                    min_confidence=LOWEST_CONFIDENCE,
                    input_px=self.input_px,
                    look_px=self.look_px,
                    f32=self.f32,
                )
            )
            if not closely:
                yield seeing
                return
            from vision.pose.mediapipe import MediaPipePose

            registry = Registry.load()
            bundle = registry.verified(registry.default("pose"))
            yield CloserDetector(seeing, stack.enter_context(MediaPipePose(bundle)))


def detector(
    data: Annotated[Path, typer.Argument(help="Folder that holds the sources, or one source.")],
    manifest: OfManifest = None,
    side: WhichSide = Side.VALIDATION,
    model: Other = None,
    against: Against = None,
    close_look: CloseLook = False,
    input_px: InputPx = None,
    f32: F32 = False,
    shrink: Shrink = 1.0,
    sizes: Sizes = False,
    fit_precision: FitPrecision = None,
    confidence_level: Level = None,
    fit_calibration: FitCalibration = False,
    as_json: Json = None,
    html: Html = None,
    mistakes: Mistakes = 6,
) -> None:
    """Average precision, precision and recall per class, source and object size."""
    if confidence_level is not None and fit_precision is None:
        raise UsageError("--confidence-level says how sure --fit-precision must be: give both")
    if close_look and against is not None:
        raise UsageError("--close-look compares with a single look: leave out --against")
    registry = Registry.load()
    registered = registry.default("detector")
    path = model or registry.verified(registered)
    side_px = input_px or registered.input_px or USUAL_SIDE_PX
    look_px = () if input_px else registered.look_px
    exam = _Exam(_pictures(data, manifest, side), shrink, sizes, side_px, look_px, f32)
    raw, *smaller = exam.of(path, closely=close_look)
    other = path if close_look else against
    fits = fit_all(raw) if fit_calibration else None
    maps = Calibration.of(registered.calibration) if fits is None else as_calibration(fits)
    judged = calibrated(raw, maps)
    found = Evaluation(
        raw=raw,
        judged=judged,
        smaller=[calibrated(one, maps) for one in smaller],
        thresholds=_thresholds(judged, registered, fit_precision, confidence_level),
        fits=fits,
        differences={} if other is None else compare(raw, replace(exam, sizes=False).of(other)[0]),
        level=confidence_level or USUAL_LEVEL,
    )
    figures = evaluation_to_json(found)
    if as_json is not None:
        _write(as_json, json.dumps(figures, indent=2) + "\n")
    if html is not None:
        _write(html, detector_page(found, path.name, mistakes))
    _print(found, figures, fitted=fit_precision is not None)


def _thresholds(
    judged: Sequence[Judged], model: Model, precision: float | None, level: float | None
) -> dict[Label, Threshold]:
    """Those that give a precision, or the registered ones."""
    if precision is None:
        return given(judged, _written(model))
    return fit_thresholds(judged, precision, level)


def _written(model: Model) -> dict[Label, float]:
    return {label: model.thresholds.get(label.name.lower(), DEFAULT_THRESHOLD) for label in Label}


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
