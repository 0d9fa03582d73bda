"""``deportment retention``: what is removed when, what must stay, and what was removed."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

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
from vision.jobs.retention import sweep
from vision.keeping import Hold
from vision.store import SqlStore

retention_app = typer.Typer(
    help="What is removed when, and what must stay.", no_args_is_help=True, rich_markup_mode=None
)
EventId = Annotated[str, typer.Argument(help="Id of the event.")]


@retention_app.command("sweep")
def sweep_command(
    site: SiteFile,
    db: Database = DEFAULT_DATABASE,
    evidence: EvidenceFolder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what is due.")] = False,
) -> None:
    """Remove what is due by the site's 'retention', as watch and serve do every hour."""
    policy = load_site(site).retention
    folder = FileEvidenceStore(evidence_folder(evidence, db))
    with SqlStore(db) as store:
        swept = sweep(store, folder, policy, datetime.now(UTC), dry_run)
    word = "due" if dry_run else "removed"
    typer.echo(
        f"{word}: {swept.events} events, {swept.by_age} pieces of evidence by age, "
        f"{swept.by_space} by space; {swept.files} files off the disk; {swept.bound} stay, held, "
        "open or appealed"
    )
    for failure in swept.failures:
        typer.echo(f"deportment: {failure}", err=True)
    if swept.failures:
        raise typer.Exit(1)


@retention_app.command("hold")
def hold_command(
    event_id: EventId,
    reason: Annotated[str, typer.Option(help="Such as a case number.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Hold an event: nothing of it is removed until it is released."""
    if not reason.strip():
        raise UsageError("--reason: expected words, such as a case number")
    with SqlStore(db) as store:
        store.place_hold(Hold(event_id, reason.strip(), _me(), datetime.now(UTC)))
    typer.echo(f"event {event_id} is held")


@retention_app.command("release")
def release_command(event_id: EventId, db: Database = DEFAULT_DATABASE) -> None:
    """Release an event."""
    with SqlStore(db) as store:
        store.release_hold(event_id, _me(), datetime.now(UTC))
    typer.echo(f"event {event_id} is released")


@retention_app.command("holds")
def holds_command(db: Database = DEFAULT_DATABASE) -> None:
    """Show every event that is held."""
    table = Table("event", "since", "by", "reason")
    with SqlStore(db) as store:
        for hold in store.holds():
            table.add_row(hold.event_id, f"{hold.at:%Y-%m-%d %H:%M} UTC", hold.by, hold.reason)
    Console().print(table if table.row_count else "nothing is held")


@retention_app.command("log")
def log_command(
    db: Database = DEFAULT_DATABASE,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """Show what was removed, the latest first."""
    table = Table("at", "what", "event", "reason")
    with SqlStore(db) as store:
        for one in store.removals(limit):
            table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S} UTC", one.what, one.event_id, one.reason)
    Console().print(table if table.row_count else "nothing was removed")


def _me() -> str:
    """Who holds or releases: the account of the machine."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):  # an account without a name
        return "command line"
