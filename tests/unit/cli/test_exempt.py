"""``deportment exempt``."""

import json

import pytest
from typer.testing import CliRunner

from vision.cli.main import app
from vision.errors import Conflict, NotFound, UsageError
from vision.store import SqlStore

SITE = """
site: {id: s, timezone: Asia/Shanghai}
cameras: [{id: c}]
windows: [{id: A03, camera: c, post: [[0,0],[1,0],[1,1]]}]
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "hall.yaml").write_text(SITE)

    def ask(*arguments):
        line = ["exempt", *arguments, "--db", str(tmp_path / "e.db")]
        result = CliRunner().invoke(app, line, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    ask.folder = tmp_path
    return ask


def add(run, *more, start="2026-11-02T14:00", end="2026-11-02T15:00", window="A03"):
    site = [] if "--no-site" in more else ["--site", str(run.folder / "hall.yaml")]
    rest = [one for one in more if one != "--no-site"]
    return run(
        "add", "--window", window, "--from", start, "--to", end, "--reason", "体检",
        "--approved-by", "王主任", "--by", "li", *site, *rest,
    )  # fmt: skip


def listed(run, *more):
    return [json.loads(line) for line in run("list", "--json", *more).splitlines()]


def test_times_without_zone_are_those_of_the_site(run):
    add(run)
    (one,) = listed(run)
    assert (one["from"], one["to"]) == ("2026-11-02T06:00:00.000Z", "2026-11-02T07:00:00.000Z")
    assert (one["kind"], one["approved_by"], one["created_by"]) == (
        "approved_absence",
        "王主任",
        "li",
    )


def test_a_closed_window(run):
    add(
        run,
        "--kind",
        "closed",
        "--no-site",
        start="2026-11-02T14:00+08:00",
        end="2026-11-03T14:00+08:00",
    )
    assert [one["kind"] for one in listed(run)] == ["closed"]


def test_a_withdrawn_one_stays_in_the_records(run):
    add(run)
    (one,) = listed(run)
    run("withdraw", one["id"], "--reason", "回岗", "--by", "wu")
    assert listed(run) == []
    (kept,) = listed(run, "--withdrawn")
    assert (kept["withdrawn_by"], kept["withdrawn_reason"]) == ("wu", "回岗")
    with pytest.raises(Conflict):
        run("withdraw", one["id"], "--reason", "again")
    with pytest.raises(NotFound):
        run("withdraw", "nothing", "--reason", "x")


@pytest.mark.parametrize(
    ("changes", "more", "message"),
    [
        ({"window": "A30"}, (), "--window: no window 'A30'"),
        ({"start": "two o'clock"}, (), "--from: expected a time such as 2026-11-02T14:00, got"),
        ({}, ("--no-site",), "--from: add a zone such as"),
        ({"end": "2026-11-02T14:00"}, (), "to: expected a time after 'from'"),
        ({}, ("--reason", " "), "reason: expected words"),
    ],
)
def test_what_does_not_fit_is_refused(run, changes, more, message):
    with pytest.raises(UsageError, match=message):
        add(run, *more, **changes)
    with SqlStore(str(run.folder / "e.db")) as store:
        assert store.accounts() == []


def test_a_table_for_people(run):
    assert run("list") == "no exemptions\n"
    add(run)
    assert "A03" in run("list")
