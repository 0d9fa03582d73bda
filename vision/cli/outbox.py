"""``deportment outbox``: what receivers of events have not got."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vision.cli.options import DEFAULT_DATABASE, Database
from vision.store import SqlStore


def outbox(
    db: Database = DEFAULT_DATABASE,
    revive: Annotated[
        str | None, typer.Option(help="Try the dead letters of this sink again.")
    ] = None,
) -> None:
    """Show what waits for each receiver of events, and the messages that were given up."""
    with SqlStore(db) as store:
        if revive is not None:
            typer.echo(f"{store.revive(revive)} dead letters of '{revive}' are due again")
        console = Console()
        table = Table("sink", "waiting", "dead")
        for sink, backlog in store.backlogs().items():
            table.add_row(sink, str(backlog.waiting), str(backlog.dead))
        console.print(table if table.row_count else "nothing waits")
        for letter in store.dead_letters():
            console.print(
                f"{letter.sink} {letter.id}: window {letter.window_id}, {letter.change}, event "
                f"{letter.event['id']}, given up after {letter.tries} tries: {letter.failure}"
            )
