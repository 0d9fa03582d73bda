"""``deportment inspect``: what the models see in single pictures."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import cv2
import typer

from vision.config import load_site
from vision.errors import UnreadableSource, UsageError
from vision.evidence.annotate import annotate
from vision.jobs.inputs import camera_of
from vision.jobs.inspection import (
    Inspection,
    inspect_picture,
    inspection_to_json,
    whole_picture,
)
from vision.sources.pictures import pictures_in
from vision.wiring import camera_plan, open_models, rules_with


def inspect(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures, or folders of them.")],
    site: Annotated[
        Path | None, typer.Option(help="Site file; without it the whole picture is one post.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Camera of the site.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="Write the lines here, not to stdout.")] = None,
    draw: Annotated[Path | None, typer.Option(help="Folder for annotated pictures.")] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Lowest confidence of a box to show.")
    ] = 0.25,
) -> None:
    """Show boxes, landmarks and verdicts of single pictures, one JSON object per line."""
    config = load_site(site) if site else whole_picture()
    failures: list[str] = []
    paths = list(_expanded(pictures, failures))
    _make_folder(draw)
    with (
        open_models(floor_confidence=min(min_confidence, 0.1)) as models,
        _opened(jsonl) as out,
    ):
        rules = rules_with(models.thresholds)
        for path in paths:
            try:
                plan = camera_plan(config, camera_of(path, config, camera), rules)
                one = inspect_picture(path, plan, models)
            except UnreadableSource as error:
                failures.append(str(error))
                continue
            line = inspection_to_json(one, min_confidence)
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            if draw is not None:
                _draw(one, draw, min_confidence)
    for failure in failures:
        typer.echo(f"deportment: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


def _expanded(paths: Sequence[Path], failures: list[str]) -> Iterator[Path]:
    for path in paths:
        try:
            yield from pictures_in(path) if path.is_dir() else [path]
        except UnreadableSource as error:
            failures.append(str(error))


def _make_folder(folder: Path | None) -> None:
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--draw {folder}: cannot be made: {error.strerror}") from error


def _opened(jsonl: Path | None) -> AbstractContextManager[TextIO]:
    if jsonl is None:
        return nullcontext(sys.stdout)
    try:
        return jsonl.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--jsonl {jsonl}: cannot be written: {error.strerror}") from error


def _draw(one: Inspection, folder: Path, min_confidence: float) -> None:
    seen = [
        (observation, found.found.above(min_confidence))
        for observation, found in zip(one.observations, one.looks, strict=True)
    ]
    lines = [
        f"{observation.window_id}  {rule_id}: {verdict.kind.value}  {verdict.reason}"
        for observation, verdicts in zip(one.observations, one.verdicts, strict=True)
        for rule_id, verdict in verdicts.items()
        if not verdict.is_unknown
    ]
    target = folder / f"{one.path.stem}.png"
    cv2.imwrite(str(target), annotate(one.frame.image, seen, lines))
