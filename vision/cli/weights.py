"""``deportment weights``: get, verify and list the models."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from vision.pose.fetch import fetch
from vision.registry import Finding, Model, Registry, home

weights_app = typer.Typer(
    help="Get, verify and list the models.", no_args_is_help=True, rich_markup_mode=None
)


@weights_app.command()
def pull(
    to: Annotated[
        Path | None,
        typer.Option(
            help="Folder to put the models into, to carry them to a site without internet"
        ),
    ] = None,
) -> None:
    """Get the models that do not travel with the product; what is there is kept."""
    registry = Registry.load()
    for model in registry.models:
        if model.source is None:
            continue
        folder = to or home() / "weights"
        there = Registry((model,), (folder,) if to else registry.folders).findings(model)
        for finding in there:
            if finding.ok:
                typer.echo(f"{model.name}: already there: {finding.path}")
            else:
                origin = fetch(finding.file, model.source, folder)
                typer.echo(f"{model.name}: {folder / finding.file.path} (from {origin})")


@weights_app.command()
def verify() -> None:
    """Hash every registered file; exit 1 if one is missing or altered."""
    registry = Registry.load()
    bad = 0
    for model in registry.models:
        for finding in registry.findings(model):
            bad += not finding.ok
            typer.echo(_verified(model, finding), err=not finding.ok)
    if bad:
        raise typer.Exit(1)


def _verified(model: Model, finding: Finding) -> str:
    line = f"{finding.state:8} {model.name}: {finding.file.path}"
    if finding.ok:
        return line
    found = finding.sha256 or "nothing"
    return f"{line}: expected sha256 {finding.file.sha256}, found {found}"


@weights_app.command(name="list")
def list_models() -> None:
    """Show every registered model, where it lies and whether it is unaltered."""
    registry = Registry.load()
    shipped, pulled = registry.folders
    headings = ("name", "role", "MB", "sha256", "licence", "where", "state")
    table = Table(
        *(Column(text, no_wrap=True) for text in headings), box=None, padding=(0, 1, 0, 0)
    )
    for model in registry.models:
        findings = registry.findings(model)
        table.add_row(
            f"{model.name}{' *' if model.default else ''}",
            model.role,
            f"{model.size_bytes / 1e6:.1f}",
            (findings[0].sha256 or model.files[0].sha256)[:8],
            model.licence,
            "pulled" if model.source else "shipped",
            next((finding.state for finding in findings if not finding.ok), "ok"),
        )
    Console().print(table)
    typer.echo(f"* used by default\nshipped: {shipped}\npulled: {pulled}")
