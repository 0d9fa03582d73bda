"""``deportment doctor``: what is installed, what is missing, what to do."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from vision.cli.checks import Check, run_checks

_COLOURS = {"ok": "green", "missing": "yellow", "broken": "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON")] = False,
) -> None:
    """Check this installation; exit 1 if something that serving needs is missing or broken."""
    checks = run_checks()
    failed = [check for check in checks if check.failed]
    if as_json:
        report = {"ok": not failed, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            _print(check)
        typer.echo(_summary(failed))
    if failed:
        raise typer.Exit(1)


def _print(check: Check) -> None:
    colour = _COLOURS[check.state] if check.needed or check.state == "ok" else "yellow"
    state = typer.style(f"{check.state:8}", fg=colour)
    optional = "" if check.needed else " (optional)" if check.state != "ok" else ""
    typer.echo(f"{state} {check.name}{optional}: {check.detail}")
    if check.remedy:
        typer.echo(f"{'':8} -> {check.remedy}")


def _summary(failed: list[Check]) -> str:
    if not failed:
        return "Everything that serving needs is there."
    return f"Needs attention: {', '.join(check.name for check in failed)}"
