"""``deportment exempt``: approved absences and closed windows."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from vision.cli.options import DEFAULT_DATABASE, Database
from vision.config import load_site
from vision.errors import UsageError
from vision.exemptions import (
    MOST_LETTERS,
    Entry,
    ExemptionFilter,
    entered,
    exemption_to_json,
    words,
)
from vision.store import SqlStore
from vision.types import ExemptionKind

exempt_app = typer.Typer(
    help="Approved absences and closed windows: enter, list, withdraw.", no_args_is_help=True
)
Site = Annotated[
    Path | None, typer.Option("--site", help="Site file: its windows, and its time zone.")
]
By = Annotated[
    str | None, typer.Option(help="Who enters it; the user of this machine if left out.")
]


@exempt_app.command("add")
def add(
    window: Annotated[str, typer.Option(help="Id of the window.")],
    start: Annotated[str, typer.Option("--from", help="ISO 8601; without zone, that of the site.")],
    end: Annotated[str, typer.Option("--to", help="ISO 8601; without zone, that of the site.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who allowed it.")],
    kind: Annotated[ExemptionKind, typer.Option(help="What is allowed.")] = (
        ExemptionKind.APPROVED_ABSENCE
    ),
    site: Site = None,
    db: Database = DEFAULT_DATABASE,
    by: By = None,
) -> None:
    """Enter an exemption; a running watch knows of it within seconds."""
    config = load_site(site) if site else None
    zone = config.zone if config else None
    if config is not None and window not in {one.id for one in config.windows}:
        raise UsageError(f"--window: no window '{window}' in {site}")
    instants = [_instant(name, text, zone) for name, text in (("--from", start), ("--to", end))]
    entry = Entry(window, kind, instants[0], instants[1], reason, approved_by)
    made = entered(entry, _who(by), datetime.now(UTC))
    with SqlStore(db) as store:
        store.add_exemption(made)
    typer.echo(f"{made.id}: {made.kind} at {window} from {made.start} to {made.end}")


@exempt_app.command("list")
def shown(
    db: Database = DEFAULT_DATABASE,
    window: Annotated[list[str] | None, typer.Option(help="Only these; repeat it.")] = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those withdrawn, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List exemptions, the latest entry first."""
    wanted = ExemptionFilter(window or None, withdrawn=None if withdrawn else False)
    with SqlStore(db) as store:
        found = store.exemptions(wanted)
    if as_json:
        for one in found:
            typer.echo(json.dumps(exemption_to_json(one), ensure_ascii=False))
        return
    table = Table("id", "window", "kind", "from", "until", "reason", "approved by", "entered by")
    for one in found:
        span = (f"{one.start:%Y-%m-%d %H:%M}", f"{one.until:%Y-%m-%d %H:%M} UTC")
        told = one.reason if one.withdrawn_at is None else f"{one.reason} (withdrawn)"
        table.add_row(one.id, one.window_id, one.kind, *span, told, one.approved_by, one.created_by)
    Console().print(table if found else "no exemptions")


@exempt_app.command("withdraw")
def withdraw(
    exemption_id: Annotated[str, typer.Argument(help="Id of the exemption.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    db: Database = DEFAULT_DATABASE,
    by: By = None,
) -> None:
    """Let an exemption end now; it stays in the records."""
    why = words("reason", reason, MOST_LETTERS)
    with SqlStore(db) as store:
        store.withdraw_exemption(exemption_id, datetime.now(UTC), _who(by), why)
    typer.echo(f"{exemption_id}: withdrawn")


def _who(by: str | None) -> str:
    return words("by", by if by is not None else getpass.getuser(), 64)


def _instant(name: str, text: str, zone: ZoneInfo | None) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        expected = "expected a time such as 2026-11-02T14:00"
        raise UsageError(f"{name}: {expected}, got '{text}'") from None
    if at.tzinfo is None and zone is None:
        raise UsageError(f"{name}: add a zone such as +08:00, or give --site")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
