"""``deportment train`` and ``deportment export``."""

from pathlib import Path
from typing import Annotated

import typer

from vision.errors import MissingExtra, UsageError
from vision.labelled.manifest import gather, read_manifest, weights
from vision.training.ablation import Part, as_labelled, reduced
from vision.training.export import Head, convert, file_entry, save

CALIBRATION_PICTURES = 300


def train(
    manifest: Annotated[Path, typer.Argument(help="Manifest, such as datasets/detector/*.toml.")],
    data: Annotated[Path, typer.Option(help="Folder that holds the sources.")],
    checkpoints: Annotated[Path, typer.Option(help="Folder that holds the starting weights.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    resume: Annotated[bool, typer.Option(help="Go on where the run was stopped.")] = False,
    hours: Annotated[float, typer.Option(help="Most hours of computing, over all runs.")] = 1e6,
    steps: Annotated[int | None, typer.Option(min=1, help="Instead of the manifest's.")] = None,
    hold_back: Annotated[
        list[str] | None, typer.Option(help="A source not to train on; can be repeated.")
    ] = None,
    without: Annotated[
        list[Part] | None, typer.Option(help="Leave this part out; can be repeated.")
    ] = None,
) -> None:
    """Train the detector; can be stopped at any time and gone on with by --resume."""
    left_out = without or []
    plan = reduced(read_manifest(manifest), left_out, hold_back or [], steps)
    if (out / "state.pt").is_file() and not resume:
        raise UsageError(f"{out} holds a stopped run: add --resume, or name another folder")
    try:
        from vision.training.prepare import completed, recipe
        from vision.training.train import train as run
    except ImportError as error:
        raise MissingExtra("train", "training") from error
    material = gather(plan, data)
    pictures = completed(plan, as_labelled(material.train, left_out), checkpoints, out)
    typer.echo(
        f"{len(pictures)} pictures to train on, {len(material.validation)} for validation, "
        f"{len(material.held_back)} held back"
    )
    final = run(pictures, weights(plan, pictures), recipe(plan, checkpoints, hours * 3600), out)
    typer.echo(f"{final}: export it with: deportment export {final} --to weights/NAME.xml")


def export(
    checkpoint: Annotated[Path, typer.Argument(help="A trained .pt file.")],
    to: Annotated[Path, typer.Option(help="The .xml file to write; its .bin comes beside it.")],
    head: Annotated[Head, typer.Option(help="Which head to export.")] = "one_to_many",
    int8: Annotated[bool, typer.Option(help="Quantise; needs --manifest and --data.")] = False,
    manifest: Annotated[Path | None, typer.Option(help="Manifest, for calibration.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder that holds the sources.")] = None,
) -> None:
    """Write the OpenVINO model that the product serves, and its rows for the registry."""
    model = convert(checkpoint, head)
    if int8:
        if manifest is None or data is None:
            raise UsageError("--int8 needs --manifest and --data: pictures to calibrate on")
        from vision.training.quantise import quantise

        pictures = gather(read_manifest(manifest), data).train
        model = quantise(model, pictures[:: max(1, len(pictures) // CALIBRATION_PICTURES)])
    for path in save(model, to):
        entry = file_entry(path)
        typer.echo(
            f'{{path = "{entry["path"]}", sha256 = "{entry["sha256"]}", '
            f"size_bytes = {entry['size_bytes']}}},"
        )
