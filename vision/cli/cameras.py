"""``deportment cameras``: find cameras, ask them for their streams, look after them."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from vision.cli.onvif import discover, probe
from vision.cli.options import DEFAULT_DATABASE, Database
from vision.jobs.place import acknowledge
from vision.store import SqlStore

cameras_app = typer.Typer(
    help="Find cameras, ask them for their streams, look after them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
cameras_app.command("discover")(discover)
cameras_app.command("probe")(probe)


@cameras_app.command("acknowledge")
def acknowledge_view(
    camera: Annotated[str, typer.Argument(help="Id of a camera that has moved.")],
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Say that the posts of a camera that has moved fit what it sees now."""
    with SqlStore(db) as store:
        acknowledge(camera, getpass.getuser(), datetime.now(UTC), store)
    typer.echo(f"camera {camera}: what it sees from now on is what its posts were drawn for")
