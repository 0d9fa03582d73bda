"""The root of the command line: mounts the commands, turns errors into one line and a code."""

import sys

import typer

from vision import __version__
from vision.cli.audit import audit
from vision.cli.calibrate import calibrate_window
from vision.cli.cameras import cameras_app
from vision.cli.check import check
from vision.cli.demo import demo
from vision.cli.doctor import doctor
from vision.cli.exempt import exempt_app
from vision.cli.inspect import inspect
from vision.cli.negatives import negatives
from vision.cli.outbox import outbox
from vision.cli.record import record
from vision.cli.report import report_app
from vision.cli.retention import retention_app
from vision.cli.serve import serve
from vision.cli.user import user
from vision.cli.watch import watch
from vision.cli.weights import weights_app
from vision.errors import DeportmentError
from vision.evaluation.cli import evaluate_app
from vision.simulation.cli import simulate
from vision.training.cli import export, train

app = typer.Typer(
    help="Audit conduct at service windows from the hall's own CCTV.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("demo")(demo)
app.command("audit")(audit)
app.command("watch")(watch)
app.command("outbox")(outbox)
app.command("serve")(serve)
app.command("user")(user)
app.command("check")(check)
app.command("calibrate")(calibrate_window)
app.command("inspect")(inspect)
app.command("record")(record)
app.command("doctor")(doctor)
app.command("simulate")(simulate)
app.command("train")(train)
app.command("export")(export)
app.command("negatives")(negatives)
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(exempt_app, name="exempt")
app.add_typer(retention_app, name="retention")
app.add_typer(report_app, name="report")
app.add_typer(cameras_app, name="cameras")
app.add_typer(weights_app, name="weights")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deportment {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),
) -> None:
    """Audit conduct at service windows from the hall's own CCTV."""


def main() -> None:
    """Entry point of ``deportment``."""
    try:
        app()
    except DeportmentError as error:
        typer.echo(f"deportment: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("deportment: interrupted; what was committed stands", err=True)
        sys.exit(130)
