"""``deportment user``."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vision.cli.main import app
from vision.errors import UsageError
from vision.store import SqlStore

PASSWORD = "correct horse battery"


def run(db: Path, *arguments: str, password: str = PASSWORD) -> str:
    line = ["user", *arguments, "--db", str(db), "--password-stdin"]
    result = CliRunner().invoke(app, line, input=f"{password}\n", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_account_is_made(tmp_path: Path) -> None:
    db = tmp_path / "e.db"
    told = run(db, "li", "--role", "clerk", "--window", "A01", "--window", "A02")
    assert told == f"account 'li' (clerk) is in {db}\n"
    with SqlStore(str(db)) as store:
        account = store.account("li")
    assert account is not None
    assert (account.role, account.windows) == ("clerk", frozenset({"A01", "A02"}))
    assert PASSWORD not in account.password_hash


def test_password_is_asked_twice(tmp_path: Path) -> None:
    line = ["user", "li", "--role", "admin", "--db", str(tmp_path / "e.db")]
    result = CliRunner().invoke(app, line, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output


@pytest.mark.parametrize(("role", "password"), [("root", PASSWORD), ("admin", "short")])
def test_what_is_refused(tmp_path: Path, role: str, password: str) -> None:
    with pytest.raises(UsageError):
        run(tmp_path / "e.db", "li", "--role", role, password=password)
