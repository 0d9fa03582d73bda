"""`deportment simulate`: renders scenarios to footage with its truth, or random pictures."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from vision.errors import UsageError
from vision.simulation.extra import need
from vision.simulation.scenario import load_scenario

app = typer.Typer(help="Render labelled footage and pictures of a service hall.")


@app.command("simulate")
def simulate(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file; left out with --pictures.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("simulated"),
    pictures: Annotated[
        int, typer.Option(min=0, help="Render this many random labelled pictures instead.")
    ] = 0,
    postures: Annotated[
        int, typer.Option(min=0, help="Render this many scenes of posture for every view instead.")
    ] = 0,
    conduct: Annotated[
        str,
        typer.Option(help="What staff do in --pictures: 'things' in the hand, or 'rest'."),
    ] = "things",
    seed: Annotated[int, typer.Option(help="Seed of the random pictures or scenes.")] = 0,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes; 0 is one a core, at most four.")
    ] = 0,
    realism: Annotated[
        bool, typer.Option("--realism", help="Measure how real models see the rendered people.")
    ] = False,
    weights: Annotated[
        Path | None, typer.Option(help="COCO weights of Ultralytics, for --realism.")
    ] = None,
    pose_model: Annotated[
        Path | None, typer.Option(help="MediaPipe pose bundle (.task), for --realism.")
    ] = None,
) -> None:
    """Render SCENARIO to a clip with site file, truth and labels, or --pictures or --postures N.

    An interrupted run continues where it stopped.
    """
    need("pyvista", "anny", "torch")
    if realism:
        _realism(out, weights, pose_model, seed, pictures or 120)
    elif postures:
        _postures(out, postures, seed)
    elif pictures:
        _pictures(out, pictures, seed, conduct)
    elif scenario is not None:
        _clip(scenario, out, workers)
    else:
        raise UsageError("expected a SCENARIO file, --pictures N or --postures N")


def _clip(file: Path, out: Path, workers: int) -> None:
    from vision.simulation.film import film, usable_cores

    scenario = load_scenario(file)
    begun = time.monotonic()
    with _bar(scenario.name, scenario.frame_count) as advance:
        clip = film(scenario, out, workers or min(4, usable_cores()), advance)
    each_s = (time.monotonic() - begun) / scenario.frame_count
    typer.echo(f"{clip.video}\n{clip.site}\n{clip.truth}\n{clip.labels}")
    typer.echo(f"{scenario.frame_count} pictures, {each_s:.2f} s each")


def _pictures(out: Path, count: int, seed: int, conduct: str) -> None:
    from vision.simulation.pictures import CONDUCT, write_pictures

    if conduct not in CONDUCT:
        raise UsageError(f"--conduct: no '{conduct}'; expected {' or '.join(CONDUCT)}")
    with _bar("pictures", count) as advance:
        write_pictures(out, count, seed, advance, CONDUCT[conduct])
    typer.echo(str(out))


def _postures(out: Path, each: int, seed: int) -> None:
    from vision.simulation.posture_scenes import VIEWS
    from vision.simulation.stills import NAME_PATTERN, write_posture_scenes

    with _bar("postures", each * len(VIEWS)) as advance:
        write_posture_scenes(out, seed, each, progress=advance)
    typer.echo(f"{out}: record each with --name-pattern {NAME_PATTERN}")


def _realism(
    out: Path, weights: Path | None, pose_model: Path | None, seed: int, count: int
) -> None:
    from vision.simulation.realism import measure_realism

    if weights is None or pose_model is None:
        raise UsageError("--realism needs --weights COCO.pt and --pose-model POSE.task")
    with _bar("realism", count) as advance:
        report = measure_realism(out, weights, pose_model, seed, count, advance)
    typer.echo(report)


@contextmanager
def _bar(name: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task(name, total=total)
        yield lambda done: progress.advance(task, done)
