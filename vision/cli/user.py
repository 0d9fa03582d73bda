"""``deportment user``: makes the accounts of people, the first one included."""

import sys
from importlib import import_module
from typing import Annotated

import typer

from vision.cli.options import DEFAULT_DATABASE, Database
from vision.store import SqlStore


def user(
    name: Annotated[str, typer.Argument(help="Stands in the history of reviews.")],
    role: Annotated[str, typer.Option(help="clerk, viewer, reviewer or admin.")],
    db: Database = DEFAULT_DATABASE,
    window: Annotated[
        list[str] | None, typer.Option(help="A window that it may see; repeat it. All if left out.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an account, or give it a new role and password; asks for the password."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked()
    people = import_module("api.people")  # by name: this package never imports the service's
    with SqlStore(db) as store:
        people.save_person(store, name, role, password, frozenset(window) if window else None)
    typer.echo(f"account '{name}' ({role}) is in {db}")


def _asked() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
