"""Writes docs/openapi.json: ``python -m tests.api.snapshot``."""

import json
from pathlib import Path

from fastapi import FastAPI

from tests.api.support import open_hall
from vision.testing.stores import MemoryStore

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"


def document_text(app: FastAPI) -> str:
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    SNAPSHOT.write_text(document_text(open_hall(MemoryStore()).app), encoding="utf-8")


if __name__ == "__main__":
    main()
