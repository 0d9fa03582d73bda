"""``deportment report``: what was found and how sure it is, and whether it is still what was."""

import re
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

from vision.chain import Anchor
from vision.cli.options import (
    DEFAULT_DATABASE,
    Database,
    EvidenceFolder,
    SiteFile,
    evidence_folder,
)
from vision.config import load_site
from vision.errors import UsageError
from vision.evidence import FileEvidenceStore
from vision.jobs.verify import lost_evidence, verify
from vision.store import SqlStore

MOST_SHOWN = 20
_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")

report_app = typer.Typer(
    help="Reports for a period, and proof that nothing was changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


Period = Annotated[
    str, typer.Option(help="Year, month or day in the time of the hall, such as 2026-11.")
]
Out = Annotated[Path, typer.Option(help="File to write: .html to print, .xlsx or .csv.")]
Lang = Annotated[Literal["zh", "en"], typer.Option(help="Language of the report.")]


@report_app.command("events")
def events_command(
    site: SiteFile, period: Period, out: Out, db: Database = DEFAULT_DATABASE, lang: Lang = "zh"
) -> None:
    """Every event of a period, with its clauses, its review, and the coverage beside it."""
    _write("events", site, period, out, db, lang)


@report_app.command("coverage")
def coverage_command(
    site: SiteFile, period: Period, out: Out, db: Database = DEFAULT_DATABASE, lang: Lang = "zh"
) -> None:
    """How much of the schedule could be judged, per window and rule."""
    _write("coverage", site, period, out, db, lang)


@report_app.command("scorecard")
def scorecard_command(
    site: SiteFile, period: Period, out: Out, db: Database = DEFAULT_DATABASE, lang: Lang = "zh"
) -> None:
    """Scores of confirmed events per window, with what is still a claim."""
    _write("scorecard", site, period, out, db, lang)


def _write(kind: str, site: Path, period: str, out: Path, db: str, lang: str) -> None:
    config = load_site(site)
    _existing(db)
    offline = import_module("api.reports.offline")  # by name: this package never imports it
    with SqlStore(db) as store:
        rows = offline.write_report(store, config, kind, period, out, lang)
    typer.echo(f"{out}: {rows} rows")


@report_app.command("verify")
def verify_command(
    db: Database = DEFAULT_DATABASE,
    anchor: Annotated[
        list[str] | None, typer.Option(help="NUMBER:HASH as printed earlier; repeat it.")
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="Also read every picture and clip.")
    ] = False,
    evidence: EvidenceFolder = None,
) -> None:
    """Check the chain of hashes offline. Exit code 0: all fits, 1: something does not."""
    anchors = [_anchor(text) for text in anchor or ()]
    _existing(db)
    with SqlStore(db) as store:
        found = verify(store, anchors)
        lines = [str(one) for one in found.breaks]
        if files and not lines:
            lines = list(lost_evidence(store, FileEvidenceStore(evidence_folder(evidence, db))))
    for line in lines[:MOST_SHOWN]:
        typer.echo(f"deportment: {line}", err=True)
    if len(lines) > MOST_SHOWN:
        typer.echo(f"deportment: and {len(lines) - MOST_SHOWN} more", err=True)
    if lines:
        raise typer.Exit(1)
    links = found.head.seq if found.head else 0
    typer.echo(f"{db}: ok: {links} links, {found.events} events")
    if found.older:
        typer.echo(f"{found.older} events are older than the chain: nothing is proven of them")
    if found.head:
        typer.echo(f"head, to be kept elsewhere: {found.head.seq}:{found.head.sha256}")


def _anchor(text: str) -> Anchor:
    found = _ANCHOR.fullmatch(text)
    if found is None:
        raise UsageError(f"--anchor '{text[:90]}': expected NUMBER:HASH as 'report verify' prints")
    return Anchor(int(found[1]), found[2])


def _existing(db: str) -> None:
    if "://" not in db and not Path(db).is_file():
        raise UsageError(f"database {db}: there is no such file")
