"""``deportment record``: the observations of footage, to judge them again without pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from vision.cli.options import SiteFile
from vision.config import load_site
from vision.evaluation.recording import write_recording
from vision.jobs.inputs import Given, prepare
from vision.pipeline import CameraPipeline, Outcome
from vision.sources.capture_time import parse_start
from vision.wiring import camera_plan, open_footage, open_models, rules_with


def record(
    video: Annotated[Path, typer.Argument(help="File or folder of pictures.")],
    site: SiteFile,
    out: Annotated[Path, typer.Option(help="The recording to write (.jsonl.gz).")],
    camera: Annotated[str | None, typer.Option(help="Camera that recorded it.")] = None,
    start: Annotated[str | None, typer.Option(help="Capture time, ISO 8601.")] = None,
    name_pattern: Annotated[
        str | None, typer.Option(help="strptime pattern of the capture time in the file names.")
    ] = None,
) -> None:
    """Write what was observed, so that rules can be tried on it without models."""
    config = load_site(site)
    moment = parse_start(start, config.zone) if start else None
    one = prepare(video, config, Given(camera, moment, name_pattern))
    with open_models() as models:
        plan = camera_plan(config, one.camera_id, rules_with(models.thresholds))
        source = open_footage(
            one.path, config, one.camera_id, one.start, name_pattern=one.name_pattern
        )
        turns = CameraPipeline(plan, models.detector, models.pose).run(source)
        count = write_recording(out, _all(turn.outcomes for turn in turns))
    typer.echo(f"{out}: {count} observations of {len(plan.windows)} windows")


def _all(groups: Iterator[tuple[Outcome, ...]]) -> Iterator[Outcome]:
    for group in groups:
        yield from group
