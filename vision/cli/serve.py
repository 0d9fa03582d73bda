"""``deportment serve``: the API and the dashboard over an event database."""

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from vision.cli.options import DEFAULT_DATABASE, Database, EvidenceFolder, evidence_folder
from vision.config import load_site


def serve(
    db: Database = DEFAULT_DATABASE,
    site: Annotated[
        Path | None, typer.Option(help="Site file, for the names and views of its windows.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    evidence: EvidenceFolder = None,
    root_path: Annotated[str, typer.Option(help="Path prefix of a reverse proxy.")] = "",
    media_root: Annotated[
        Path | None, typer.Option(help="Folder of footage that may be audited over HTTP.")
    ] = None,
) -> None:
    """Serve the API and the dashboard; the key comes from DEPORTMENT_API_KEY or is made once."""
    if site is not None:
        load_site(site)  # a mistake is named here, before anything listens
    start_service(db, evidence_folder(evidence, db), site, host, port, root_path, media_root)


def start_service(
    db: str,
    evidence: Path,
    site: Path | None,
    host: str,
    port: int,
    root_path: str = "",
    media_root: Path | None = None,
) -> None:
    """Run the service until it is stopped."""
    server = import_module("api.server")  # by name: this package never imports the service's
    server.serve(
        server.ServiceSettings.given(
            db=db,
            evidence=evidence,
            site=site,
            host=host,
            port=port,
            root_path=root_path,
            media_root=media_root,
            api_key=os.environ.get("DEPORTMENT_API_KEY"),
        )
    )
