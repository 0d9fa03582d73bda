"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SiteFile = Annotated[Path, typer.Option("--site", help="Site file (YAML).")]
Database = Annotated[
    str, typer.Option("--db", help="Event database: a file, sqlite:///… or postgresql://…")
]
EvidenceFolder = Annotated[
    Path | None, typer.Option("--evidence", help="Folder for snapshots; beside the database.")
]

DEFAULT_DATABASE = "deportment.db"


def evidence_folder(asked: Path | None, database: str) -> Path:
    """Where snapshots go: as asked, else beside an SQLite file, else in the working folder."""
    if asked is not None:
        return asked
    path = database.removeprefix("sqlite:///")
    return Path.cwd() / "evidence" if "://" in path else Path(path).parent / "evidence"
