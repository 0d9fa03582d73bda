"""Dead letters are seen, and can be tried again."""

from typer.testing import CliRunner

from tests.stored import T0, event
from vision.cli.main import app
from vision.ports import Batch, Notice
from vision.store import SqlStore


def run(*arguments):
    result = CliRunner().invoke(app, ["outbox", *arguments])
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_an_outbox_is_shown_and_revived(tmp_path):
    path = str(tmp_path / "events.db")
    assert run("--db", path) == "nothing waits"
    with SqlStore(path) as store:
        store.commit(Batch([event("a")], notices=[Notice("hook", "closed", event("a"))]))
        store.failed(store.due("hook", T0)[0], "answered with status 404", None)
    shown = run("--db", path)
    assert "hook 1: window A03, closed, event a, given up after 1 tries" in shown
    assert "answered with status 404" in shown
    assert "1 dead letters of 'hook' are due again" in run("--db", path, "--revive", "hook")
    assert "given up" not in run("--db", path)
